import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant.database import make_engine, upgrade
from faq_kb.errors import EditConflict, EntryUnknown, StoreUnavailable
from faq_kb.store import NEW, SqlStore
from faq_kb.types import Entry, State


@pytest.fixture
def entry(entries: list[Entry]) -> Entry:
    return replace(entries[0], version=NEW)


async def test_what_was_saved_is_read_again(store: SqlStore, entries: list[Entry]) -> None:
    saved = [await store.save(replace(e, version=NEW), editor="ana") for e in entries]
    snapshot = await store.snapshot()
    assert list(snapshot.entries) == sorted(saved, key=lambda each: each.id)
    assert all(each.version == 1 for each in saved)
    assert snapshot.version == await store.version() == len(entries)


async def test_any_script_survives(store: SqlStore, entry: Entry) -> None:
    strange = "Ação «ñ» 漢字 عربي \U0001f511 'quoted' \"twice\" \\ \n\tend"
    texts = {
        language: replace(each, question=strange, phrasings=(strange,), state=State.STALE)
        for language, each in entry.translations.items()
    }
    saved = await store.save(replace(entry, translations=texts), editor="ana")
    assert (await store.snapshot()).entries == (saved,)


async def test_a_save_replaces_all_translations(store: SqlStore, entry: Entry) -> None:
    first = await store.save(entry, editor="ana")
    only = {"pt": first.translations["pt"]}
    second = await store.save(replace(first, translations=only), editor="rui", note="no English")
    assert second.version == 2
    assert (await store.snapshot()).entries == (second,)
    newest, oldest = await store.revisions(entry.id)
    assert (newest.entry, newest.editor, newest.note) == (second, "rui", "no English")
    assert oldest.entry == first
    assert newest.at.tzinfo == UTC
    assert timedelta(0) <= datetime.now(UTC) - newest.at < timedelta(minutes=1)


async def test_the_second_of_two_editors_is_told(store: SqlStore, entry: Entry) -> None:
    seen = await store.save(entry, editor="ana")
    await store.save(replace(seen, topic="first"), editor="ana")
    with pytest.raises(EditConflict, match=entry.id):
        await store.save(replace(seen, topic="second"), editor="rui")
    assert (await store.snapshot()).entries[0].topic == "first"
    assert await store.version() == 2


async def test_of_many_editors_at_once_one_wins(store: SqlStore, entry: Entry) -> None:
    seen = await store.save(entry, editor="ana")
    edits = [store.save(replace(seen, topic=str(i)), editor=str(i)) for i in range(6)]
    done = await asyncio.gather(*edits, return_exceptions=True)
    assert [type(each) for each in done].count(Entry) == 1
    assert [type(each) for each in done].count(EditConflict) == 5
    assert len(await store.revisions(entry.id)) == 2


async def test_different_entries_are_saved_at_once(store: SqlStore, entries: list[Entry]) -> None:
    saves = [store.save(replace(entry, version=NEW), editor="ana") for entry in entries]
    await asyncio.gather(*saves)
    assert (await store.snapshot()).version == len(entries)


async def test_an_id_is_taken_once(store: SqlStore, entry: Entry) -> None:
    await store.save(entry, editor="ana")
    with pytest.raises(EditConflict):
        await store.save(entry, editor="rui")


async def test_a_removed_entry_leaves_its_revisions(store: SqlStore, entry: Entry) -> None:
    saved = await store.save(entry, editor="ana")
    with pytest.raises(EditConflict):
        await store.remove(entry.id, version=7, editor="rui")
    await store.remove(entry.id, version=saved.version, editor="rui")
    assert (await store.snapshot()).entries == ()
    with pytest.raises(EntryUnknown):
        await store.remove(entry.id, version=2, editor="rui")
    assert [r.entry.version for r in await store.revisions(entry.id)] == [2, 1]
    again = await store.save(entry, editor="ana")
    assert again.version == 3
    assert len(await store.revisions(entry.id)) == 3


async def test_unknown_revisions(store: SqlStore) -> None:
    with pytest.raises(EntryUnknown):
        await store.revisions("nothing")


async def test_tables_that_were_not_migrated(empty_engine: AsyncEngine, entry: Entry) -> None:
    store = SqlStore(empty_engine)
    with pytest.raises(StoreUnavailable):
        await store.snapshot()
    with pytest.raises(StoreUnavailable):
        await store.save(entry, editor="ana")


@pytest.mark.parametrize(
    "url",
    ["postgresql://nobody@127.0.0.1:1/nothing", "sqlite:////no/such/folder/faq.db"],
)
async def test_a_database_out_of_reach(url: str) -> None:
    engine = make_engine(url)
    with pytest.raises(StoreUnavailable) as error:
        await SqlStore(engine).version()
    assert error.value.retryable
    await engine.dispose()
    await asyncio.sleep(0.1)  # the thread of a connection that failed reports to this loop


async def test_a_full_disk(tmp_path: Path, entries: list[Entry]) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'faq.db'}")
    await upgrade(engine)
    store = SqlStore(engine)
    kept = await store.save(replace(entries[0], version=NEW), editor="ana")
    async with engine.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    large = replace(kept, topic="x" * 1_000_000)
    with pytest.raises(StoreUnavailable) as error:
        await store.save(large, editor="ana")
    assert "xxx" not in str(error.value)
    assert (await store.snapshot()).entries == (kept,)
    await engine.dispose()


async def test_readers_do_not_wait_for_a_writer(store: SqlStore, entry: Entry) -> None:
    async with store.transaction() as session:
        await session.execute(text("UPDATE faq_state SET version = version + 1"))
        async with asyncio.timeout(2):
            assert await store.version() == 0
    assert await store.version() == 1


async def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(ValueError, match="mysql"):
        make_engine("mysql://somewhere/faq")
