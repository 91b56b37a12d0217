"""A real server in this process, over a tiny real FAQ and real engines."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn

from assistant.knowledge import Snapshot
from tests.assembled import assembled
from voice.stt import SpeechToText
from voice.stt.whisper import Whisper
from voice.tts import TextToSpeech
from voice.tts.kokoro import KokoroEngine
from voice.vad import SileroVad
from web.app import create_app
from web.server import MAX_FRAME
from web.state import PortalState


class Serving:
    """Starts servers and gives their address."""

    def __init__(
        self, snapshot: Snapshot, vad: SileroVad, stt: SpeechToText, tts: TextToSpeech, folder: Path
    ) -> None:
        self._parts = snapshot, vad
        self.stt = stt
        self.tts = tts
        self._folder = folder

    @asynccontextmanager
    async def start(self, **state_is: object) -> AsyncGenerator[str]:
        """host:port of a server that is ready."""
        state = PortalState(**{"max_sessions": 4, **state_is})  # type: ignore[arg-type]
        config = uvicorn.Config(
            create_app(state),
            port=0,
            log_level="warning",
            ws_max_size=MAX_FRAME,
            ws_per_message_deflate=False,
        )
        server = uvicorn.Server(config)
        async with (
            assembled(*self._parts, self.stt, self.tts, self._folder) as assistant,
            asyncio.TaskGroup() as tasks,
        ):
            state.put(assistant)
            serving = tasks.create_task(server.serve())
            while not server.started:
                await asyncio.sleep(0.01)
            port = server.servers[0].sockets[0].getsockname()[1]
            yield f"127.0.0.1:{port}"
            server.should_exit = True
            await serving


@pytest.fixture
def serving(
    snapshot: Snapshot, vad: SileroVad, whisper: Whisper, kokoro: KokoroEngine, tmp_path: Path
) -> Serving:
    return Serving(snapshot, vad, whisper, kokoro, tmp_path)
