"""Where entries live. All methods are coroutines of one transaction each."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import InstrumentedAttribute

from faq_kb.documents import entry_from_document, entry_to_document
from faq_kb.errors import EditConflict, EntryUnknown, StoreUnavailable
from faq_kb.tables import EntryRow, RevisionRow, StateRow, TranslationRow
from faq_kb.types import Entry, Source, State, Translation

NEW = 0
"""Version of an entry that is not stored yet."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole FAQ at one version; entries sorted by id."""

    version: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry as it was saved; `at` is in UTC."""

    entry: Entry
    at: datetime
    editor: str
    note: str


class Store(Protocol):
    """Reads and writes entries. Every method may raise StoreUnavailable."""

    async def version(self) -> int:
        """The FAQ's version: cheap enough to ask for every few seconds."""
        ...

    async def snapshot(self) -> Snapshot:
        """All entries and the version they are of."""
        ...

    async def save(self, entry: Entry, *, editor: str, note: str = "") -> Entry:
        """Write `entry` as a new version and return it with that version.

        `entry.version` is the version that the editor saw, NEW for a new entry. Raises
        EditConflict where another has been saved in between, or the id is taken.
        """
        ...

    async def remove(self, entry_id: str, *, version: int, editor: str, note: str = "") -> None:
        """Delete the entry that the editor saw at `version`; its revisions stay.

        Raises EntryUnknown, or EditConflict where it has been saved in between.
        """
        ...

    async def revisions(self, entry_id: str) -> list[Revision]:
        """All saved versions, the newest first. Raises EntryUnknown."""
        ...


class SqlStore:
    """A Store on SQLAlchemy: SQLite through aiosqlite, PostgreSQL through asyncpg."""

    def __init__(self, engine: AsyncEngine) -> None:
        """The engine stays the caller's, tables are those of the migrations."""
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def version(self) -> int:
        """See `Store.version`."""
        async with self.transaction() as session:
            return await _version(session)

    async def snapshot(self) -> Snapshot:
        """See `Store.snapshot`."""
        async with self.transaction() as session:
            # Read before the entries: if somebody saves in between (PostgreSQL), the caller holds
            # newer entries under an older version, and reads again at the next look.
            version = await _version(session)
            return Snapshot(version, tuple(await read_entries(session)))

    async def save(self, entry: Entry, *, editor: str, note: str = "") -> Entry:
        """See `Store.save`."""
        async with self.transaction() as session:
            await count_change(session)
            return await write_entry(session, entry, editor=editor, note=note)

    async def remove(self, entry_id: str, *, version: int, editor: str, note: str = "") -> None:
        """See `Store.remove`."""
        async with self.transaction() as session:
            await count_change(session)
            found = await read_entries(session, [entry_id])
            if not found:
                raise EntryUnknown(f"no entry {entry_id}")
            gone = delete(EntryRow).where(EntryRow.id == entry_id, EntryRow.version == version)
            if (await session.execute(gone.returning(EntryRow.id))).first() is None:
                raise EditConflict(f"{entry_id} has been saved since version {version}")
            last = replace(found[0], version=version + 1)
            await _note_revision(session, last, editor=editor, note=note or "removed")

    async def revisions(self, entry_id: str) -> list[Revision]:
        """See `Store.revisions`."""
        async with self.transaction() as session:
            query = select(RevisionRow).where(RevisionRow.entry_id == entry_id)
            rows = await session.scalars(query.order_by(RevisionRow.version.desc()))
            found = [
                Revision(
                    entry=entry_from_document(row.document, version=row.version),
                    at=row.at,
                    editor=row.editor,
                    note=row.note,
                )
                for row in rows
            ]
        if not found:
            raise EntryUnknown(f"no entry {entry_id}")
        return found

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[AsyncSession]:
        """A session that commits on leaving; whatever the database does wrong becomes
        StoreUnavailable, without the statement, whose parameters may be long."""
        try:
            async with self._sessions.begin() as session:
                yield session
        except IntegrityError:
            raise EditConflict("the entry was written by somebody else at the same time") from None
        except DBAPIError as error:
            raise StoreUnavailable(f"database: {type(error.orig).__name__}") from None
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            raise StoreUnavailable(f"database: {type(error).__name__}") from None


async def read_entries(session: AsyncSession, ids: Sequence[str] | None = None) -> list[Entry]:
    """Entries sorted by id, all or those of `ids`."""
    entries = select(EntryRow).order_by(EntryRow.id)
    texts = select(TranslationRow).order_by(TranslationRow.entry_id, TranslationRow.language)
    if ids is not None:
        entries = entries.where(EntryRow.id.in_(ids))
        texts = texts.where(TranslationRow.entry_id.in_(ids))
    rows = (await session.scalars(entries)).all()
    translations: dict[str, dict[str, Translation]] = {row.id: {} for row in rows}
    for text in await session.scalars(texts):
        # An entry written between the two queries has no row above yet.
        translations.setdefault(text.entry_id, {})[text.language] = Translation(
            language=text.language,
            question=text.question,
            phrasings=tuple(text.phrasings),
            answer=text.answer,
            spoken=text.spoken,
            state=State(text.state),
            source_hash=text.source_hash,
        )
    return [
        Entry(
            id=row.id,
            topic=row.topic,
            area=row.area,
            owner=row.owner,
            sources=tuple(Source(source["title"], source["url"]) for source in row.sources),
            as_of=row.as_of,
            review_by=row.review_by,
            look_alikes=tuple(row.look_alikes),
            handover=row.handover,
            translations=translations[row.id],
            version=row.version,
        )
        for row in rows
    ]


async def lock_for_writing(session: AsyncSession) -> None:
    """Make writers queue. First in every writing transaction: SQLite refuses to turn a reader into
    a writer once somebody else has written, and PostgreSQL then waits at the one row."""
    await _set_version(session, StateRow.version)


async def count_change(session: AsyncSession) -> None:
    """One more version of the FAQ; takes the same lock."""
    await _set_version(session, StateRow.version + 1)


async def _set_version(
    session: AsyncSession, value: InstrumentedAttribute[int] | ColumnElement[int]
) -> None:
    written = update(StateRow).values(version=value).returning(StateRow.version)
    if (await session.execute(written)).first() is None:
        raise StoreUnavailable("database: the tables have not been migrated")


async def write_entry(session: AsyncSession, entry: Entry, *, editor: str, note: str) -> Entry:
    """Insert or update under the optimistic version, note the revision. Raises EditConflict."""
    saved = replace(entry, version=entry.version + 1)
    values = {
        "topic": entry.topic,
        "area": entry.area,
        "owner": entry.owner,
        "sources": [{"title": source.title, "url": source.url} for source in entry.sources],
        "as_of": entry.as_of,
        "review_by": entry.review_by,
        "look_alikes": list(entry.look_alikes),
        "handover": entry.handover,
        "version": saved.version,
        "updated_at": datetime.now(UTC),
    }
    if entry.version == NEW:
        # An id that was used before goes on counting, so that no revision is written over.
        used = select(RevisionRow.version).where(RevisionRow.entry_id == entry.id)
        last = await session.scalar(used.order_by(RevisionRow.version.desc()).limit(1))
        saved = replace(entry, version=(last or 0) + 1)
        await session.execute(
            insert(EntryRow).values(id=entry.id, **{**values, "version": saved.version})
        )
    else:
        seen = (EntryRow.id == entry.id) & (EntryRow.version == entry.version)
        written = update(EntryRow).where(seen).values(**values).returning(EntryRow.id)
        if (await session.execute(written)).first() is None:
            raise EditConflict(f"{entry.id} has been saved since version {entry.version}")
        await session.execute(delete(TranslationRow).where(TranslationRow.entry_id == entry.id))
    if entry.translations:
        await session.execute(
            insert(TranslationRow),
            [
                {
                    "entry_id": entry.id,
                    "language": language,
                    "question": text.question,
                    "phrasings": list(text.phrasings),
                    "answer": text.answer,
                    "spoken": text.spoken,
                    "state": text.state.value,
                    "source_hash": text.source_hash,
                }
                for language, text in sorted(entry.translations.items())
            ],
        )
    await _note_revision(session, saved, editor=editor, note=note)
    return saved


async def _note_revision(session: AsyncSession, entry: Entry, *, editor: str, note: str) -> None:
    await session.execute(
        insert(RevisionRow).values(
            entry_id=entry.id,
            version=entry.version,
            at=datetime.now(UTC),
            editor=editor,
            note=note,
            document=entry_to_document(entry),
        )
    )


async def _version(session: AsyncSession) -> int:
    return await session.scalar(select(StateRow.version)) or 0
