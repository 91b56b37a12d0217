"""Incoming speech that has not become an utterance yet."""

import numpy as np

from voice.audio import MAX_UTTERANCE_S, SPEECH_RATE
from voice.types import EndedBy, Samples, Utterance

_PER_MS = SPEECH_RATE // 1000
_LONGEST_MS = int(MAX_UTTERANCE_S * 1000) + 1_000
"""A second more than is transcribed, so that too much can be told from just enough."""


class SpeechBuffer:
    """Samples at 16 kHz, and where in the session's audio they lie."""

    def __init__(self) -> None:
        self._pieces: list[Samples] = []
        self._held = 0
        self._end = 0

    @property
    def ms(self) -> int:
        """How much is held."""
        return self._held // _PER_MS

    @property
    def end_ms(self) -> int:
        """Audio received since the session began."""
        return self._end // _PER_MS

    def add(self, samples: Samples) -> None:
        """Hold `samples` too; beyond the longest utterance only the newest are held."""
        self._end += len(samples)
        self._pieces.append(samples)
        self._held += len(samples)
        self.forget_until_last(_LONGEST_MS)

    def take(self, ended_by: EndedBy) -> Utterance:
        """All that is held, as an utterance; nothing is held afterwards."""
        audio = np.concatenate([np.zeros(0, np.float32), *self._pieces])
        ended_at = self._end / SPEECH_RATE
        self.empty()
        return Utterance(audio, ended_at - len(audio) / SPEECH_RATE, ended_at, ended_by)

    def forget_before(self, at_ms: int) -> None:
        """Drop what came before `at_ms` of the session's audio."""
        self._shorten(self._end - at_ms * _PER_MS)

    def forget_until_last(self, ms: int) -> None:
        """Drop all but the last `ms`, piece by piece, so that silence costs no memory."""
        while self._pieces and self._held - len(self._pieces[0]) >= ms * _PER_MS:
            self._held -= len(self._pieces.pop(0))

    def empty(self) -> None:
        """Hold nothing."""
        self._pieces.clear()
        self._held = 0

    def _shorten(self, length: int) -> None:
        if length >= self._held:
            return
        audio = np.concatenate(self._pieces)[-length:] if length > 0 else np.zeros(0, np.float32)
        self._pieces = [audio]
        self._held = len(audio)
