"""The published FAQ that sessions search: one immutable snapshot, replaced by one assignment."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from faq_kb.cache import load_or_build
from faq_kb.embedding import Embedder
from faq_kb.index import phrasings_of
from faq_kb.search import Searcher, Thresholds
from faq_kb.store import Store
from faq_kb.types import Entry, SearchResult
from voice.workers import Workers


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was published at one moment."""

    version: int
    entries: dict[str, Entry]
    languages: frozenset[str]
    """Languages in which every entry is published: any answer can be given in them."""
    searcher: Searcher


class Knowledge:
    """Searches the snapshot. A search that has begun ends on the snapshot that it began with."""

    def __init__(self, snapshot: Snapshot, workers: Workers) -> None:
        self.snapshot = snapshot
        self._workers = workers

    async def find(self, text: str, *, language: str) -> SearchResult:
        """The candidates for `text`, best first. Raises QuestionInvalid, Busy."""
        return await self._workers.run(self.snapshot.searcher.find, text, language)


async def published(
    store: Store,
    embedder: Embedder,
    cache: Path,
    thresholds: Thresholds,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Snapshot:
    """Read what is published and index it; an index that `cache` holds for it is taken.

    `progress` is told (done, total) texts while an index is built. Raises StoreUnavailable.
    """
    stored = await store.snapshot()
    phrasings = phrasings_of(stored.entries)
    index = await asyncio.to_thread(load_or_build, cache, phrasings, embedder, progress=progress)
    return Snapshot(
        version=stored.version,
        entries={entry.id: entry for entry in stored.entries},
        languages=_common_languages(stored.entries),
        searcher=Searcher(index, embedder, thresholds),
    )


def _common_languages(entries: Sequence[Entry]) -> frozenset[str]:
    """Languages that every entry is written in."""
    written = [frozenset(entry.translations) for entry in entries]
    return frozenset.intersection(*written) if written else frozenset()
