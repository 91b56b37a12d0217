"""One connection on real voice activity, with engines that do as they are told."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.events import (
    Answered,
    Committed,
    Ended,
    Failed,
    Faltered,
    Heard,
    Interrupted,
    SessionEvent,
    SpeechStarted,
    SpeechStopped,
    Spoke,
    Thinking,
    Unheard,
)
from assistant.knowledge import Snapshot
from assistant.session import Preferences, Session
from assistant.types import Outcome, Question
from assistant.wiring import Assistant, Limits
from tests.assembled import PATIENT, assembled
from tests.conftest import Said
from tests.scripted import ScriptedStt, ScriptedTts
from voice.audio import SPEECH_RATE, resample, to_pcm
from voice.endpointing import EndpointingRules
from voice.errors import AudioError, Busy, NotUnderstood, SynthesisFailed
from voice.types import Samples
from voice.vad import SileroVad

RATE = 24_000


class Talk:
    """A session, its scripted engines, and what it has emitted."""

    def __init__(self, assistant: Assistant, stt: ScriptedStt, tts: ScriptedTts) -> None:
        self.assistant, self.stt, self.tts = assistant, stt, tts
        self.events: list[SessionEvent] = []
        self.changed = asyncio.Event()
        self.session: Session

    async def emit(self, event: SessionEvent) -> None:
        self.events.append(event)
        self.changed.set()

    def kinds(self, since: int = 0) -> list[type]:
        """The kinds of events, runs of the same kind once."""
        kinds = [type(event) for event in self.events[since:]]
        return [k for i, k in enumerate(kinds) if i == 0 or kinds[i - 1] is not k]

    async def until(self, kind: type, since: int = 0) -> SessionEvent:
        async with asyncio.timeout(20):
            while True:
                for event in self.events[since:]:
                    if isinstance(event, kind):
                        return event
                self.changed.clear()
                await self.changed.wait()

    async def speak(self, audio: Samples) -> None:
        """Send speech and a second of silence after it."""
        quiet = np.zeros(RATE, np.float32)
        await self.session.hear(to_pcm(np.concatenate([resample(audio, SPEECH_RATE, RATE), quiet])))


@pytest.fixture
def talk(
    snapshot: Snapshot, vad: SileroVad, tmp_path: Path
) -> Callable[..., "asynccontextmanager[Talk]"]:
    @asynccontextmanager
    async def opened(
        preferences: Preferences | None = None, limits: Limits = PATIENT, free: int = 99
    ) -> AsyncGenerator[Talk]:
        stt, tts = ScriptedStt(), ScriptedTts(free)
        async with (
            assembled(snapshot, vad, stt, tts, tmp_path, limits=limits) as assistant,
            asyncio.TaskGroup() as tasks,
        ):
            one = Talk(assistant, stt, tts)
            one.session = Session(
                assistant,
                tasks,
                one.emit,
                preferences or Preferences("en", "en", rules=EndpointingRules()),
                rate=RATE,
            )
            yield one
            await one.session.stop("client")

    return opened


HANDS_FREE = Preferences("en", "en", rules=EndpointingRules())
BY_HAND = Preferences("en", "en", rules=None)


async def test_a_spoken_turn_in_order(talk, said: Said) -> None:
    async with talk() as one:
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Ended)
        assert one.kinds() == [
            SpeechStarted, SpeechStopped, Committed, Heard, Thinking, Answered, Spoke, Ended,
        ]  # fmt: skip
        answered = next(e for e in one.events if isinstance(e, Answered))
        assert answered.answer.outcome is Outcome.FAQ
        assert answered.answer.entry_id == "cost"
        assert len({event.turn_id for event in one.events}) == 1
        spoken = "".join(e.chunk.text for e in one.events if isinstance(e, Spoke))
        assert spoken == answered.answer.spoken
    assert await one.assistant.records.count() == 1


async def test_times_are_counted_in_audio(talk, said: Said) -> None:
    async with talk() as one:
        speech = said("en", "What does the key cost?")
        await one.session.hear(to_pcm(np.zeros(10 * RATE, np.float32)))
        await one.speak(speech)
        started = await one.until(SpeechStarted)
        stopped = await one.until(SpeechStopped)
        assert 9_500 <= started.at_ms <= 10_500
        assert stopped.at_ms - started.at_ms == pytest.approx(
            len(speech) / SPEECH_RATE * 1000 + 600, abs=500
        )


async def test_speech_stops_the_reply(talk, said: Said) -> None:
    async with talk(free=2) as one:
        await one.speak(said("en", "What does the key cost?"))
        await one.tts.reached_the_hold.wait()
        await one.session.hear(
            to_pcm(resample(said("en", "No, I mean something else."), SPEECH_RATE, RATE))
        )
        interrupted = await one.until(Interrupted)
        assert interrupted.reason == "barge_in"
        assert one.tts.closed == 1
        place = one.events.index(interrupted)
        first_turn = interrupted.turn_id
        assert all(e.turn_id != first_turn for e in one.events[place + 1 :])
    assert await one.assistant.records.count() == 1


async def test_speech_does_not_stop_a_reply_that_may_not_be_stopped(talk, said: Said) -> None:
    stubborn = Preferences("en", "en", rules=EndpointingRules(), barge_in=False)
    async with talk(stubborn, free=2) as one:
        await one.speak(said("en", "What does the key cost?"))
        await one.tts.reached_the_hold.wait()
        before = len(one.events)
        await one.speak(said("en", "No, I mean something else."))
        await one.until(Heard, since=before)
        assert one.kinds(before) == [SpeechStarted, SpeechStopped, Committed, Heard]
        assert one.tts.closed == 0


async def test_a_noise_does_not_take_the_answer_from_a_reply_that_may_not_be_stopped(
    talk, said: Said
) -> None:
    stubborn = Preferences("en", "en", rules=EndpointingRules(), barge_in=False)
    async with talk(stubborn) as one:
        one.stt.may_end.clear()
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Committed)
        await one.speak(said("en", "Hm, yes."))
        one.stt.may_end.set()
        await one.until(Ended)
        first = next(event.turn_id for event in one.events if isinstance(event, Committed))
        assert [e.turn_id for e in one.events if isinstance(e, Answered)] == [first]


async def test_records_tell_how_turns_ended(talk, said: Said, tmp_path: Path) -> None:
    async with talk(free=2) as one:
        await one.speak(said("en", "What does the key cost?"))
        await one.tts.reached_the_hold.wait()
        await one.session.stop("client")
        one.stt.fails_with = Busy("full")
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Failed)
    kept = sqlite3.connect(tmp_path / "test.db").execute(
        "SELECT outcome, interrupted FROM turn_records ORDER BY at"
    )
    assert list(kept) == [("faq", 1), ("busy", 0)]


async def test_by_hand_nothing_is_answered_until_asked(talk, said: Said) -> None:
    async with talk(BY_HAND) as one:
        await one.speak(said("en", "What does the key cost?"))
        assert one.events == []
        await one.session.commit()
        await one.until(Heard)
        await asyncio.sleep(0.05)
        assert one.kinds() == [Committed, Heard]
        assert one.session.pending_turn is not None
        one.session.answer(speak=False, speed=1.0)
        await one.until(Ended)
        assert one.kinds() == [Committed, Heard, Thinking, Answered, Ended]


async def test_a_commit_of_nothing_is_refused(talk) -> None:
    async with talk(BY_HAND) as one:
        with pytest.raises(AudioError):
            await one.session.commit()
        await one.session.hear(b"\0\0" * (RATE // 20))
        with pytest.raises(AudioError):
            await one.session.commit()


async def test_a_commit_of_silence_gets_an_honest_reply(talk) -> None:
    async with talk(BY_HAND) as one:
        await one.session.hear(to_pcm(np.zeros(3 * RATE, np.float32)))
        await one.session.commit()
        unheard = await one.until(Unheard)
        assert unheard.code == "no_speech"
        one.session.answer(speak=True, speed=1.0)
        answered = await one.until(Answered)
        assert answered.answer.outcome is Outcome.ABSTAIN
        assert one.stt.calls == 0


async def test_what_cannot_be_understood_is_asked_for_again(talk, said: Said) -> None:
    async with talk() as one:
        one.stt.fails_with = NotUnderstood("the sound gives no trustworthy text")
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Ended)
        assert one.kinds()[-5:] == [Unheard, Thinking, Answered, Spoke, Ended]


async def test_noise_is_not_a_turn(talk) -> None:
    noise = np.random.default_rng(3).normal(0, 0.1, 10 * RATE).astype(np.float32)
    async with talk() as one:
        await one.session.hear(to_pcm(noise))
        assert one.events == []


async def test_a_voice_that_fails_leaves_the_words(talk) -> None:
    async with talk() as one:
        one.tts.fails_with = SynthesisFailed("the engine gave no speech")
        await one.session.ask(Question("turn_1", "en", text="what does the key cost", speak=True))
        await one.until(Ended)
        assert one.kinds() == [Thinking, Answered, Faltered, Ended]


async def test_a_stage_that_hangs_is_named(talk, said: Said) -> None:
    async with talk(limits=Limits(stt_s=0.2, search_s=10, tts_s=0.2), free=1) as one:
        await one.session.ask(Question("turn_1", "en", text="what does the key cost", speak=True))
        await one.until(Ended)
        faltered = await one.until(Faltered)
        assert (faltered.stage, faltered.code) == ("speech", "stage_timed_out")
        one.stt.may_end.clear()
        await one.speak(said("en", "What does the key cost?"))
        failed = await one.until(Failed)
        assert failed.code == "stage_timed_out"
        assert "transcription" in failed.message


async def test_silence_by_hand_costs_nothing_and_loses_nothing(talk, said: Said) -> None:
    async with talk(BY_HAND) as one:
        for _ in range(10):
            await one.session.hear(to_pcm(np.zeros(60 * RATE, np.float32)))
        await one.speak(said("en", "What does the key cost?"))
        await one.session.commit()
        await one.until(Heard)


async def test_more_than_a_minute_of_speech_by_hand_is_told(talk, said: Said) -> None:
    speech = said("en", "Good morning, I have several questions about the digital mobile key.")
    endless = np.concatenate([speech] * 20)
    async with talk(BY_HAND) as one:
        await one.session.hear(to_pcm(resample(endless, SPEECH_RATE, RATE)))
        await one.session.commit()
        one.session.answer(speak=True, speed=1.0)
        failed = await one.until(Failed)
        assert failed.code == "utterance_too_long"
        await one.speak(said("en", "What does the key cost?"))
        await one.session.commit()
        await one.until(Heard)


async def test_ten_minutes_hands_free_are_cut_and_answered_once(talk, said: Said) -> None:
    speech = said("en", "Good morning, I have several questions about the digital mobile key.")
    endless = np.concatenate([speech[2_000:-4_000]] * 12)
    async with talk() as one:
        await one.session.hear(to_pcm(resample(endless, SPEECH_RATE, RATE)))
        committed = await one.until(Committed)
        assert committed.utterance.seconds <= 27
        assert committed.utterance.ended_by == "limit"
        await one.until(Ended)


async def test_an_impossible_question_fails_and_the_session_lives(talk) -> None:
    async with talk() as one:
        await one.session.ask(Question("turn_1", "en", text="x" * 5_000, speak=True))
        failed = await one.until(Failed)
        assert failed.code == "question_invalid"
        await one.session.ask(Question("turn_2", "en", text="what does the key cost", speak=False))
        await one.until(Ended)


async def test_a_client_that_vanishes_closes_the_turn(
    snapshot: Snapshot, vad: SileroVad, tmp_path: Path
) -> None:
    tts = ScriptedTts(free=1)
    async with assembled(snapshot, vad, ScriptedStt(), tts, tmp_path) as assistant:

        async def emit(event: SessionEvent) -> None:
            if isinstance(event, Spoke):
                raise ConnectionResetError

        with pytest.raises(ExceptionGroup):
            async with asyncio.TaskGroup() as tasks:
                session = Session(assistant, tasks, emit, BY_HAND, rate=RATE)
                await session.ask(
                    Question("turn_1", "en", text="what does the key cost", speak=True)
                )
                await asyncio.sleep(20)
        assert tts.closed == 1


async def test_a_turn_that_is_stopped_before_its_first_step_is_told(talk) -> None:
    async with talk() as one:
        await one.session.ask(Question("turn_1", "en", text="what does the key cost"))
        await one.session.stop("client")
        assert one.kinds()[-1] is Interrupted


async def test_speech_that_goes_on_while_its_beginning_is_transcribed_loses_no_text(
    talk, said: Said
) -> None:
    async with talk() as one:
        one.stt.may_end.clear()
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Committed)
        before = len(one.events)
        await one.speak(said("en", "And how do I cancel it?"))
        one.stt.may_end.set()
        await one.until(Ended)
        heard = [event.turn_id for event in one.events if isinstance(event, Heard)]
        committed = [event.turn_id for event in one.events if isinstance(event, Committed)]
        assert sorted(heard) == sorted(committed)
        assert len(heard) == 2
        answered = [event.turn_id for event in one.events if isinstance(event, Answered)]
        assert answered == committed[1:]
        assert Interrupted in one.kinds(before)


async def test_a_busy_recogniser_is_told(talk, said: Said) -> None:
    async with talk() as one:
        one.stt.fails_with = Busy("stt: 8 calls are waiting already")
        await one.speak(said("en", "What does the key cost?"))
        failed = await one.until(Failed)
        assert (failed.code, failed.due) == ("busy", True)


async def test_a_fault_of_ours_is_told_without_its_text(talk, said: Said, caplog: Any) -> None:
    async with talk() as one:
        one.stt.fails_with = ValueError("zanzibar")
        await one.speak(said("en", "What does the key cost?"))
        failed = await one.until(Failed)
        assert failed.code == "internal_error"
        assert "zanzibar" not in failed.message + caplog.text
        assert "ValueError" in caplog.text
        one.stt.fails_with = None
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Ended)


async def test_other_rules_while_somebody_speaks_lose_nothing(talk, said: Said) -> None:
    speech = resample(said("en", "What does the key cost?"), SPEECH_RATE, RATE)
    async with talk() as one:
        await one.session.hear(to_pcm(speech[: len(speech) // 2]))
        await one.until(SpeechStarted)
        slower = Preferences("en", "en", rules=EndpointingRules(silence_ms=700))
        one.session.prefer(slower)
        await one.session.hear(to_pcm(np.concatenate([speech[len(speech) // 2 :], np.zeros(RATE)])))
        await one.until(Ended)
        assert one.kinds().count(SpeechStarted) == 1


async def test_half_a_sample_does_not_outlive_a_clear(talk, said: Said) -> None:
    async with talk() as one:
        await one.session.hear(b"\0" * 4_801)
        one.session.clear()
        await one.speak(said("en", "What does the key cost?"))
        await one.until(SpeechStarted)
        await one.until(Ended)


async def test_a_tenth_of_a_second_can_be_committed(talk) -> None:
    async with talk(BY_HAND) as one:
        await one.session.hear(b"\0\0" * (RATE // 10))
        await one.session.commit()
        assert (await one.until(Unheard)).code == "no_speech"


async def test_nothing_that_was_said_is_kept_or_logged(
    talk, said: Said, tmp_path: Path, caplog: Any
) -> None:
    caplog.set_level("DEBUG")
    async with talk() as one:
        one.stt.text = "what does the zanzibar key cost"
        await one.speak(said("en", "What does the key cost?"))
        await one.until(Ended)
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("test.db*"))
    assert b"turn_" in kept
    assert b"zanzibar" not in kept
    assert "zanzibar" not in caplog.text
