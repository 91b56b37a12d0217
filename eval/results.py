"""The result of each case, one line in results.jsonl."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.types import Answer, Outcome
from eval.cases import Case
from faq_kb.types import Match


@dataclass(frozen=True, slots=True)
class Result:
    """What came back for a case; a failed case has outcome null and an error code."""

    id: str
    lang: str
    outcome: str | None
    entry_id: str | None
    confidence: float | None
    candidates: list[dict[str, Any]]
    options: list[str]
    language: str | None
    heard: str | None
    answer: str | None
    correct: bool
    ms: int
    expected: str | None
    in_scope: bool
    acceptable: list[str]
    error: str | None = None

    @property
    def wrong(self) -> bool:
        """Whether a citizen was given an answer to something else: the risk that matters."""
        right = {self.expected, *self.acceptable}
        return self.outcome in {Outcome.FAQ, Outcome.GROUNDED} and self.entry_id not in right

    def found_within(self, count: int) -> bool:
        """Whether the expected entry is among the first `count` candidates."""
        right = {self.expected, *self.acceptable}
        return any(each["entry_id"] in right for each in self.candidates[:count])


def result_of(case: Case, answer: Answer, heard: str | None, ms: int) -> Result:
    """The result of a case that was answered."""
    return Result(
        id=case.id,
        lang=case.lang,
        outcome=answer.outcome.value,
        entry_id=answer.entry_id,
        confidence=answer.confidence,
        candidates=candidates_of(answer.candidates),
        options=[option.entry_id for option in answer.options],
        language=answer.language,
        heard=heard,
        answer=answer.shown,
        correct=case.met_by(answer.outcome, answer.entry_id),
        ms=ms,
        expected=case.expected,
        in_scope=case.expected is not None,
        acceptable=list(case.acceptable),
    )


def failure_of(case: Case, code: str, ms: int) -> Result:
    """The result of a case that failed."""
    return Result(
        id=case.id,
        lang=case.lang,
        outcome=None,
        entry_id=None,
        confidence=None,
        candidates=[],
        options=[],
        language=None,
        heard=None,
        answer=None,
        correct=False,
        ms=ms,
        expected=case.expected,
        in_scope=case.expected is not None,
        acceptable=list(case.acceptable),
        error=code,
    )


def candidates_of(matches: Sequence[Match]) -> list[dict[str, Any]]:
    """Matches as the result's shape has them."""
    return [{"entry_id": match.entry_id, "confidence": match.confidence} for match in matches]


def line_of(result: Result) -> str:
    """The result as a line of JSON."""
    return json.dumps(asdict(result), ensure_ascii=False) + "\n"


def read_results(path: Path) -> Iterator[Result]:
    """The results of an earlier run; a last line that a crash cut off is left out."""
    if not path.is_file():
        return
    for line in path.read_text("utf-8").split("\n"):
        try:
            yield Result(**json.loads(line))
        except (ValueError, TypeError):
            return
