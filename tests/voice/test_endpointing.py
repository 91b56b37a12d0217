"""When an utterance begins and ends, on probabilities alone."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from voice.endpointing import Boundary, Endpointer, EndpointingRules, SpeechBegan, SpeechEnded
from voice.types import EndedBy

FRAME = 32


def boundaries(endpointer: Endpointer, *runs: tuple[float, int]) -> list[Boundary]:
    """Feed runs of (probability, ms)."""
    found = [
        endpointer.feed(probability, FRAME) for probability, ms in runs for _ in range(ms // FRAME)
    ]
    return [each for each in found if each is not None]


def test_speech_then_silence_is_one_utterance() -> None:
    began, ended = boundaries(Endpointer(EndpointingRules()), (0.0, 1_024), (0.9, 960), (0.0, 800))
    assert isinstance(began, SpeechBegan)
    assert 1_024 - 300 - FRAME <= began.at_ms <= 1_024 - 300 + FRAME
    assert ended == SpeechEnded(ended.at_ms, EndedBy.SILENCE)
    assert 600 <= ended.at_ms - (1_024 + 960) <= 600 + FRAME


def test_a_click_is_no_utterance() -> None:
    assert not boundaries(Endpointer(EndpointingRules()), (0.0, 320), (0.9, 128), (0.0, 3_200))


def test_a_short_pause_does_not_end_it() -> None:
    found = boundaries(Endpointer(EndpointingRules()), (0.9, 640), (0.0, 480), (0.9, 640))
    assert len(found) == 1


def test_a_weaker_frame_inside_speech_is_still_speech() -> None:
    assert len(boundaries(Endpointer(EndpointingRules()), (0.9, 640), (0.4, 1_920))) == 1


def test_the_limit_ends_it_and_silence_must_come_before_the_next() -> None:
    rules = EndpointingRules(max_utterance_ms=2_000)
    endpointer = Endpointer(rules)
    began, ended = boundaries(endpointer, (0.9, 9_600))
    assert isinstance(began, SpeechBegan)
    assert ended == SpeechEnded(ended.at_ms, EndedBy.LIMIT)
    assert ended.at_ms - began.at_ms <= 2_000 + FRAME
    again = boundaries(endpointer, (0.0, 640), (0.9, 640))
    assert [type(each) for each in again] == [SpeechBegan]


def test_a_very_low_threshold_still_hears_silence() -> None:
    rules = EndpointingRules(threshold=0.1)
    assert len(boundaries(Endpointer(rules), (0.9, 640), (0.0, 960))) == 2


def test_a_gap_inside_the_first_word_does_not_move_its_beginning() -> None:
    (began,) = boundaries(
        Endpointer(EndpointingRules(prefix_ms=0)), (0.0, 320), (0.9, 96), (0.0, 96), (0.9, 320)
    )
    assert began.at_ms == 320


def test_time_counts_from_where_it_is_told() -> None:
    (began,) = boundaries(Endpointer(EndpointingRules(), start_ms=10_000), (0.9, 320))
    assert began.at_ms == 10_000


@given(st.lists(st.floats(0, 1), max_size=400))
def test_boundaries_alternate_and_never_go_back(probabilities: list[float]) -> None:
    endpointer = Endpointer(EndpointingRules(max_utterance_ms=3_000))
    found = [endpointer.feed(each, FRAME) for each in probabilities]
    kinds = [type(each) for each in found if each is not None]
    times = [each.at_ms for each in found if each is not None]
    assert kinds == [SpeechBegan, SpeechEnded] * (len(kinds) // 2) + [SpeechBegan] * (
        len(kinds) % 2
    )
    assert all(later - earlier >= -1_000 for earlier, later in pairwise(times))
    assert endpointer.speaking == (len(kinds) % 2 == 1)
