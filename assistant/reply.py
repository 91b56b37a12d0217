"""A turn under way, as an object: it can be told to answer, left unanswered, or stopped."""

import asyncio
from collections.abc import Awaitable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from assistant.events import Ended, Failed, Heard, Interrupted, SessionEvent, Unheard
from assistant.records import Records
from assistant.turn import Turn


class Emit(Protocol):
    """Takes each event of the session, in order."""

    def __call__(self, event: SessionEvent, /) -> Awaitable[None]:
        """Return when the client has taken the event."""
        ...


class Reply:
    """One turn, run in a task of its own. `start` it once."""

    def __init__(self, turn: Turn, session_id: str, emit: Emit, records: Records) -> None:
        self.played_ms: int | None = None
        """How much of it the citizen heard, where the client has told."""
        self._turn = turn
        self._session_id = session_id
        self._emit = emit
        self._records = records
        self._task: asyncio.Task[None] | None = None
        self._begun = asyncio.Event()
        self._go_ahead = asyncio.Event()
        self._wanted = True
        self._unasked = False
        self._hearing = turn.question.utterance is not None
        self._ending = False
        self._stopped_by: str | None = None

    @property
    def turn_id(self) -> str:
        """Of its turn."""
        return self._turn.question.turn_id

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._task is not None and self._task.done()

    @property
    def hearing(self) -> bool:
        """Whether its utterance is still being transcribed."""
        return self._hearing and not self.done

    @property
    def pending(self) -> bool:
        """Whether it can still be told to answer."""
        return not self.done and self._wanted and (self._hearing or not self._go_ahead.is_set())

    def start(self, tasks: asyncio.TaskGroup, *, at_once: bool) -> None:
        """Run in `tasks`. `at_once`: the answer need not be asked for, and a noise gets none."""
        self._unasked = at_once
        if at_once:
            self._go_ahead.set()
        self._task = tasks.create_task(self._run())

    def answer(self, *, speak: bool, speed: float) -> None:
        """Answer, in this manner."""
        self._turn.speak_as(speak, speed)
        self._unasked = False
        self._go_ahead.set()

    def leave(self) -> None:
        """Do not answer. A transcription that has begun is still told: it was said."""
        self._wanted = False
        self._go_ahead.set()

    async def stop(self, reason: str) -> None:
        """End now and wait for it; one that is just ending by itself is left to end."""
        await self._begun.wait()  # a task that is cancelled before its first step tells nobody
        if self._task is None or self._task.done():
            return
        if not self._ending:
            self._stopped_by = reason
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        interrupted = False
        try:
            self._begun.set()
            await self._tell()
        except asyncio.CancelledError:
            if self._stopped_by is None:
                raise  # the session itself is ending
            await self._emit(Interrupted(self.turn_id, self._stopped_by))
        else:
            interrupted = not self._wanted
        finally:
            interrupted = interrupted or not self._ending
            self._records.add(
                replace(
                    self._turn.record(self._session_id, interrupted=interrupted),
                    played_ms=self.played_ms,
                )
            )

    async def _tell(self) -> None:
        async with aclosing(self._turn.run()) as events:
            async for event in events:
                match event:
                    case Ended():
                        self._ending = True
                        await self._emit(event)
                    case Failed():
                        self._ending = True
                        due = self._wanted and self._go_ahead.is_set()
                        await self._emit(replace(event, due=due))
                    case Heard() | Unheard():
                        await self._emit(event)
                        if self._unasked and isinstance(event, Unheard) and event.is_noise:
                            self._ending = True
                            return
                        self._hearing = False
                        await self._go_ahead.wait()
                        if not self._wanted:
                            return
                    case _:
                        await self._emit(event)
