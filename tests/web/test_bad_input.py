"""What clients get wrong has a clear error, and the connection and the server live on."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.scripted import ScriptedStt, ScriptedTts
from tests.web.conftest import Serving

RATE = 24_000


@pytest.fixture
def quick(serving: Serving) -> Serving:
    serving.stt, serving.tts = ScriptedStt(), ScriptedTts()
    return serving


class Wire:
    """Raw JSON frames."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind: str) -> dict[str, Any]:
        async with asyncio.timeout(20):
            while True:
                event = json.loads(await self.socket.recv())
                if event["type"] == kind:
                    return event

    async def still_answers(self) -> None:
        await self.send(
            "conversation.item.create",
            item={
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "what does the key cost"}],
            },
        )
        await self.send("response.create", response={"output_modalities": ["text"]})
        done = await self.until("response.done")
        assert done["response"]["status"] == "completed"


@asynccontextmanager
async def wire(address: str) -> AsyncGenerator[Wire]:
    async with connect(f"ws://{address}/v1/realtime", max_size=None) as socket:
        one = Wire(socket)
        await one.until("session.created")
        yield one


CASES: dict[str, tuple[Any, str]] = {
    "no json": ("{not json", "invalid_json"),
    "deep json": ("[" * 100_000, "invalid_json"),
    "a list": ("[1, 2]", "invalid_event"),
    "no type": ({"event_id": "e1"}, "missing_required_parameter"),
    "an unknown event": ({"type": "response.make.tea", "event_id": "e1"}, "unknown_event"),
    "a number as type": ({"type": 7}, "missing_required_parameter"),
    "audio that is no base64": (
        {"type": "input_audio_buffer.append", "audio": "%%%", "event_id": "e1"},
        "invalid_value",
    ),
    "audio that is a number": ({"type": "input_audio_buffer.append", "audio": 5}, "invalid_value"),
    "no audio": ({"type": "input_audio_buffer.append"}, "missing_required_parameter"),
    "commit of nothing": ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty"),
    "0 bytes": ({"type": "input_audio_buffer.append", "audio": ""}, ""),
    "cancel of nothing": ({"type": "response.cancel"}, "response_cancel_not_active"),
    "an unknown item": (
        {"type": "conversation.item.retrieve", "item_id": "x"},
        "item_retrieve_invalid_item_id",
    ),
    "an item after none": (
        {
            "type": "conversation.item.create",
            "previous_item_id": "x",
            "item": {"type": "message", "role": "user", "content": []},
        },
        "item_create_invalid_previous_item_id",
    ),
    "an item of no known type": (
        {"type": "conversation.item.create", "item": {"type": "song"}},
        "invalid_value",
    ),
    "a question of 5,001 signs": (
        {
            "type": "conversation.item.create",
            "item": {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": "x" * 5_001}],
            },
        },
        "string_above_max_length",
    ),
    "a session without type": (
        {"type": "session.update", "session": {}},
        "missing_required_parameter",
    ),
    "a wrong rate": (
        {
            "type": "session.update",
            "session": {
                "type": "realtime",
                "audio": {"input": {"format": {"type": "audio/pcm", "rate": 16_000}}},
            },
        },
        "invalid_value",
    ),
    "a wrong threshold": (
        {
            "type": "session.update",
            "session": {
                "type": "realtime",
                "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 7}}},
            },
        },
        "invalid_value",
    ),
    "truncating nothing": (
        {"type": "conversation.item.truncate", "item_id": "x", "audio_end_ms": 5},
        "item_truncate_invalid_item_id",
    ),
    "for WebRTC only": ({"type": "output_audio_buffer.clear"}, "invalid_event"),
}


@pytest.mark.parametrize("name", CASES)
async def test_it_is_told_and_the_connection_lives(quick: Serving, name: str) -> None:
    message, code = CASES[name]
    async with quick.start() as address, wire(address) as one:
        await one.socket.send(message if isinstance(message, str) else json.dumps(message))
        if code:
            error = (await one.until("error"))["error"]
            assert error["code"] == code
            assert error["type"] == "invalid_request_error"
            assert error["message"]
            wanted = message.get("event_id") if isinstance(message, dict) else None
            assert error["event_id"] == wanted
        await one.still_answers()


async def test_a_rejected_update_changes_nothing(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        update = {"type": "realtime", "audio": {"output": {"speed": 9}}, "instructions": "x"}
        await one.send("session.update", session=update)
        await one.until("error")
        await one.send("session.update", session={"type": "realtime"})
        session = (await one.until("session.updated"))["session"]
        assert session["instructions"] == ""
        assert session["audio"]["output"]["speed"] == 1.0


async def test_an_update_of_one_field_keeps_its_neighbours(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        detection = {"threshold": 0.7}
        patch = {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}
        await one.send("session.update", session=patch)
        found = (await one.until("session.updated"))["session"]["audio"]["input"]["turn_detection"]
        assert (found["type"], found["threshold"]) == ("server_vad", 0.7)
        assert found["silence_duration_ms"] == 600


async def test_binary_frames_are_told(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.socket.send(b"\0\1")
        assert (await one.until("error"))["error"]["code"] == "invalid_event"
        await one.still_answers()


async def test_a_huge_frame_closes_only_its_connection(quick: Serving) -> None:
    async with quick.start() as address:
        async with wire(address) as one:
            with pytest.raises(ConnectionClosed) as closed:
                await one.socket.send("x" * (23 * 1024 * 1024))
                await one.until("never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009
        async with wire(address) as another:
            await another.still_answers()


async def test_ten_minutes_in_one_commit_are_refused(quick: Serving) -> None:
    minute = base64.b64encode(np.zeros(60 * RATE, "<i2").tobytes()).decode()
    async with quick.start() as address, wire(address) as one:
        patch = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await one.send("session.update", session=patch)
        for _ in range(10):
            await one.send("input_audio_buffer.append", audio=minute)
        assert (await one.until("error"))["error"]["code"] == "utterance_too_long"
        await one.send("input_audio_buffer.clear")
        await one.until("input_audio_buffer.cleared")
        await one.still_answers()


async def test_silence_that_is_committed_is_told(quick: Serving) -> None:
    silence = base64.b64encode(np.zeros(2 * RATE, "<i2").tobytes()).decode()
    async with quick.start() as address, wire(address) as one:
        await one.send("input_audio_buffer.append", audio=silence)
        await one.send("input_audio_buffer.commit")
        await one.send("response.create")
        failed = await one.until("conversation.item.input_audio_transcription.failed")
        assert failed["error"]["code"] == "no_speech"
        done = (await one.until("response.done"))["response"]
        assert done["status"] == "completed"
        assert done["output"][0]["portal"]["outcome"] == "abstain"


async def test_a_second_response_at_once_is_refused(quick: Serving) -> None:
    quick.tts = ScriptedTts(free=1)
    async with quick.start() as address, wire(address) as one:
        await one.send("response.create")
        await one.until("response.output_audio.delta")
        await one.send("response.create")
        code = (await one.until("error"))["error"]["code"]
        assert code == "conversation_already_has_active_response"


async def test_a_client_that_vanishes_in_mid_answer_frees_its_place(quick: Serving) -> None:
    quick.tts = tts = ScriptedTts(free=1)
    async with quick.start(max_sessions=1) as address:
        async with wire(address) as one:
            await one.send("response.create")
            await one.until("response.output_audio.delta")
            one.socket.transport.abort()
        async with asyncio.timeout(10):
            while True:
                try:
                    async with wire(address) as another:
                        quick.tts.free = 1_000
                        await another.still_answers()
                    break
                except InvalidStatus:
                    await asyncio.sleep(0.02)
        assert tts.closed >= 1


async def test_a_full_server_says_so_before_the_upgrade(quick: Serving) -> None:
    async with quick.start(max_sessions=1) as address, wire(address):
        with pytest.raises(InvalidStatus) as refused:
            async with wire(address):
                pass
        assert refused.value.response.status_code == 503
        assert json.loads(refused.value.response.body)["error"]["code"] == "sessions_full"


async def test_a_key_is_asked_for_where_there_are_keys(quick: Serving) -> None:
    async with quick.start(api_keys=("right",)) as address:
        url = f"ws://{address}/v1/realtime"
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            with pytest.raises(InvalidStatus) as refused:
                async with connect(url, additional_headers=headers):
                    pass
            assert refused.value.response.status_code == 401
        async with connect(url, additional_headers={"Authorization": "Bearer right"}):
            pass
        protocols = ["realtime", "openai-insecure-api-key.right"]
        async with connect(url, subprotocols=protocols) as socket:
            assert socket.subprotocol == "realtime"


async def test_a_language_that_we_lack_gets_an_honest_answer(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        patch = {"type": "realtime", "portal": {"language": "de"}, "output_modalities": ["text"]}
        await one.send("session.update", session=patch)
        content = [{"type": "input_text", "text": "Was kostet der Schlüssel?"}]
        item = {"type": "message", "role": "user", "content": content}
        await one.send("conversation.item.create", item=item)
        await one.send("response.create")
        item = (await one.until("response.output_item.done"))["item"]
        assert item["portal"]["outcome"] == "abstain"
        assert "English" in item["content"][0]["text"]
