"""The published FAQ that sessions search: one immutable snapshot, replaced by one assignment."""

from dataclasses import dataclass

from faq_kb.search import Searcher
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
