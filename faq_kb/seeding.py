"""The shipped entries into the database, without ever undoing a person's work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import delete, insert, select

from faq_kb.documents import entry_hash
from faq_kb.store import NEW, SqlStore, count_change, lock_for_writing, read_entries, write_entry
from faq_kb.tables import SeedRow
from faq_kb.types import Entry

EDITOR = "seed"


@dataclass(frozen=True, slots=True)
class SeedReport:
    """Ids of entries, sorted. `kept` were edited by a person since the last seeding, or written by
    one in the first place, and differ from the seed: somebody has to compare them."""

    inserted: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]


async def seed(store: SqlStore, entries: Sequence[Entry]) -> SeedReport:
    """Insert new entries, update those that no person has edited since the last seeding.

    One transaction; a second run changes nothing. An entry that a person removed comes back only
    when its seed changes. Raises StoreUnavailable, EditConflict.
    """
    inserted: list[str] = []
    updated: list[str] = []
    unchanged: list[str] = []
    kept: list[str] = []
    async with store.transaction() as session:
        await lock_for_writing(session)
        stored = {entry.id: entry for entry in await read_entries(session)}
        seeds = {row.entry_id: row.content_hash for row in await session.scalars(select(SeedRow))}
        to_write: list[Entry] = []
        to_note: list[Entry] = []
        for entry in sorted(entries, key=lambda entry: entry.id):
            wanted, last = entry_hash(entry), seeds.get(entry.id)
            present = stored.get(entry.id)
            if present is None:
                if last == wanted:
                    kept.append(entry.id)
                    continue
                inserted.append(entry.id)
                to_write.append(replace(entry, version=NEW))
            elif entry_hash(present) == wanted:
                unchanged.append(entry.id)
            elif entry_hash(present) == last:
                updated.append(entry.id)
                to_write.append(replace(entry, version=present.version))
            else:
                kept.append(entry.id)
                continue
            if last != wanted:
                to_note.append(entry)
        if to_write:
            await count_change(session)
        for entry in to_write:
            await write_entry(session, entry, editor=EDITOR, note="")
        if to_note:
            ids = [entry.id for entry in to_note]
            await session.execute(delete(SeedRow).where(SeedRow.entry_id.in_(ids)))
            now = datetime.now(UTC)
            await session.execute(
                insert(SeedRow),
                [
                    {"entry_id": entry.id, "content_hash": entry_hash(entry), "at": now}
                    for entry in to_note
                ],
            )
    return SeedReport(tuple(inserted), tuple(updated), tuple(unchanged), tuple(kept))
