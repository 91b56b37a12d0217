"""Matches foreign questions with foreign entries through the production search."""

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.types import Outcome
from eval.cases import ForeignEntry, ForeignQuery
from eval.results import Result, candidates_of, line_of
from eval.summary import summary_of
from faq_kb.embedding import Embedder
from faq_kb.index import Index
from faq_kb.search import Searcher, Thresholds
from faq_kb.types import Decision, Phrasing, SearchResult

_OUTCOMES = {
    Decision.ANSWER: Outcome.FAQ,
    Decision.CLARIFY: Outcome.CLARIFY,
    Decision.ABSTAIN: Outcome.ABSTAIN,
}


def bench(
    entries: Sequence[ForeignEntry],
    queries: Sequence[ForeignQuery],
    embedder: Embedder,
    thresholds: Thresholds,
    out: Path,
    *,
    indexing: Callable[[int, int], None] = lambda done, total: None,
    progress: Callable[[int], None] = lambda done: None,
) -> dict[str, Any]:
    """Index `entries`, ask every query one by one, write results.jsonl and summary.json."""
    out.mkdir(parents=True, exist_ok=True)
    index = Index.build(
        (Phrasing(each.id, each.lang, text) for each in entries for text in each.phrasings),
        embedder,
        progress=indexing,
    )
    searcher = Searcher(index, embedder, thresholds)
    results: list[Result] = []
    with (out / "results.jsonl").open("w", encoding="utf-8") as lines:
        for number, query in enumerate(queries, 1):
            results.append(_result(searcher, query))
            lines.write(line_of(results[-1]))
            progress(number)
    summary = {**summary_of(results), "entries": len(entries), "search": embedder.identity}
    (out / "summary.json").write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
    return summary


def _result(searcher: Searcher, query: ForeignQuery) -> Result:
    began = time.perf_counter()
    found = searcher.find(query.text, query.lang)
    ms = round((time.perf_counter() - began) * 1000)
    outcome = _OUTCOMES[found.decision]
    entry_id = found.matches[0].entry_id if found.decision is Decision.ANSWER else None
    right = entry_id == query.expected if query.expected else outcome is Outcome.ABSTAIN
    return Result(
        id=query.id,
        lang=query.lang,
        outcome=outcome.value,
        entry_id=entry_id,
        confidence=_confidence(found),
        candidates=candidates_of(found.matches),
        options=list(found.options),
        language=found.matches[0].language if found.matches else None,
        heard=None,
        answer=None,
        correct=right,
        ms=ms,
        expected=query.expected,
        in_scope=query.expected is not None,
        acceptable=[],
    )


def _confidence(found: SearchResult) -> float | None:
    return found.matches[0].confidence if found.matches else None
