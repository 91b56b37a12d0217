"""Right and wrong answers on the questions that ship, and on outside ones."""

import asyncio
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from eval.cases import Case, read_lines
from eval.run import Plan, run

QUESTIONS = Path(__file__).parent.parent / "eval" / "datasets" / "mobile_key.jsonl"
OUTSIDE_LANGUAGES = {"pt", "en"}


def measure(settings: Settings, out: Path, data: Path | None) -> dict[str, Any]:
    """Summaries without their manifests: `shipped`, and `outside` from `data`/kb."""
    found = {"shipped": _summary(settings, QUESTIONS, out / "shipped")}
    if data is not None and (data / "kb" / "dev_questions.jsonl").is_file():
        found["outside"] = _summary(
            settings, _in_the_sample(data / "kb" / "dev_questions.jsonl", out), out / "outside"
        )
    return found


def _summary(settings: Settings, cases: Path, out: Path) -> dict[str, Any]:
    summary = asyncio.run(run(settings, read_lines(cases, Case), cases, out, Plan()))
    return {key: summary[key] for key in ("overall", "languages")}


def _in_the_sample(path: Path, out: Path) -> Path:
    """The questions in Portuguese and English whose entry the sample FAQ has, as a file."""
    from faq_kb.content import read_content

    known = {entry.id for entry in read_content()}
    kept = [
        case
        for case in read_lines(path, Case)
        if case.lang in OUTSIDE_LANGUAGES and case.expected in known
    ]
    target = out / "outside.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)
    lines = [case.model_dump_json(exclude_defaults=True) + "\n" for case in kept]
    target.write_text("".join(lines), "utf-8")
    return target
