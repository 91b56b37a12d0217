"""The nouns of the FAQ. Languages are BCP-47."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where a translation stands in its life cycle."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact comes from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Translation:
    """One entry in one language."""

    language: str
    question: str
    """As it is shown in a list of options."""
    phrasings: tuple[str, ...]
    """Ways to ask it, as people say it."""
    answer: str
    """As it is shown."""
    spoken: str
    """As it is said: short sentences, no addresses."""
    state: State = State.APPROVED
    source_hash: str = ""
    """Of the text it was translated from (`documents.translation_hash`); empty for an original."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One FAQ in all its languages."""

    id: str
    topic: str
    area: str
    owner: str
    sources: tuple[Source, ...]
    as_of: str
    """When its facts were true: a year, or a year and month."""
    review_by: date
    look_alikes: tuple[str, ...]
    """Entries that are easily taken for this one."""
    handover: bool
    """Whether a personal case needs a person."""
    translations: dict[str, Translation]
    version: int = 1


@dataclass(frozen=True, slots=True, order=True)
class Phrasing:
    """One way to ask an entry, as the index takes it; foreign test sets arrive in this form too."""

    entry_id: str
    language: str
    text: str


class FoundBy(StrEnum):
    """Which lane of the search found a match."""

    EXACT = "exact"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a question may mean."""

    entry_id: str
    language: str
    """Of the phrasing that matched."""
    score: float
    """Likeness of the best phrasing, in the search's own unit: compare, never show."""
    margin: float
    """Score less the runner-up's."""
    confidence: float
    """Calibrated probability in [0, 1] that this is the entry that was meant."""
    matched_phrasing: str
    found_by: FoundBy


class Decision(StrEnum):
    """What the search advises."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    ABSTAIN = "abstain"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The candidates for a question, best first, and the advice."""

    decision: Decision
    matches: tuple[Match, ...]
    """Best first, one an entry, at most 5; empty only where the FAQ is."""
    options: tuple[str, ...] = field(default=())
    """Entries worth offering when asking back, best first, at most 3."""
