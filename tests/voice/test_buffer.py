"""Incoming speech is held, shortened, taken; and never without limit."""

import numpy as np
import pytest

from voice.audio import MAX_UTTERANCE_S, SPEECH_RATE
from voice.buffer import SpeechBuffer
from voice.errors import UtteranceTooLong
from voice.types import EndedBy


def seconds(length: float, value: float = 0.0) -> np.ndarray:
    return np.full(int(length * SPEECH_RATE), value, np.float32)


def test_what_is_taken_knows_its_place() -> None:
    buffer = SpeechBuffer()
    buffer.add(seconds(2))
    buffer.forget_before(1_500)
    buffer.add(seconds(1, 0.5))
    utterance = buffer.take(EndedBy.SILENCE)
    assert (utterance.started_at, utterance.ended_at) == (1.5, 3.0)
    assert utterance.seconds == 1.5
    assert buffer.ms == 0
    assert buffer.end_ms == 3_000


def test_silence_costs_no_memory() -> None:
    buffer = SpeechBuffer()
    for _ in range(10_000):
        buffer.add(seconds(0.25))
        buffer.forget_until_last(1_000)
    assert buffer.ms <= 1_250


def test_a_full_buffer_says_so_and_keeps_what_it_holds() -> None:
    buffer = SpeechBuffer()
    for _ in range(int(MAX_UTTERANCE_S)):
        buffer.add(seconds(1))
    with pytest.raises(UtteranceTooLong):
        buffer.add(seconds(1))
    assert buffer.take(EndedBy.CLIENT).seconds == MAX_UTTERANCE_S
