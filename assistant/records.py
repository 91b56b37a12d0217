"""The conversation log: outcome, entry, language and timings of each turn, never what was said.

Turns hand their records over without waiting; one writer puts them into the database, off the path
of any turn. A database that fails loses records, which are counted, and never a turn.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, MetaData, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from assistant.types import TurnRecord

_log = logging.getLogger(__name__)
_QUEUE = 1_000
_FLUSH_S = 5.0

metadata = MetaData()


class _Base(DeclarativeBase):
    metadata = metadata


class TurnRow(_Base):
    """One turn, as TurnRecord describes it."""

    __tablename__ = "turn_records"

    turn_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    session_id: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    outcome: Mapped[str] = mapped_column(String(32))
    entry_id: Mapped[str | None] = mapped_column(String(128))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(8))
    confidence: Mapped[float | None]
    timings: Mapped[dict[str, Any]] = mapped_column(JSON)
    played_ms: Mapped[int | None]
    interrupted: Mapped[bool]
    kb_version: Mapped[int]
    models: Mapped[dict[str, Any]] = mapped_column(JSON)


class Records:
    """Takes records at once and writes them soon. Use inside `writing()`."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._queue: asyncio.Queue[TurnRecord | tuple[str, int]] = asyncio.Queue(_QUEUE)
        self.lost = 0
        """Records that could not be written."""

    def add(self, record: TurnRecord) -> None:
        """Keep the record of a turn."""
        self._put(record)

    def played(self, turn_id: str, ms: int) -> None:
        """Keep how much of a turn's answer the citizen heard."""
        self._put((turn_id, ms))

    async def count(self) -> int:
        """How many records the database holds."""
        async with AsyncSession(self._engine) as session:
            return (await session.scalar(select(func.count()).select_from(TurnRow))) or 0

    @asynccontextmanager
    async def writing(self) -> AsyncGenerator[None]:
        """Write while this is open; what is left is written when it closes."""
        # Not a task group: that would wrap whatever the body raises.
        writer = asyncio.create_task(self._write_for_ever())
        try:
            yield
        finally:
            try:
                async with asyncio.timeout(_FLUSH_S):
                    await self._queue.join()
            except TimeoutError:
                self._lose(self._queue.qsize())
            writer.cancel()
            await asyncio.wait([writer])

    def _put(self, item: TurnRecord | tuple[str, int]) -> None:
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self._lose(1)

    async def _write_for_ever(self) -> None:
        while True:
            items = [await self._queue.get()]
            while not self._queue.empty():
                items.append(self._queue.get_nowait())
            if not await self._written(items):
                # One that cannot be written must not take the others with it.
                for item in items:
                    if not await self._written([item]):
                        self._lose(1)
            for _ in items:
                self._queue.task_done()

    async def _written(self, items: list[TurnRecord | tuple[str, int]]) -> bool:
        try:
            await self._write(items)
        except Exception as error:  # whatever a driver raises: the writer must live
            _log.warning("records not written: %s", type(error).__name__)
            return False
        return True

    async def _write(self, items: list[TurnRecord | tuple[str, int]]) -> None:
        async with AsyncSession(self._engine) as session, session.begin():
            for item in items:
                if isinstance(item, TurnRecord):
                    session.add(TurnRow(**asdict(item)))
                else:
                    await session.flush()
                    turn_id, ms = item
                    await session.execute(
                        update(TurnRow).where(TurnRow.turn_id == turn_id).values(played_ms=ms)
                    )

    def _lose(self, count: int) -> None:
        self.lost += count
        _log.warning("%d records lost so far", self.lost)
