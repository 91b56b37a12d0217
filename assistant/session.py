"""One connection: listening, thinking, speaking, barge-in.

The session owns at most one reply at a time and says who is speaking now. *When* an utterance is
over is the endpointer's decision, *what* a turn does is the turn's.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Protocol
from uuid import uuid4

from assistant.events import (
    Committed,
    Heard,
    Interrupted,
    SessionEvent,
    SpeechStarted,
    SpeechStopped,
    Unheard,
)
from assistant.turn import Turn, new_turn_id
from assistant.types import Question
from assistant.wiring import Assistant
from voice.audio import SPEECH_RATE, Resampler, from_pcm
from voice.buffer import SpeechBuffer
from voice.endpointing import Boundary, Endpointer, EndpointingRules, SpeechBegan, SpeechEnded
from voice.errors import AudioError
from voice.types import EndedBy
from voice.vad import FRAME_MS

MIN_COMMIT_MS = 100
"""A shorter buffer holds no speech and cannot be committed."""
_SLICE_S = 0.25
"""Sound is taken in slices, so that a client that sends minutes at once blocks nobody else."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a client has asked of its session."""

    language: str
    spoken_language: str | None = None
    """Given to the recogniser; None has it detected."""
    speak: bool = True
    speed: float = 1.0
    rules: EndpointingRules | None = None
    """None: the client says itself when an utterance is over."""
    answer_at_once: bool = True
    """Whether an utterance that the endpointer ends is answered without being asked to."""
    barge_in: bool = True
    """Whether the citizen's voice stops the reply."""


class Emit(Protocol):
    """Takes each event of the session, in order."""

    def __call__(self, event: SessionEvent, /) -> Awaitable[None]:
        """Return when the client has taken the event."""
        ...


class Session:
    """Feed it with sound and text; it emits events."""

    def __init__(
        self,
        assistant: Assistant,
        tasks: asyncio.TaskGroup,
        emit: Emit,
        preferences: Preferences,
        *,
        rate: int,
    ) -> None:
        """`tasks` owns the replies: when it ends, they end. `rate`: hertz of incoming sound."""
        self.id = f"sess_{uuid4().hex}"
        self._assistant = assistant
        self._tasks = tasks
        self._emit = emit
        self._preferences = preferences
        self._rate = rate
        self._resampler = Resampler(rate, SPEECH_RATE)
        self._odd_byte = b""
        self._buffer = SpeechBuffer()
        self._vad = assistant.listening.stream()
        self._endpointer = Endpointer(preferences.rules) if preferences.rules else None
        self._open_turn_id: str | None = None
        self._reply: asyncio.Task[None] | None = None
        self._go_ahead = asyncio.Event()
        self._stopped_by: str | None = None

    @property
    def busy(self) -> bool:
        """Whether a turn is under way."""
        return self._reply is not None and not self._reply.done()

    @property
    def waiting(self) -> bool:
        """Whether an utterance has been taken whose answer nobody has asked for yet."""
        return self.busy and not self._go_ahead.is_set()

    @property
    def preferences(self) -> Preferences:
        """What the client has asked for."""
        return self._preferences

    def prefer(self, preferences: Preferences) -> None:
        """Change the preferences; other rules of endpointing start a new count."""
        changed = preferences.rules != self._preferences.rules
        self._preferences = preferences
        if changed:
            self._restart_endpointer()

    async def hear(self, pcm: bytes) -> None:
        """Take sound: 16-bit PCM at the session's rate. Raises UtteranceTooLong."""
        pcm = self._odd_byte + pcm
        whole = len(pcm) - len(pcm) % 2
        self._odd_byte = pcm[whole:]
        step = int(_SLICE_S * self._rate) * 2
        for start in range(0, whole, step):
            samples = self._resampler.feed(from_pcm(pcm[start : min(start + step, whole)]))
            self._buffer.add(samples)
            if self._endpointer is not None:
                for probability in self._vad.feed(samples):
                    boundary = self._endpointer.feed(probability, FRAME_MS)
                    if boundary is not None:
                        await self._cross(boundary)
                if self._open_turn_id is None:
                    self._buffer.forget_until_last(self._endpointer.lookback_ms)
            await asyncio.sleep(0)

    async def commit(self) -> str:
        """End the utterance now; its turn's id. Raises AudioError where there is too little."""
        if self._buffer.ms < MIN_COMMIT_MS:
            raise AudioError(f"less than {MIN_COMMIT_MS} ms of audio to commit")
        turn_id = self._open_turn_id or new_turn_id()
        await self._take(turn_id, EndedBy.CLIENT)
        self._restart_endpointer()
        return turn_id

    def clear(self) -> None:
        """Forget the sound that has not become an utterance."""
        self._buffer.empty()
        self._open_turn_id = None
        self._restart_endpointer()

    async def ask(self, turn_id: str, text: str | None, *, speak: bool, speed: float) -> None:
        """Answer `text`; None has the assistant introduce itself. Stops the turn under way."""
        await self.stop("client")
        question = Question(
            turn_id, self._preferences.language, text=text, speak=speak, speed=speed
        )
        self._start(question, answer_at_once=True)

    def answer(self, *, speak: bool, speed: float) -> None:
        """Answer the utterance that waits for it."""
        self._preferences = replace(self._preferences, speak=speak, speed=speed)
        self._go_ahead.set()

    async def stop(self, reason: str) -> bool:
        """Stop the turn under way and wait until it has ended; whether there was one."""
        reply = self._reply
        if reply is None or reply.done():
            return False
        self._stopped_by = reason
        reply.cancel()
        await asyncio.wait([reply])
        self._stopped_by = None
        return True

    async def _cross(self, boundary: Boundary) -> None:
        match boundary:
            case SpeechBegan(at_ms):
                self._open_turn_id = new_turn_id()
                self._buffer.forget_before(at_ms)
                await self._emit(SpeechStarted(self._open_turn_id, at_ms))
                if self._preferences.barge_in:
                    await self.stop("barge_in")
            case SpeechEnded(at_ms, ended_by):
                turn_id = self._open_turn_id or new_turn_id()
                await self._emit(SpeechStopped(turn_id, at_ms))
                await self._take(turn_id, ended_by)

    async def _take(self, turn_id: str, ended_by: EndedBy) -> None:
        """Make the buffer an utterance and start its turn."""
        utterance = self._buffer.take(ended_by)
        self._open_turn_id = None
        await self._emit(Committed(turn_id, utterance))
        preferences = self._preferences
        if self.busy and not self.waiting and not preferences.barge_in:
            return  # the reply goes on, and what was said meanwhile is not answered
        await self.stop("client")
        question = Question(
            turn_id,
            preferences.language,
            utterance=utterance,
            spoken_language=preferences.spoken_language,
            speak=preferences.speak,
            speed=preferences.speed,
        )
        by_endpointer = ended_by is not EndedBy.CLIENT
        self._start(question, answer_at_once=by_endpointer and preferences.answer_at_once)

    def _start(self, question: Question, *, answer_at_once: bool) -> None:
        self._go_ahead = asyncio.Event()
        if answer_at_once:
            self._go_ahead.set()
        self._reply = self._tasks.create_task(self._run(question, unasked=answer_at_once))

    async def _run(self, question: Question, *, unasked: bool) -> None:
        turn = Turn(self._assistant, question)
        interrupted = False
        try:
            async with aclosing(turn.run()) as events:
                async for event in events:
                    await self._emit(event)
                    if isinstance(event, Heard | Unheard):
                        if unasked and isinstance(event, Unheard) and event.code == "no_speech":
                            return  # a noise that the endpointer took for speech
                        await self._go_ahead.wait()
                        turn.speak_as(self._preferences.speak, self._preferences.speed)
        except asyncio.CancelledError:
            interrupted = True
            if self._stopped_by is None:
                raise  # the session itself is ending
            await self._emit(Interrupted(question.turn_id, self._stopped_by))
        finally:
            self._assistant.records.add(turn.record(self.id, interrupted=interrupted))

    def _restart_endpointer(self) -> None:
        rules = self._preferences.rules
        self._endpointer = Endpointer(rules, start_ms=self._buffer.end_ms) if rules else None
