"""The nouns of the conversation. Languages are BCP-47, times milliseconds unless they say else."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from faq_kb.types import Match, Source
from voice.types import Utterance


class Outcome(StrEnum):
    """How a turn ended. Errors are something else."""

    FAQ = "faq"
    CLARIFY = "clarify"
    GROUNDED = "grounded"
    SOCIAL = "social"
    ABSTAIN = "abstain"
    HANDOVER = "handover"
    BLOCKED = "blocked"


class Channel(StrEnum):
    """How a question came."""

    VOICE = "voice"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Question:
    """What a citizen asks in one turn: sound or text, never both."""

    turn_id: str
    language: str
    """The page's language: a prior for what is heard, and the answer's language."""
    text: str | None = None
    utterance: Utterance | None = None
    spoken_language: str | None = None
    """Given to the recogniser; None has it detected, with `language` as the prior."""
    voiced_from: float = 0.5
    """Probability from which sound is speech."""
    unheard: bool = False
    """With neither text nor sound: whether something was said that could not be understood."""
    speak: bool = True
    """Whether the answer is to be spoken."""
    speed: float = 1.0

    @property
    def channel(self) -> Channel:
        """How it came."""
        return Channel.TEXT if self.utterance is None else Channel.VOICE


@dataclass(frozen=True, slots=True)
class Option:
    """An entry offered when asking back."""

    entry_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the assistant says."""

    outcome: Outcome
    shown: str
    spoken: str
    language: str
    entry_id: str | None = None
    confidence: float | None = None
    candidates: tuple[Match, ...] = ()
    options: tuple[Option, ...] = ()
    sources: tuple[Source, ...] = ()
    as_of: str = ""
    """When the facts of the answer were true: a year, or a year and month."""


@dataclass(slots=True)
class Timings:
    """How long each stage took; None where it did not run."""

    endpoint: int | None = None
    """From the last speech to the end of the utterance."""
    stt: int | None = None
    match: int | None = None
    first_token: int | None = None
    """Of the language model, from the question."""
    first_audio: int | None = None
    """From the question (text, or the utterance's end) to the first sound."""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """What is kept of a turn. It holds nothing that was said."""

    turn_id: str
    session_id: str
    at: datetime
    outcome: str
    """An Outcome; without an answer the code of what ended it, `interrupted` or `unanswered`."""
    entry_id: str | None
    language: str
    channel: Channel
    confidence: float | None
    timings: Timings
    interrupted: bool
    kb_version: int
    played_ms: int | None = None
    models: dict[str, str] = field(default_factory=dict[str, str])
