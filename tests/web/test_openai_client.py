"""The unmodified openai client takes a typed and a spoken turn; every event is of its types."""

import asyncio
import base64
from typing import Any

import numpy as np
import pytest
from openai import AsyncOpenAI
from openai.types.realtime import RealtimeServerEvent
from pydantic import TypeAdapter

from tests.conftest import Said
from tests.web.conftest import Serving
from voice.audio import SPEECH_RATE, resample, to_pcm

RATE = 24_000
SERVER_EVENT: TypeAdapter[Any] = TypeAdapter(RealtimeServerEvent)


def client(address: str) -> AsyncOpenAI:
    return AsyncOpenAI(api_key="none", websocket_base_url=f"ws://{address}/v1")


async def collect(connection: Any, last: str = "response.done") -> list[Any]:
    """Events up to `last`, each validated against the client's own types."""
    events = []
    async with asyncio.timeout(60):
        async for event in connection:
            SERVER_EVENT.validate_python(event.to_dict(), strict=False)
            assert event.event_id
            events.append(event)
            if event.type == last:
                return events
    raise AssertionError("closed too early")


def kinds(events: list[Any]) -> list[str]:
    """The types of events, runs of the same once."""
    names = [event.type for event in events]
    return [n for i, n in enumerate(names) if i == 0 or names[i - 1] != n]


async def test_a_typed_turn(serving: Serving) -> None:
    async with (
        serving.start() as address,
        client(address).realtime.connect(model="gpt-realtime") as connection,
    ):
        created = await connection.recv()
        assert created.type == "session.created"
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        updated = await connection.recv()
        assert updated.type == "session.updated"
        assert updated.session.output_modalities == ["text"]
        await connection.conversation.item.create(
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "How much is the digital key?"}],
            }
        )
        await connection.response.create(response={"metadata": {"ticket": "42"}})
        events = await collect(connection)
        assert kinds(events) == [
            "conversation.item.added",
            "conversation.item.done",
            "response.created",
            "response.output_item.added",
            "conversation.item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
        ]
        created, done = events[2].response, events[-1].response
        assert created.metadata == done.metadata == {"ticket": "42"}
        assert created.status == "in_progress"
        assert done.status == "completed"
        assert done.output[0].content[0].text.startswith("The key is free.")
        assert done.output[0].portal["entry_id"] == "cost"
        assert done.output[0].portal["sources"][0]["url"].startswith("https://")
        assert done.usage.output_tokens > 0


async def test_a_spoken_turn_with_the_servers_voice_activity(serving: Serving, said: Said) -> None:
    speech = resample(said("en", "How much is the digital key?"), SPEECH_RATE, RATE)
    pcm = to_pcm(np.concatenate([np.zeros(RATE // 2, np.float32), speech, np.zeros(RATE)]))
    async with (
        serving.start() as address,
        client(address).realtime.connect(model="gpt-realtime") as connection,
    ):
        await connection.recv()
        await connection.session.update(
            session={
                "type": "realtime",
                "audio": {"input": {"transcription": {"model": "whisper-1", "language": "en"}}},
            }
        )
        await connection.recv()
        for start in range(0, len(pcm), 4_801):  # not aligned to samples, on purpose
            await connection.input_audio_buffer.append(
                audio=base64.b64encode(pcm[start : start + 4_801]).decode()
            )
        events = await collect(connection)
        names = kinds(events)
        assert names[:8] == [
            "input_audio_buffer.speech_started",
            "input_audio_buffer.speech_stopped",
            "input_audio_buffer.committed",
            "conversation.item.added",
            "conversation.item.done",
            "conversation.item.input_audio_transcription.delta",
            "conversation.item.input_audio_transcription.completed",
            "response.created",
        ]
        assert names[-7:] == [
            "response.output_audio.delta",
            "response.output_audio.done",
            "response.output_audio_transcript.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
        ]
        items = {e.item_id for e in events if e.type.startswith("input_audio_buffer.")}
        assert len(items) == 1
        heard = next(e for e in events if e.type.endswith("transcription.completed"))
        assert heard.item_id in items
        assert "key" in heard.transcript.lower()
        assert 300 <= events[0].audio_start_ms <= 700
        audio = b"".join(
            base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta"
        )
        transcript = "".join(
            e.delta for e in events if e.type == "response.output_audio_transcript.delta"
        )
        assert transcript == "The key is free. You pay nothing to ask for it."
        assert 2 * RATE < len(audio) / 2 < 8 * RATE
        assert np.abs(np.frombuffer(audio, "<i2")).max() > 3_000
        # The words run level with the sound: the last of them do not come before half of it.
        places = [i for i, e in enumerate(events) if e.type.endswith("audio_transcript.delta")]
        sounds = [i for i, e in enumerate(events) if e.type == "response.output_audio.delta"]
        assert places[-1] > sounds[len(sounds) // 2 - 1]


async def test_a_response_is_cancelled(serving: Serving) -> None:
    async with (
        serving.start() as address,
        client(address).realtime.connect(model="gpt-realtime") as connection,
    ):
        await connection.recv()
        await connection.conversation.item.create(
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "How much is the digital key?"}],
            }
        )
        await connection.response.create()
        await collect(connection, "response.output_audio.delta")
        await connection.response.cancel()
        events = await collect(connection)
        assert kinds(events)[-6:] == [
            "response.output_audio.done",
            "response.output_audio_transcript.done",
            "response.content_part.done",
            "conversation.item.done",
            "response.output_item.done",
            "response.done",
        ]
        done = events[-1].response
        assert done.status == "cancelled"
        assert done.status_details.reason == "client_cancelled"
        assert done.output[0].status == "incomplete"
        await connection.response.cancel()
        error = (await collect(connection, "error"))[-1].error
        assert error.code == "response_cancel_not_active"
        assert error.message.startswith("Cancellation failed")


@pytest.mark.parametrize("detection", [None, {"type": "semantic_vad", "eagerness": "high"}])
async def test_turn_detection_can_be_changed(serving: Serving, detection: Any) -> None:
    async with (
        serving.start() as address,
        client(address).realtime.connect(model="gpt-realtime") as connection,
    ):
        await connection.recv()
        await connection.session.update(
            session={"type": "realtime", "audio": {"input": {"turn_detection": detection}}}
        )
        updated = (await collect(connection, "session.updated"))[-1]
        found = updated.session.audio.input.turn_detection
        if detection is None:
            assert found is None
        else:
            assert (found.type, found.eagerness) == ("semantic_vad", "high")
            assert found.interrupt_response is True
