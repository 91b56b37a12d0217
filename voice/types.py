"""The nouns of speech. Samples are mono; languages are BCP-47."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
"""Mono samples in [-1, 1], shape (n,)."""


class EndedBy(StrEnum):
    """Why an utterance ended."""

    SILENCE = "silence"
    LIMIT = "limit"
    CLIENT = "client"


@dataclass(frozen=True, slots=True, eq=False)
class Utterance:
    """One stretch of citizen speech, padding included."""

    audio: Samples
    """At 16 kHz."""
    started_at: float
    """Seconds of audio since the session began."""
    ended_at: float
    """Seconds of audio since the session began: the end of speech once silence is cut away."""
    ended_by: EndedBy

    @property
    def seconds(self) -> float:
        """Length of the audio."""
        return len(self.audio) / 16_000


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an utterance says."""

    text: str
    language: str
    language_confidence: float
    """Probability in [0, 1] that `language` was spoken; 1.0 where the caller named the language."""
    avg_logprob: float
    """Mean log-probability per token, at most 0."""


@dataclass(frozen=True, slots=True)
class Viseme:
    """A mouth shape and when it is seen."""

    shape: str
    """One of the 15 Oculus shapes: sil PP FF TH DD kk CH SS nn RR aa E I O U."""
    start_ms: int
    """Milliseconds from the start of the chunk."""
    end_ms: int
    """Milliseconds from the start of the chunk."""


@dataclass(frozen=True, slots=True)
class SpeechChunk:
    """A spoken piece of a reply; the pieces of a reply follow each other without a gap."""

    pcm: bytes
    """Signed 16-bit little-endian mono."""
    rate: int
    """Hertz."""
    text: str
    """The part of the text that is heard in this chunk, as it was given (before pronunciation),
    white space included: the parts joined are the text."""
    visemes: tuple[Viseme, ...] = ()

    @property
    def ms(self) -> int:
        """Length in milliseconds."""
        return len(self.pcm) // 2 * 1000 // self.rate


@dataclass(frozen=True, slots=True)
class Voice:
    """A way to speak a language."""

    language: str
    engine: str
    name: str
    """The engine's own name for the voice."""
    licence: str
    """SPDX identifier of the voice's licence."""
    tier: str
    """`native` (trained on this language), `accented` or `robotic`."""
    note: str = ""
    """What a listener should know, e.g. that the accent is Brazilian."""
