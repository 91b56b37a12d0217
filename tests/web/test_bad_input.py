"""What clients get wrong has a clear error, and the connection and the server live on."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import numpy as np
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.conftest import Said
from tests.scripted import ScriptedStt, ScriptedTts
from tests.web.conftest import Serving
from voice.audio import SPEECH_RATE, resample, to_pcm
from voice.errors import Busy, SynthesisFailed

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
    "audio that is not even ASCII": (
        {"type": "input_audio_buffer.append", "audio": "é"},
        "invalid_value",
    ),
    "half an emoji as an id": (
        {"type": "conversation.item.retrieve", "item_id": "\ud83d"},
        "item_retrieve_invalid_item_id",
    ),
    "metadata without end": (
        {"type": "response.create", "response": {"metadata": {"a": "x" * 513}}},
        "invalid_value",
    ),
    "a reference to nothing": (
        {
            "type": "response.create",
            "response": {"input": [{"type": "item_reference", "id": "x"}]},
        },
        "item_retrieve_invalid_item_id",
    ),
    "a session of a megabyte": (
        {
            "type": "session.update",
            "session": {"type": "realtime", "tools": [{"name": "x" * 1_000_000}]},
        },
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


async def test_ten_minutes_of_speech_in_one_commit_are_refused(quick: Serving, said: Said) -> None:
    speech = said("en", "Good morning, I have several questions about the digital mobile key.")
    once = to_pcm(resample(speech, SPEECH_RATE, RATE))
    minute = base64.b64encode(once * (60 * RATE * 2 // len(once))).decode()
    async with quick.start() as address, wire(address) as one:
        patch = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await one.send("session.update", session=patch)
        for _ in range(10):
            await one.send("input_audio_buffer.append", audio=minute)
        await one.send("input_audio_buffer.commit")
        await one.send("response.create")
        failed = await one.until("conversation.item.input_audio_transcription.failed")
        assert failed["error"]["code"] == "utterance_too_long"
        done = (await one.until("response.done"))["response"]
        assert done["status"] == "failed"
        assert done["status_details"]["error"]["code"] == "utterance_too_long"
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


def typed(text: str, **more: Any) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"type": "message", "role": "user", "content": content, **more}


async def test_half_an_emoji_is_answered(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.send("conversation.item.create", item=typed("what does the key cost \ud83d"))
        await one.send("response.create", response={"output_modalities": ["text"]})
        done = (await one.until("response.done"))["response"]
        assert done["output"][0]["portal"]["entry_id"] == "cost"


@pytest.mark.parametrize("language", ["nb-NO", "fil", "english"])
async def test_a_language_that_the_recogniser_lacks_is_detected(
    serving: Serving, said: Said, language: str
) -> None:
    serving.tts = ScriptedTts()
    speech = to_pcm(resample(said("en", "How much is the digital key?"), SPEECH_RATE, RATE))
    async with serving.start() as address, wire(address) as one:
        audio = {"turn_detection": None, "transcription": {"language": language}}
        await one.send("session.update", session={"type": "realtime", "audio": {"input": audio}})
        await one.send("input_audio_buffer.append", audio=base64.b64encode(speech).decode())
        await one.send("input_audio_buffer.commit")
        await one.send("response.create")
        await one.until("conversation.item.input_audio_transcription.completed")
        assert (await one.until("response.done"))["response"]["status"] == "completed"


async def test_create_and_cancel_in_one_breath(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        for _ in range(5):
            await one.send("response.create")
            await one.send("response.cancel")
            done = (await one.until("response.done"))["response"]
            assert done["status"] in {"cancelled", "completed"}
        await one.still_answers()


async def test_typing_while_speech_is_transcribed_loses_neither(quick: Serving, said: Said) -> None:
    quick.stt.may_end.clear()
    speech = said("en", "How much is the digital key?")
    pcm = to_pcm(np.concatenate([resample(speech, SPEECH_RATE, RATE), np.zeros(RATE)]))
    async with quick.start() as address, wire(address) as one:
        await one.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())
        committed = await one.until("input_audio_buffer.committed")
        await one.send("conversation.item.create", item=typed("can I use it from abroad"))
        await one.send("response.create", response={"metadata": {"mine": "yes"}})
        created = (await one.until("response.created"))["response"]
        assert created["metadata"] == {"mine": "yes"}
        done = (await one.until("response.done"))["response"]
        assert (done["id"], done["status"]) == (created["id"], "completed")
        assert done["output"][0]["portal"]["entry_id"] == "abroad"
        quick.stt.may_end.set()
        heard = await one.until("conversation.item.input_audio_transcription.completed")
        assert heard["item_id"] == committed["item_id"]


async def test_a_response_asked_for_while_speech_is_transcribed_answers_the_speech(
    quick: Serving, said: Said
) -> None:
    quick.stt.may_end.clear()
    speech = said("en", "How much is the digital key?")
    pcm = to_pcm(np.concatenate([resample(speech, SPEECH_RATE, RATE), np.zeros(RATE)]))
    async with quick.start() as address, wire(address) as one:
        await one.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())
        await one.until("input_audio_buffer.committed")
        await one.send("response.create", response={"metadata": {"mine": "yes"}})
        await one.until("response.created")
        quick.stt.may_end.set()
        done = (await one.until("response.done"))["response"]
        assert done["metadata"] == {"mine": "yes"}
        assert done["output"][0]["portal"]["entry_id"] == "cost"


async def test_cancelled_and_asked_for_again_while_speech_is_transcribed(
    quick: Serving, said: Said
) -> None:
    quick.stt.may_end.clear()
    speech = said("en", "How much is the digital key?")
    pcm = to_pcm(resample(speech, SPEECH_RATE, RATE))
    async with quick.start() as address, wire(address) as one:
        patch = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await one.send("session.update", session=patch)
        await one.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())
        await one.send("input_audio_buffer.commit")
        await one.send("response.create")
        await one.send("response.cancel")
        assert (await one.until("response.done"))["response"]["status"] == "cancelled"
        await one.send("response.create")
        await one.until("response.created")
        quick.stt.may_end.set()
        done = (await one.until("response.done"))["response"]
        assert done["output"][0]["portal"]["entry_id"] == "cost"


async def test_one_client_cannot_fill_the_recognisers_queue(quick: Serving, said: Said) -> None:
    quick.stt.may_end.clear()
    speech = said("en", "How much is the digital key?")
    audio = base64.b64encode(to_pcm(resample(speech, SPEECH_RATE, RATE))).decode()
    async with quick.start() as address, wire(address) as one:
        patch = {"type": "realtime", "audio": {"input": {"turn_detection": None}}}
        await one.send("session.update", session=patch)
        for _ in range(6):
            await one.send("input_audio_buffer.append", audio=audio)
            await one.send("input_audio_buffer.commit")
        failed = await one.until("conversation.item.input_audio_transcription.failed")
        assert failed["error"]["code"] == "busy"
        quick.stt.may_end.set()
        await one.until("conversation.item.input_audio_transcription.completed")
        await one.still_answers()


async def test_a_written_answer_is_not_truncated(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.send("conversation.item.create", item=typed("what does the key cost"))
        await one.send("response.create", response={"output_modalities": ["text"]})
        item_id = (await one.until("response.done"))["response"]["output"][0]["id"]
        cut = {"item_id": item_id, "content_index": 0, "audio_end_ms": 100}
        await one.send("conversation.item.truncate", **cut)
        assert (await one.until("error"))["error"]["code"] == "item_truncate_invalid_item_id"


@pytest.mark.long
async def test_a_client_that_takes_nothing_gives_its_place_back(
    quick: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.realtime.socket._SEND_LIMIT_S", 0.5)
    async with quick.start(max_sessions=1) as address:
        frozen = socket.create_connection(address.split(":"))
        frozen.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        frozen.sendall(
            b"GET /v1/realtime HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        await asyncio.sleep(0.5)
        message = json.dumps({"type": "session.update", "session": {"type": "realtime"}}).encode()
        frame = bytes([0x81, 0x80 | len(message)]) + bytes(4) + message  # masked with zeros
        frozen.setblocking(False)
        refused = 0
        async with asyncio.timeout(60):
            while True:  # ask, and read no answer, until the server gives up
                with suppress(BlockingIOError, ConnectionError):
                    frozen.sendall(frame * 200)
                try:
                    async with wire(address) as another:
                        await another.still_answers()
                    break
                except InvalidStatus:
                    refused += 1
                    await asyncio.sleep(0.1)
        frozen.close()
        assert refused  # it did hold the place


async def test_a_busy_recogniser_is_told_on_the_wire(quick: Serving, said: Said) -> None:
    quick.stt.fails_with = Busy("stt: 8 calls are waiting already")
    speech = said("en", "How much is the digital key?")
    pcm = to_pcm(np.concatenate([resample(speech, SPEECH_RATE, RATE), np.zeros(RATE)]))
    async with quick.start() as address, wire(address) as one:
        await one.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())
        failed = await one.until("conversation.item.input_audio_transcription.failed")
        assert failed["error"]["code"] == "busy"
        done = (await one.until("response.done"))["response"]
        assert done["status_details"]["error"]["code"] == "busy"


async def test_a_voice_that_fails_in_the_middle_leaves_all_the_words(quick: Serving) -> None:
    quick.tts.fails_with, quick.tts.fails_from = SynthesisFailed("no speech"), 2
    async with quick.start() as address, wire(address) as one:
        await one.send("conversation.item.create", item=typed("what does the key cost"))
        await one.send("response.create")
        done = (await one.until("response.done"))["response"]
        said = done["output"][0]["content"][0]["transcript"]
        assert said == "The key is free. You pay nothing to ask for it."


async def test_what_was_not_heard_is_cut_away(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.send("conversation.item.create", item=typed("what does the key cost"))
        await one.send("response.create")
        item_id = (await one.until("response.done"))["response"]["output"][0]["id"]
        cut = {"item_id": item_id, "content_index": 0}
        await one.send("conversation.item.truncate", **cut, audio_end_ms=450)
        await one.until("conversation.item.truncated")
        await one.send("conversation.item.retrieve", item_id=item_id)
        item = (await one.until("conversation.item.retrieved"))["item"]
        assert item["content"][0]["transcript"] == "The key is free. "
        await one.send("conversation.item.truncate", **cut, audio_end_ms=80_000_000)
        assert (await one.until("conversation.item.truncated"))["audio_end_ms"] < 10_000


async def test_an_override_holds_for_its_response_only(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.still_answers()  # with text
        await one.send("response.create")
        done = (await one.until("response.done"))["response"]
        assert done["output_modalities"] == ["audio"]
        assert done["output"][0]["content"][0]["type"] == "output_audio"


async def test_a_response_may_bring_its_own_question(quick: Serving) -> None:
    async with quick.start() as address, wire(address) as one:
        await one.send("conversation.item.create", item=typed("what does the key cost", id="first"))
        await one.send("conversation.item.create", item=typed("can I use it from abroad"))
        reference = {"type": "item_reference", "id": "first"}
        for asked, entry in ((reference, "cost"), (typed("I forgot my PIN"), "forgot-pin")):
            apart = {"input": [asked], "conversation": "none", "output_modalities": ["text"]}
            await one.send("response.create", response=apart)
            done = (await one.until("response.done"))["response"]
            assert done["output"][0]["portal"]["entry_id"] == entry
            assert done["conversation_id"] is None


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
