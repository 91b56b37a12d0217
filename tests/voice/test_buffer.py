"""Incoming speech is held, shortened, taken; and never without limit."""

import numpy as np

from voice.audio import MAX_UTTERANCE_S, SPEECH_RATE
from voice.buffer import SpeechBuffer
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


def test_of_endless_sound_the_newest_is_held() -> None:
    buffer = SpeechBuffer()
    for value in range(200):
        buffer.add(seconds(1, value / 200))
    utterance = buffer.take(EndedBy.CLIENT)
    assert MAX_UTTERANCE_S < utterance.seconds <= MAX_UTTERANCE_S + 2
    assert utterance.audio[-1] == np.float32(199 / 200)
    assert utterance.ended_at == 200
