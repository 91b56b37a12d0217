"""A turn's result as JSON: what `ask` and `turn` print, and what other tools rely on."""

from dataclasses import asdict
from typing import Any

from assistant.types import Answer, Timings
from voice.types import Transcript


def report_of(answer: Answer, timings: Timings, heard: Transcript | None) -> dict[str, Any]:
    """`{heard, outcome, entry_id, confidence, candidates, options, language, shown, spoken,
    sources, as_of, timings}`; `heard` is null for a typed question, timings are milliseconds."""
    return {
        "heard": None
        if heard is None
        else {
            "text": heard.text,
            "language": heard.language,
            "language_confidence": heard.language_confidence,
        },
        "outcome": answer.outcome.value,
        "entry_id": answer.entry_id,
        "confidence": answer.confidence,
        "candidates": [
            {"entry_id": match.entry_id, "confidence": match.confidence}
            for match in answer.candidates
        ],
        "options": [asdict(option) for option in answer.options],
        "language": answer.language,
        "shown": answer.shown,
        "spoken": answer.spoken,
        "sources": [asdict(source) for source in answer.sources],
        "as_of": answer.as_of,
        "timings": asdict(timings),
    }
