"""The figures of a run, overall and per language."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from assistant.types import Outcome
from eval.results import Result


def summary_of(results: Sequence[Result]) -> dict[str, Any]:
    """`{overall, languages: {language: …}}`, each as `figures_of`."""
    languages = sorted({result.lang for result in results})
    return {
        "overall": figures_of(results),
        "languages": {
            language: figures_of([r for r in results if r.lang == language])
            for language in languages
        },
    }


def figures_of(results: Sequence[Result]) -> dict[str, Any]:
    """Counts, and shares in [0, 1] (null of nothing).

    `accuracy` right outcomes of all cases · `top1`, `top3` expected entry among the candidates of
    in-scope cases · `wrong_rate` in-scope cases answered with another entry · `asked_back`,
    `abstained` in-scope cases · `asked_back_right` of those asked back, the expected entry is
    offered · `false_answers` out-of-scope cases that were given an entry.
    """
    inside = [r for r in results if r.in_scope]
    outside = [r for r in results if not r.in_scope]
    asked = [r for r in inside if r.outcome == Outcome.CLARIFY]
    ms = [r.ms for r in results if r.error is None]
    return {
        "cases": len(results),
        "in_scope": len(inside),
        "out_of_scope": len(outside),
        "failed": sum(r.error is not None for r in results),
        "correct": sum(r.correct for r in results),
        "wrong": sum(r.wrong for r in inside),
        "accuracy": _share(r.correct for r in results),
        "in_scope_accuracy": _share(r.correct for r in inside),
        "top1": _share(r.found_within(1) for r in inside),
        "top3": _share(r.found_within(3) for r in inside),
        "wrong_rate": _share(r.wrong for r in inside),
        "asked_back": _share(r.outcome == Outcome.CLARIFY for r in inside),
        "asked_back_right": _share(r.expected in r.options for r in asked),
        "abstained": _share(r.outcome == Outcome.ABSTAIN for r in inside),
        "false_answers": _share(r.wrong for r in outside),
        "ms": {
            "p50": float(np.percentile(ms, 50)) if ms else None,
            "p95": float(np.percentile(ms, 95)) if ms else None,
        },
    }


def _share(hits: Iterable[bool]) -> float | None:
    counted = list(hits)
    return sum(counted) / len(counted) if counted else None
