"""Phone timings become a track of mouth shapes."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.types import Viseme
from voice.visemes import Phone, visemes

OCULUS = set(
    ["sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U"]
)


def _shapes(track: tuple[Viseme, ...]) -> str:
    return " ".join(viseme.shape for viseme in track)


def _word(*symbols: str) -> tuple[Viseme, ...]:
    phones = [Phone(symbol, 100.0 * i, 100.0 * (i + 1)) for i, symbol in enumerate(symbols)]
    return visemes(phones, 100.0 * len(symbols))


def test_a_word() -> None:
    assert _word("m", "a", "p", "ɐ") == (
        Viseme("PP", 0, 100),
        Viseme("aa", 100, 200),
        Viseme("PP", 200, 300),
        Viseme("aa", 300, 400),
    )


def test_equal_neighbours_are_one() -> None:
    assert _word("p", "b", "m", "a") == (Viseme("PP", 0, 300), Viseme("aa", 300, 400))


def test_stress_and_length_belong_to_the_sound_before() -> None:
    assert _word("p", "ˈ", "a", "ː", "\u0303") == (Viseme("PP", 0, 200), Viseme("aa", 200, 500))


def test_a_diphthong_moves() -> None:
    assert _word("A") == (Viseme("E", 0, 60), Viseme("I", 60, 100))
    assert _word("W") == (Viseme("aa", 0, 60), Viseme("U", 60, 100))
    assert _shapes(_word("ˈɐ̃ʊ")) == "aa U"  # as espeak writes one in a single phone


@pytest.mark.parametrize(
    ("symbol", "shape"),
    [
        ("θ", "TH"),
        ("v", "FF"),
        ("t", "DD"),
        ("k", "kk"),
        ("ʧ", "CH"),
        ("s", "SS"),
        ("l", "nn"),
        ("ʁ", "RR"),
        ("ɛ", "E"),
        ("j", "I"),
        ("ɔ", "O"),
        ("w", "U"),
        ("", "sil"),
        (",", "sil"),
    ],
)
def test_one_sound_of_each_shape(symbol: str, shape: str) -> None:
    assert _word(symbol) == (Viseme(shape, 0, 100),)


def test_the_lips_do_not_close_between_words() -> None:
    quick = [Phone("a", 0, 100), Phone(" ", 100, 125), Phone("o", 125, 200)]
    assert _shapes(visemes(quick, 200)) == "aa O"
    pause = [Phone("a", 0, 100), Phone(" ", 100, 300), Phone("o", 300, 400)]
    assert _shapes(visemes(pause, 400)) == "aa sil O"


def test_what_is_outside_the_chunk_is_cut_off() -> None:
    track = visemes([Phone("a", -50, 20), Phone("p", 20, 80), Phone("o", 80, 500)], 100)
    assert track == (Viseme("aa", 0, 20), Viseme("PP", 20, 80), Viseme("O", 80, 100))


def test_gaps_and_the_rest_are_silence() -> None:
    assert visemes([Phone("p", 50, 100)], 200) == (
        Viseme("sil", 0, 50),
        Viseme("PP", 50, 100),
        Viseme("sil", 100, 200),
    )


def test_without_phones() -> None:
    assert visemes([], 0) == ()
    assert visemes([], 300) == (Viseme("sil", 0, 300),)


@given(
    lengths=st.lists(
        st.tuples(st.text("abpʃkIWOsː ,.ˈˌ\u0303", max_size=3), st.floats(0, 400)), max_size=40
    ),
    shift=st.floats(-300, 300),
    tail=st.floats(-100, 300),
)
def test_always_contiguous(lengths: list[tuple[str, float]], shift: float, tail: float) -> None:
    phones: list[Phone] = []
    now = shift
    for symbol, length in lengths:
        phones.append(Phone(symbol, now, now + length))
        now += length
    total = max(0.0, now + tail)
    track = visemes(phones, total)
    assert sum(v.end_ms - v.start_ms for v in track) == int(total)
    assert [v.start_ms for v in track] == [0, *(v.end_ms for v in track)][: len(track)]
    assert all(v.end_ms > v.start_ms and v.shape in OCULUS for v in track)
    assert all(a.shape != b.shape for a, b in pairwise(track))
