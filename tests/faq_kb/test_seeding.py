from dataclasses import replace

import pytest

from faq_kb.seeding import EDITOR, SeedReport, seed
from faq_kb.store import NEW, SqlStore
from faq_kb.types import Entry


@pytest.fixture
def three(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: entry.id)[:3]


def newer(entry: Entry) -> Entry:
    return replace(entry, topic=entry.topic + ", as of today")


async def test_the_first_seeding_inserts(store: SqlStore, three: list[Entry]) -> None:
    report = await seed(store, three)
    assert report == SeedReport(tuple(e.id for e in three), (), (), ())
    assert list((await store.snapshot()).entries) == three
    assert (await store.revisions(three[0].id))[0].editor == EDITOR


async def test_a_second_seeding_changes_nothing(store: SqlStore, three: list[Entry]) -> None:
    await seed(store, three)
    before = await store.snapshot()
    report = await seed(store, three)
    assert report.unchanged == tuple(entry.id for entry in three)
    assert await store.snapshot() == before


async def test_edited_entries_are_kept_and_reported(store: SqlStore, three: list[Entry]) -> None:
    await seed(store, three)
    first, second, third = three
    edited = await store.save(replace(second, version=1, owner="somebody"), editor="ana")
    fourth = replace(third, id="quite-new")
    report = await seed(store, [newer(first), newer(second), third, fourth])
    assert report == SeedReport(("quite-new",), (first.id,), (third.id,), (second.id,))
    stored = {entry.id: entry for entry in (await store.snapshot()).entries}
    assert stored[second.id] == edited
    assert stored[first.id] == replace(newer(first), version=2)
    assert await seed(store, [newer(first), newer(second), third, fourth]) == SeedReport(
        (), (), (first.id, third.id, "quite-new"), (second.id,)
    )


async def test_an_edit_that_is_taken_back_is_updated_again(
    store: SqlStore, three: list[Entry]
) -> None:
    await seed(store, three)
    first = three[0]
    edited = await store.save(replace(first, version=1, owner="somebody"), editor="ana")
    await store.save(replace(edited, owner=first.owner), editor="ana")
    assert (await seed(store, [newer(first)])).updated == (first.id,)


async def test_an_entry_that_a_person_wrote_is_kept(store: SqlStore, three: list[Entry]) -> None:
    own = await store.save(replace(three[0], version=NEW, owner="somebody"), editor="ana")
    assert (await seed(store, three)).kept == (own.id,)
    assert (await store.snapshot()).entries[0] == own


async def test_a_removed_entry_stays_removed_until_its_seed_changes(
    store: SqlStore, three: list[Entry]
) -> None:
    await seed(store, three)
    await store.remove(three[0].id, version=1, editor="ana")
    assert (await seed(store, three)).kept == (three[0].id,)
    report = await seed(store, [newer(three[0]), *three[1:]])
    assert report.inserted == (three[0].id,)


async def test_a_seeding_that_fails_changes_nothing(store: SqlStore, three: list[Entry]) -> None:
    before = await store.snapshot()
    bad = replace(three[1], look_alikes=(object(),))  # type: ignore[arg-type]
    with pytest.raises(Exception, match="object"):
        await seed(store, [three[0], bad])
    assert await store.snapshot() == before
