"""Cases are read strictly, and judged as they say."""

from pathlib import Path

import pytest

from assistant.types import Outcome
from eval.cases import Case, read_lines
from eval.errors import CasesInvalid
from eval.results import Result
from eval.summary import summary_of
from faq_kb.background import out_of_scope
from faq_kb.content import read_content
from faq_kb.normalise import for_letters

DATASETS = Path(__file__).parents[2] / "eval" / "datasets"


@pytest.mark.parametrize("name", ["mobile_key.jsonl", "mobile_key_dev.jsonl"])
def test_the_shipped_cases_are_sound(name: str) -> None:
    cases = read_lines(DATASETS / name, Case)
    assert {case.lang for case in cases} == {"pt", "en"}
    assert len({case.text for case in cases}) == len(cases)


def test_no_shipped_test_question_is_a_development_question() -> None:
    held_out = {case.text for case in read_lines(DATASETS / "mobile_key.jsonl", Case)}
    seen = {case.text for case in read_lines(DATASETS / "mobile_key_dev.jsonl", Case)}
    assert not held_out & seen


@pytest.mark.parametrize("name", ["mobile_key.jsonl", "mobile_key_dev.jsonl"])
def test_no_shipped_case_is_what_the_search_has_learned_from(name: str) -> None:
    written = {
        for_letters(text)
        for entry in read_content()
        for translation in entry.translations.values()
        for text in (translation.question, *translation.phrasings)
    } | {for_letters(line.text) for line in out_of_scope()}
    assert not [c.id for c in read_lines(DATASETS / name, Case) if for_letters(c.text) in written]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 2"),
        ('{"id": "a", "lang": "pt", "text": "x", "expected": null}', "stands twice"),
        ('{"id": "b", "lang": "pt", "text": "x"}', "expected"),
        ('{"id": "b", "lang": "pt", "expected": null}', "text, audio or turns"),
        ('{"id": "b", "lang": "pt", "text": "x", "expected": null, "colour": 1}', "colour"),
        (
            '{"id": "b", "lang": "pt", "text": "x", "turns": ["y"], "expected": null}',
            "last of turns",
        ),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text('{"id": "a", "lang": "pt", "text": "z", "expected": null}\n' + line + "\n")
    with pytest.raises(CasesInvalid, match=told) as error:
        read_lines(file, Case)
    assert "line 2" in str(error.value)


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_a_file_without_cases_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "none.jsonl").write_text(content)
    with pytest.raises(CasesInvalid):
        read_lines(tmp_path / "none.jsonl", Case)


@pytest.mark.parametrize(
    ("expected", "outcome", "entry", "met"),
    [
        ("a", Outcome.FAQ, "a", True),
        ("a", Outcome.FAQ, "b", False),
        ("a", Outcome.ABSTAIN, None, False),
        (None, Outcome.ABSTAIN, None, True),
        (None, Outcome.SOCIAL, None, True),
        (None, Outcome.CLARIFY, None, False),
        (None, Outcome.FAQ, "a", False),
    ],
)
def test_what_meets_a_case(
    expected: str | None, outcome: Outcome, entry: str | None, met: bool
) -> None:
    case = Case(id="1", lang="pt", text="x", expected=expected)
    assert case.met_by(outcome, entry) is met


def test_acceptable_entries_and_outcomes() -> None:
    case = Case(id="1", lang="pt", text="x", expected="a", acceptable=("b",))
    assert case.met_by(Outcome.FAQ, "b")
    asked = Case(id="1", lang="pt", text="x", expected=None, expected_outcome=Outcome.CLARIFY)
    assert asked.met_by(Outcome.CLARIFY, None)
    assert not asked.met_by(Outcome.ABSTAIN, None)


def result(case: str, outcome: str | None, entry: str | None, expected: str | None) -> Result:
    return Result(
        id=case,
        lang="pt",
        outcome=outcome,
        entry_id=entry,
        confidence=0.5,
        candidates=[{"entry_id": "a", "confidence": 0.5}, {"entry_id": "b", "confidence": 0.4}],
        options=["b"] if outcome == "clarify" else [],
        language="pt",
        heard=None,
        answer=None,
        correct=entry == expected if expected else outcome == "abstain",
        ms=10,
        expected=expected,
        in_scope=expected is not None,
        acceptable=[],
        error=None if outcome else "busy",
    )


def test_the_figures_add_up() -> None:
    summary = summary_of(
        [
            result("1", "faq", "a", "a"),
            result("2", "faq", "a", "b"),
            result("3", "clarify", None, "b"),
            result("4", None, None, "c"),
            result("5", "abstain", None, None),
            result("6", "faq", "a", None),
        ]
    )
    overall = summary["overall"]
    assert overall["cases"] == 6
    assert overall["correct"] == 2
    assert overall["wrong"] == 1
    assert overall["wrong_rate"] == 0.25
    assert overall["failed"] == 1
    assert overall["top1"] == 0.25
    assert overall["top3"] == 0.75
    assert overall["asked_back_right"] == 1.0
    assert overall["false_answers"] == 0.5
    assert summary["languages"]["pt"] == overall
