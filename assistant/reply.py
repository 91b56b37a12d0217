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
        self._emitting = False
        self._interrupted = False
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
        if self.done or self._ending or not self._wanted:
            return False
        return self._hearing or not self._go_ahead.is_set()

    @property
    def due(self) -> bool:
        """Whether its answer is being given, or will be without being asked for."""
        return not self.done and self._wanted and self._go_ahead.is_set()

    def start(self, tasks: asyncio.TaskGroup, *, at_once: bool) -> None:
        """Run in `tasks`. `at_once`: the answer need not be asked for, and a noise gets none."""
        self._unasked = at_once
        if at_once:
            self._go_ahead.set()
        self._task = tasks.create_task(self._run())

    def answer(self, *, speak: bool, speed: float) -> bool:
        """Answer, in this manner; whether it still can."""
        if not self.pending:
            return False
        self._turn.speak_as(speak, speed)
        self._unasked = False
        self._go_ahead.set()
        return True

    def leave(self, *, interrupted: bool) -> None:
        """Do not answer. A transcription that has begun is still told: it was said."""
        self._wanted = False
        self._interrupted = interrupted
        self._go_ahead.set()

    def take_back(self) -> bool:
        """Answer when asked to, after all; whether its transcription is still under way."""
        if not self.hearing:
            return False
        self._wanted = True
        self._interrupted = False
        self._unasked = False
        self._go_ahead.clear()
        return True

    async def stop(self, reason: str) -> None:
        """End now and wait for it; one that is just ending by itself is left to end."""
        await self._begun.wait()  # a task that is cancelled before its first step tells nobody
        if self._task is None or self._task.done():
            return
        self._stopped_by = reason
        if not self._emitting and not self._ending:
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            self._begun.set()
            await self._tell()
        except asyncio.CancelledError:
            self._interrupted = True
            if self._stopped_by is None:
                raise  # the session itself is ending
            await self._emit(Interrupted(self.turn_id, self._stopped_by))
        finally:
            record = self._turn.record(self._session_id, interrupted=self._interrupted)
            self._records.add(replace(record, played_ms=self.played_ms))

    async def _tell(self) -> None:
        async with aclosing(self._turn.run()) as events:
            async for event in events:
                match event:
                    case Ended():
                        self._ending = True
                        await self._send(event)
                    case Failed():
                        due = self.due
                        self._ending, self._hearing = True, False
                        await self._send(replace(event, due=due))
                    case Unheard() if self._unasked and event.is_noise:
                        self._ending, self._hearing = True, False
                        await self._send(event)
                        return
                    case Heard() | Unheard():
                        self._hearing = False
                        await self._send(event)
                        await self._go_ahead.wait()
                        if not self._wanted:
                            return
                    case _:
                        await self._send(event)

    async def _send(self, event: SessionEvent) -> None:
        """Emit whole: an event that is several frames on the wire must not end in its middle."""
        self._emitting = True
        try:
            await self._emit(event)
        finally:
            self._emitting = False
        if self._stopped_by is not None and not self._ending:
            raise asyncio.CancelledError
