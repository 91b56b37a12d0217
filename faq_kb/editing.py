"""What the content team does with entries. (Drafts, reviews and publishing will join.)"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from faq_kb.documents import entry_hash
from faq_kb.store import NEW, SqlStore, count_change, lock_for_writing, read_entries, write_entry
from faq_kb.types import Entry


@dataclass(frozen=True, slots=True)
class Replaced:
    """Ids of entries, sorted: those that were written, and those that were the same already."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]


async def replace_entries(
    store: SqlStore, entries: Sequence[Entry], *, editor: str, note: str
) -> Replaced:
    """Write `entries` over whatever is stored under their ids, in one transaction.

    Others stay. Raises StoreUnavailable.
    """
    written: list[str] = []
    unchanged: list[str] = []
    async with store.transaction() as session:
        await lock_for_writing(session)
        ids = [entry.id for entry in entries]
        stored = {entry.id: entry for entry in await read_entries(session, ids)}
        changed: list[Entry] = []
        for entry in sorted(entries, key=lambda entry: entry.id):
            present = stored.get(entry.id)
            if present is not None and entry_hash(present) == entry_hash(entry):
                unchanged.append(entry.id)
            else:
                written.append(entry.id)
                changed.append(replace(entry, version=present.version if present else NEW))
        if changed:
            await count_change(session)
        for entry in changed:
            await write_entry(session, entry, editor=editor, note=note)
    return Replaced(tuple(written), tuple(unchanged))
