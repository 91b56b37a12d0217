"""How late the server's event loop is while turns run, against the same loop when idle."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import uvicorn

from assistant.container import assemble
from assistant.settings import Settings
from bench.speech import Clip
from voice.audio import REPLY_RATE, SPEECH_RATE, resample, to_pcm, write
from web.app import create_app
from web.state import PortalState

_PROBE_S = 0.005
_IDLE_S = 15.0
_PORT = 8478


async def measure(settings: Settings, clip: Clip, turns: int = 5) -> dict[str, Any]:
    """Milliseconds that a 5 ms sleep in the server's loop comes late: idle, and during turns that
    a client in another process speaks in real time."""
    state = PortalState(max_sessions=4)
    config = uvicorn.Config(
        create_app(state), port=_PORT, log_level="warning", ws_per_message_deflate=False
    )
    server = uvicorn.Server(config)
    async with assemble(settings) as assistant, asyncio.TaskGroup() as tasks:
        state.put(assistant)
        serving = tasks.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.01)
        idle = await _late(asyncio.sleep(_IDLE_S))
        busy = await _late(_talk(clip, turns))
        server.should_exit = True
        await serving
    before, during = _percentiles(idle), _percentiles(busy)
    above = round(during["p99"] - before["p99"], 1)
    return {"idle": before, "busy": during, "turns": turns, "p99_above_idle_ms": above}


async def _late(work: Any) -> list[float]:
    """How late each probe comes until `work` is done."""
    late: list[float] = []
    done = asyncio.ensure_future(work)
    while not done.done():
        began = time.perf_counter()
        await asyncio.sleep(_PROBE_S)
        late.append((time.perf_counter() - began - _PROBE_S) * 1000)
    await done
    return late


async def _talk(clip: Clip, turns: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "question.wav"
        write(file, to_pcm(resample(clip.audio, SPEECH_RATE, REPLY_RATE)))
        url = f"ws://127.0.0.1:{_PORT}/v1/realtime"
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.client", url, clip.language, str(turns), str(file)
        )
        if await client.wait():
            raise RuntimeError("the client failed")


def _percentiles(late: list[float]) -> dict[str, float]:
    return {
        "p50": round(float(np.percentile(late, 50)), 2),
        "p99": round(float(np.percentile(late, 99)), 2),
        "max": round(max(late), 2),
    }
