"""One connection: listening, thinking, speaking, barge-in.

The session owns at most one reply at a time and says who is speaking now. *When* an utterance is
over is the endpointer's decision, *what* a turn does is the turn's.
"""

import asyncio
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from assistant.events import Committed, Interrupted, SpeechStarted, SpeechStopped
from assistant.reply import Emit, Reply
from assistant.turn import Turn, new_turn_id
from assistant.types import Question
from assistant.wiring import Assistant
from voice.audio import SPEECH_RATE, Resampler, from_pcm
from voice.buffer import SpeechBuffer
from voice.endpointing import Boundary, Endpointer, EndpointingRules, SpeechBegan, SpeechEnded
from voice.errors import AudioError
from voice.types import EndedBy, Utterance
from voice.vad import FRAME_MS

_MAX_LEFT = 2
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
        self._odd_byte = b""
        self._bytes_held = 0
        self._resampler = Resampler(rate, SPEECH_RATE)
        self._buffer = SpeechBuffer()
        self._vad = assistant.listening.stream()
        self._endpointer = Endpointer(preferences.rules) if preferences.rules else None
        self._open_turn_id: str | None = None
        self._reply: Reply | None = None
        self._left: dict[str, Reply] = {}

    @property
    def pending_turn(self) -> str | None:
        """The turn whose utterance has been taken and can still be told to answer."""
        return self._reply.turn_id if self._reply is not None and self._reply.pending else None

    @property
    def can_commit(self) -> bool:
        """Whether there is enough sound for an utterance."""
        return self._bytes_held >= MIN_COMMIT_MS * self._rate * 2 // 1000

    @property
    def preferences(self) -> Preferences:
        """What the client has asked for."""
        return self._preferences

    def prefer(self, preferences: Preferences) -> None:
        """Change the preferences. An utterance that is open stays open."""
        self._preferences = preferences
        if preferences.rules is None:
            self._endpointer = None
        elif self._endpointer is None:
            if self._open_turn_id is not None:  # opened by an endpointer that is gone
                self.clear()
            self._endpointer = Endpointer(preferences.rules, start_ms=self._buffer.end_ms)
        else:
            self._endpointer.rules = preferences.rules

    async def hear(self, pcm: bytes) -> None:
        """Take sound: 16-bit PCM at the session's rate, in pieces of any length."""
        pcm = self._odd_byte + pcm
        whole = len(pcm) - len(pcm) % 2
        self._odd_byte = pcm[whole:]
        step = int(_SLICE_S * self._rate) * 2
        for start in range(0, whole, step):
            piece = pcm[start : min(start + step, whole)]
            self._bytes_held += len(piece)
            samples = self._resampler.feed(from_pcm(piece))
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
        if not self.can_commit:
            raise AudioError(f"less than {MIN_COMMIT_MS} ms of audio to commit")
        turn_id = self._open_turn_id or new_turn_id()
        self._buffer.add(self._resampler.feed(np.zeros(0, np.float32), last=True))
        utterance = self._buffer.take(EndedBy.CLIENT)
        self._listen_anew()
        await self._take(turn_id, utterance)
        return turn_id

    def clear(self) -> None:
        """Forget the sound that has not become an utterance."""
        self._buffer.empty()
        self._listen_anew()

    async def ask(self, question: Question) -> None:
        """Answer a typed question. Stops the turn under way."""
        await self.stop("client")
        self._start(question, at_once=True)

    def answer(self, *, speak: bool, speed: float) -> bool:
        """Answer the pending turn; whether there still is one."""
        return self._reply is not None and self._reply.answer(speak=speak, speed=speed)

    async def take_back(self, turn_id: str) -> bool:
        """Make a turn that was left while it was transcribed the pending one; whether it can be."""
        left = self._left.pop(turn_id, None)
        if left is None or not left.hearing:
            return False
        await self.stop("client")
        self._reply = left
        return left.take_back()

    def played(self, turn_id: str, ms: int) -> None:
        """The citizen heard so much of a turn's answer."""
        if self._reply is not None and self._reply.turn_id == turn_id and not self._reply.done:
            self._reply.played_ms = ms
        else:
            self._assistant.records.played(turn_id, ms)

    async def stop(self, reason: str) -> None:
        """Stop the turn under way, if there is one, and wait until it has ended.

        What is still being transcribed goes on and is told, but is not answered.
        """
        reply, self._reply = self._reply, None
        if reply is None or reply.done:
            return
        if not reply.hearing:
            await reply.stop(reason)
            return
        reply.leave(interrupted=True)
        await self._emit(Interrupted(reply.turn_id, reason))
        await self._keep_left(reply)

    async def _cross(self, boundary: Boundary) -> None:
        match boundary:
            case SpeechBegan(at_ms):
                self._open_turn_id = new_turn_id()
                self._buffer.forget_before(at_ms)
                await self._emit(SpeechStarted(self._open_turn_id, at_ms))
                if self._preferences.barge_in:
                    await self.stop("barge_in")
            case SpeechEnded(at_ms, ended_by):
                turn_id, self._open_turn_id = self._open_turn_id or new_turn_id(), None
                self._bytes_held = 0
                await self._emit(SpeechStopped(turn_id, at_ms))
                await self._take(turn_id, self._buffer.take(ended_by))

    async def _take(self, turn_id: str, utterance: Utterance) -> None:
        """Start the turn of an utterance."""
        await self._emit(Committed(turn_id, utterance))
        preferences = self._preferences
        question = Question(
            turn_id,
            preferences.language,
            utterance=utterance,
            spoken_language=preferences.spoken_language,
            voiced_from=preferences.rules.threshold if preferences.rules else 0.5,
            speak=preferences.speak,
            speed=preferences.speed,
        )
        if self._reply is not None and self._reply.due and not preferences.barge_in:
            # The reply goes on; what was said meanwhile is transcribed and not answered.
            aside = self._new_reply(question)
            aside.leave(interrupted=False)
            aside.start(self._tasks, at_once=False)
            await self._keep_left(aside)
            return
        await self.stop("client")
        by_endpointer = utterance.ended_by is not EndedBy.CLIENT
        self._start(question, at_once=by_endpointer and preferences.answer_at_once)

    async def _keep_left(self, reply: Reply) -> None:
        """Follow a transcription that nobody waits for: one session may have two of them, since
        all sessions share the recogniser."""
        self._left = {key: each for key, each in self._left.items() if each.hearing}
        self._left[reply.turn_id] = reply
        if len(self._left) > _MAX_LEFT:
            oldest = self._left.pop(next(iter(self._left)))
            await oldest.stop("dropped")

    def _start(self, question: Question, *, at_once: bool) -> None:
        self._reply = self._new_reply(question)
        self._reply.start(self._tasks, at_once=at_once)

    def _new_reply(self, question: Question) -> Reply:
        turn = Turn(self._assistant, question)
        return Reply(turn, self.id, self._emit, self._assistant.records)

    def _listen_anew(self) -> None:
        """As if the stream of sound began here."""
        self._odd_byte = b""
        self._bytes_held = 0
        self._open_turn_id = None
        self._resampler = Resampler(self._rate, SPEECH_RATE)
        self._vad = self._assistant.listening.stream()
        rules = self._preferences.rules
        self._endpointer = Endpointer(rules, start_ms=self._buffer.end_ms) if rules else None
