"""Evaluation cases: what is asked, and what should come back. One JSON object a line."""

from pathlib import Path
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from assistant.types import Outcome
from eval.errors import CasesInvalid

NO_ENTRY = frozenset({Outcome.ABSTAIN, Outcome.SOCIAL, Outcome.BLOCKED, Outcome.HANDOVER})
"""What meets a case that expects no entry."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(min_length=1, max_length=200)]
    lang: Annotated[str, Field(min_length=2, max_length=35)]
    """The page's language."""


Line = TypeVar("Line", bound=_Strict)


class Step(BaseModel):
    """One turn of a dialogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: str
    expected: str | None = None
    expected_outcome: Outcome | None = None


class Case(_Strict):
    """A question and its expectation; `turns` is a whole dialogue whose last turn is judged."""

    text: str | None = None
    audio: str | None = None
    """A sound file; relative paths begin at the case file."""
    turns: tuple[str | Step, ...] = ()
    expected: str | None
    """The entry's id; null: no entry answers this."""
    acceptable: tuple[str, ...] = ()
    expected_outcome: Outcome | None = None
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.text is None and self.audio is None and not self.turns:
            raise ValueError("text, audio or turns is needed")
        if self.turns and self.text is not None and self.text != self.typed()[-1]:
            raise ValueError("text must equal the last of turns")
        return self

    def typed(self) -> list[str]:
        """What is typed, in order."""
        if self.turns:
            return [turn if isinstance(turn, str) else turn.text for turn in self.turns]
        return [] if self.text is None else [self.text]

    def met_by(self, outcome: Outcome, entry_id: str | None) -> bool:
        """Whether this is what the case expects."""
        if self.expected_outcome is not None and outcome is not self.expected_outcome:
            return False
        if self.expected is None:
            return self.expected_outcome is not None or outcome in NO_ENTRY
        return entry_id in {self.expected, *self.acceptable}


class ForeignEntry(_Strict):
    """An entry of a foreign FAQ: only its phrasings matter."""

    phrasings: Annotated[tuple[str, ...], Field(min_length=1)]


class ForeignQuery(_Strict):
    """A question to a foreign FAQ."""

    text: str
    expected: str | None


def read_lines(path: Path, kind: type[Line]) -> list[Line]:
    """The objects of a JSONL file, blank lines left out. Raises CasesInvalid naming the line."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CasesInvalid(f"{path} cannot be read: {type(error).__name__}") from error
    found: dict[str, Line] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            one = kind.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_input=False)[0]
            place = ".".join(map(str, first["loc"]))
            raise CasesInvalid(f"{path}, line {number}: {place} {first['msg']}") from None
        if one.id in found:
            raise CasesInvalid(f"{path}, line {number}: the id stands twice")
        found[one.id] = one
    if not found:
        raise CasesInvalid(f"{path} holds no lines")
    return list(found.values())
