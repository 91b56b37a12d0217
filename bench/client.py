"""A Realtime client for benchmarks: takes spoken turns, paced like a microphone or at once."""

import asyncio
import base64
import json
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect

from voice.audio import REPLY_RATE, read, to_pcm
from voice.types import Samples

_FRAME_S = 0.04
_TAIL_S = 1.0
"""Silence after the question, so that the endpointer can hear that it is over."""


class Client:
    """One connection."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, language: str) -> AsyncGenerator[Self]:
        """Connect to ws://…/v1/realtime and set the page's language."""
        async with connect(url, max_size=None) as socket:
            client = cls(socket)
            await client.until("session.created")
            await client.update({"portal": {"language": language}})
            yield client

    async def update(self, session: dict[str, Any]) -> None:
        """Change the session."""
        await self.send("session.update", session={"type": "realtime", **session})
        await self.until("session.updated")

    async def send(self, kind: str, **fields: Any) -> None:
        """Send one event."""
        await self._socket.send(json.dumps({"type": kind, **fields}))

    async def until(self, kind: str) -> dict[str, Any]:
        """Read up to the first event of this kind."""
        async for event in self.events():
            if event["type"] == kind:
                return event
        raise ConnectionError(f"closed before {kind}")

    async def events(self) -> AsyncGenerator[dict[str, Any]]:
        """All events."""
        async for message in self._socket:
            yield json.loads(message)

    async def speak(self, audio: Samples) -> dict[str, Any]:
        """A spoken turn in real time (24 kHz samples): the response, and when things came."""
        step = int(_FRAME_S * REPLY_RATE)
        silence = b"\0\0" * int(_TAIL_S * REPLY_RATE)
        pcm = to_pcm(audio) + silence
        began = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            answer = tasks.create_task(self._answer(began + len(audio) / REPLY_RATE))
            for place in range(0, len(pcm), 2 * step):
                await self._append(pcm[place : place + 2 * step])
                await asyncio.sleep(
                    max(0.0, began + (place / 2 + step) / REPLY_RATE - time.perf_counter())
                )
        return answer.result()

    async def commit(self, audio: Samples, *, speak: bool) -> dict[str, Any]:
        """A turn whose sound is sent at once and committed; needs turn_detection null."""
        began = time.perf_counter()
        await self._append(to_pcm(audio))
        await self.send("input_audio_buffer.commit")
        modality = "audio" if speak else "text"
        await self.send("response.create", response={"output_modalities": [modality]})
        return await self._answer(began)

    async def _append(self, pcm: bytes) -> None:
        await self.send("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())

    async def _answer(self, speech_ended: float) -> dict[str, Any]:
        first_audio: float | None = None
        heard = None
        async for event in self.events():
            if event["type"] == "response.output_audio.delta" and first_audio is None:
                first_audio = time.perf_counter() - speech_ended
            elif event["type"].endswith("input_audio_transcription.completed"):
                heard = event["transcript"]
            elif event["type"] == "response.done":
                return {"response": event["response"], "heard": heard, "ttfa_s": first_audio}
            elif event["type"] == "error":
                raise RuntimeError(event["error"]["message"])
        raise ConnectionError("closed before the answer")


async def _main(url: str, language: str, turns: int, file: Path) -> None:
    audio = read(file, rate=REPLY_RATE)
    async with Client.open(url, language) as client:
        for _ in range(turns):
            sys.stdout.write(json.dumps((await client.speak(audio))["ttfa_s"]) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4])))
