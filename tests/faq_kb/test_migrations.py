import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from assistant import records
from assistant.database import downgrade, make_engine, status, upgrade
from faq_kb.store import NEW, SqlStore
from faq_kb.tables import Base
from faq_kb.types import Entry

TURN = (
    "INSERT INTO turn_records (turn_id, session_id, at, outcome, entry_id, language, channel,"
    " confidence, timings, played_ms, interrupted, kb_version, models) VALUES (:id, 's', :at,"
    " 'faq', NULL, 'pt', :channel, NULL, '{}', NULL, :no, 1, '{}')"
)


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda c: inspect(c).get_table_names()))


async def fill(engine: AsyncEngine, entries: list[Entry]) -> None:
    store = SqlStore(engine)
    for entry in entries:
        await store.save(replace(entry, version=NEW), editor="ana")
    at = datetime.now(UTC)
    if engine.dialect.name == "sqlite":
        at = at.isoformat(" ")
    async with engine.begin() as connection:
        row = {"id": "t1", "at": at, "channel": "voice", "no": False}
        await connection.execute(text(TURN), row)


async def test_up_down_and_up_again_on_a_filled_database(
    empty_engine: AsyncEngine, entries: list[Entry]
) -> None:
    current, head = await status(empty_engine)
    assert current is None
    await upgrade(empty_engine)
    assert await status(empty_engine) == (head, head)
    await fill(empty_engine, entries)
    await downgrade(empty_engine, "base")
    assert await tables(empty_engine) <= {"alembic_version"}
    assert (await status(empty_engine))[0] is None
    await upgrade(empty_engine)
    await fill(empty_engine, entries)
    snapshot = await SqlStore(empty_engine).snapshot()
    assert (snapshot.version, len(snapshot.entries)) == (len(entries), len(entries))


async def test_an_upgrade_keeps_what_is_there(engine: AsyncEngine, entries: list[Entry]) -> None:
    await fill(engine, entries)
    await upgrade(engine)
    assert len((await SqlStore(engine).snapshot()).entries) == len(entries)


async def test_several_processes_may_upgrade_at_once(database_url: str) -> None:
    engines = [make_engine(database_url) for _ in range(4)]
    await asyncio.gather(*(upgrade(engine) for engine in engines))
    current, head = await status(engines[0])
    assert current == head
    for engine in engines:
        await engine.dispose()


async def test_migrations_and_tables_agree(engine: AsyncEngine) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        both: list[MetaData] = [Base.metadata, records.metadata]
        return list(compare_metadata(context, both))  # type: ignore[arg-type]

    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_failed_upgrade_leaves_nothing_behind(
    empty_engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with empty_engine.begin() as connection:
        await connection.execute(text("CREATE TABLE faq_seeds (id INTEGER)"))
    with pytest.raises(Exception, match="faq_seeds"):
        await upgrade(empty_engine)
    assert "faq_entries" not in await tables(empty_engine)


async def test_a_turn_has_a_known_channel(engine: AsyncEngine) -> None:
    at = datetime.now(UTC).isoformat(" ") if engine.dialect.name == "sqlite" else datetime.now(UTC)
    with pytest.raises(IntegrityError):
        async with engine.begin() as connection:
            row = {"id": "t1", "at": at, "channel": "smoke", "no": False}
            await connection.execute(text(TURN), row)


async def test_sqlite_is_set_up_for_many_readers(engine: AsyncEngine) -> None:
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        wanted = {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 5000}
        for pragma, value in wanted.items():
            assert (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one() == value
