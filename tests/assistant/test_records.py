"""The conversation log: written soon, off the path of turns, and never their undoing."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from assistant.database import make_engine, upgrade
from assistant.records import Records, TurnRow
from assistant.types import Channel, Timings, TurnRecord


def record(turn_id: str) -> TurnRecord:
    return TurnRecord(
        turn_id=turn_id,
        session_id="sess_1",
        at=datetime.now(UTC),
        outcome="faq",
        entry_id="cmd-cost",
        language="pt",
        channel=Channel.VOICE,
        confidence=0.9,
        timings=Timings(stt=300, match=20, total=400),
        interrupted=False,
        kb_version=3,
        models={"stt": "whisper-base"},
    )


async def test_records_and_what_was_heard_of_them(database_url: str) -> None:
    engine = make_engine(database_url)
    await upgrade(engine)
    records = Records(engine)
    async with records.writing():
        for number in range(50):
            records.add(record(f"turn_{number}"))
        records.played("turn_7", 1_234)
    assert await records.count() == 50
    async with AsyncSession(engine) as session:
        row = await session.scalar(select(TurnRow).where(TurnRow.turn_id == "turn_7"))
    assert row is not None
    assert (row.played_ms, row.channel, row.timings["stt"]) == (1_234, "voice", 300)
    await engine.dispose()


async def test_a_database_that_fails_loses_records_and_says_how_many(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite+aiosqlite:///{tmp_path / 'no' / 'folder.db'}")
    records = Records(engine)
    async with records.writing():
        records.add(record("turn_1"))
        records.add(record("turn_2"))
    assert records.lost == 2
    await engine.dispose()
