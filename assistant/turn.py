"""One turn from top to bottom: hear, answer, speak.

A turn is straight-line code in an async generator. Whoever closes it early (barge-in, a vanished
client) closes what runs inside in order, and `record` tells what had happened so far.
"""

import asyncio
import logging
import time
import traceback
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from assistant.errors import AssistantError, InternalError, StageTimedOut, TurnFailed
from assistant.events import (
    Answered,
    Ended,
    Failed,
    Faltered,
    Heard,
    Spoke,
    Thinking,
    TurnEvent,
    Unheard,
)
from assistant.types import Answer, Channel, Question, Timings, TurnRecord
from assistant.wiring import Assistant
from faq_kb.errors import FaqError
from voice.errors import NoSpeech, NotUnderstood, VoiceError
from voice.types import SpeechChunk, Transcript, Utterance

_log = logging.getLogger(__name__)

StageError = AssistantError | FaqError | VoiceError


class Turn:
    """One exchange. `run` it once."""

    def __init__(self, assistant: Assistant, question: Question) -> None:
        self.question = question
        self.timings = Timings()
        self.transcript: Transcript | None = None
        self.answer: Answer | None = None
        self._assistant = assistant
        self._unheard: str | None = None
        self._error: StageError | None = None
        self._at = datetime.now(UTC)
        self._kb_version = assistant.answering.snapshot.version
        self._models = dict(assistant.models)

    async def run(self) -> AsyncGenerator[TurnEvent]:
        """The events of the turn, the last one Ended or Failed."""
        began = time.perf_counter()
        turn_id = self.question.turn_id
        try:
            text, language = self.question.text, self.question.language
            if self.question.utterance is not None:
                try:
                    transcript = await self._hear(self.question.utterance)
                except (NoSpeech, NotUnderstood) as error:
                    self._unheard = error.code
                    event = Unheard(turn_id, error.code, str(error))
                else:
                    event = Heard(turn_id, transcript, self.question.utterance.seconds)
                    text, language = transcript.text, transcript.language
                told = time.perf_counter()
                yield event
                # Whoever takes a transcript may be slow to ask for its answer.
                began += time.perf_counter() - told
            yield Thinking(turn_id)
            answer = await self._think(text, language)
            yield Answered(turn_id, answer)
            if self.question.speak:
                try:
                    async with aclosing(self._speak(answer, began)) as speech:
                        async for chunk in speech:
                            yield Spoke(turn_id, chunk)
                except (VoiceError, StageTimedOut) as error:
                    # The answer has been shown: a turn without a voice is still an answer.
                    yield Faltered(turn_id, "speech", error.code, str(error))
            self.timings.total = _ms_since(began)
            yield Ended(turn_id)
        except (AssistantError, FaqError, VoiceError) as error:
            self._error = error
            self.timings.total = _ms_since(began)
            yield Failed(turn_id, error.code, str(error), error.retryable)
        except Exception as error:  # a fault of ours or of an engine: the connection lives on
            self._error = InternalError(_place_of(error))
            self.timings.total = _ms_since(began)
            _log.error("a turn failed: %s", self._error)
            yield Failed(turn_id, self._error.code, "something went wrong inside", True)

    def speak_as(self, speak: bool, speed: float) -> None:
        """Change how the answer is given, before it is."""
        self.question = replace(self.question, speak=speak, speed=speed)

    def answered(self) -> Answer:
        """The answer of a turn that has ended. Raises TurnFailed where there is none."""
        if self._error is not None:
            raise TurnFailed(self._error.code, str(self._error))
        if self.answer is None:
            raise TurnFailed("turn_failed", "the turn ended without an answer")
        return self.answer

    def record(self, session_id: str, *, interrupted: bool = False) -> TurnRecord:
        """What is kept of the turn, as far as it has come. Nothing that was said is in it."""
        answer = self.answer
        if self._error is not None:
            outcome = self._error.code
        elif answer is not None:
            outcome = answer.outcome.value
        else:
            outcome = self._unheard or ("interrupted" if interrupted else "unanswered")
        return TurnRecord(
            turn_id=self.question.turn_id,
            session_id=session_id,
            at=self._at,
            outcome=outcome,
            entry_id=answer.entry_id if answer else None,
            language=answer.language if answer else self.question.language,
            channel=self.question.channel,
            confidence=answer.confidence if answer else None,
            timings=self.timings,
            interrupted=interrupted,
            kb_version=self._kb_version,
            models=self._models,
        )

    async def _hear(self, utterance: Utterance) -> Transcript:
        began = time.perf_counter()
        async with _limit("transcription", self._assistant.limits.stt_s):
            speech = await self._assistant.listening.voiced(
                utterance, threshold=self.question.voiced_from
            )
            self.timings.endpoint = round((utterance.ended_at - speech.ended_at) * 1000)
            self.transcript = await self._assistant.listening.transcribe(
                speech,
                language=self.question.spoken_language,
                prior=self.question.language,
            )
        self.timings.stt = _ms_since(began)
        return self.transcript

    async def _think(self, text: str | None, language: str) -> Answer:
        answering = self._assistant.answering
        if text is None:
            voice = self.question.channel is Channel.VOICE or self.question.unheard
            self.answer = (answering.unheard if voice else answering.greeting)(language)
            return self.answer
        began = time.perf_counter()
        async with _limit("search", self._assistant.limits.search_s):
            self.answer = await answering.answer(text, language=language)
        self.timings.match = _ms_since(began)
        return self.answer

    async def _speak(self, answer: Answer, began: float) -> AsyncGenerator[SpeechChunk]:
        speech = self._assistant.speaking.speak(
            answer.spoken, language=answer.language, speed=self.question.speed
        )
        async with aclosing(_limited(speech, self._assistant.limits.tts_s)) as chunks:
            async for chunk in chunks:
                if self.timings.first_audio is None:
                    self.timings.first_audio = _ms_since(began)
                yield chunk


async def _limited(
    speech: AsyncGenerator[SpeechChunk], limit_s: float
) -> AsyncGenerator[SpeechChunk]:
    """`speech`, each chunk within the limit; closing this closes it."""
    async with aclosing(speech):
        while True:
            try:
                async with _limit("speech", limit_s):
                    chunk = await anext(speech)
            except StopAsyncIteration:
                return
            yield chunk


@asynccontextmanager
async def _limit(stage: str, seconds: float) -> AsyncGenerator[None]:
    """Raises StageTimedOut, which names the stage."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StageTimedOut(stage, seconds) from error


def new_turn_id() -> str:
    """A turn's id; wire formats use it as it is."""
    return f"turn_{uuid4().hex}"


def _place_of(error: Exception) -> str:
    """The kind of an unexpected error and its line; never its text, which may hold a question."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


def _ms_since(began: float) -> int:
    return round((time.perf_counter() - began) * 1000)
