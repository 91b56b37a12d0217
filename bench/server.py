"""The server as a process: how soon it is ready, and how much memory it takes over many turns."""

import asyncio
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.progress import track

from bench.client import Client
from bench.speech import Clip
from voice.audio import REPLY_RATE, SPEECH_RATE, resample

_HOST = "127.0.0.1"
_PORT = 8477
_READY_LIMIT_S = 120.0
_SPOKEN_EVERY = 5


def start(runs: int = 5) -> dict[str, Any]:
    """Seconds from the command to /readyz, models on disk and index cached; median of `runs`."""
    seconds: list[float] = []
    for _ in track(range(runs + 1), "start"):
        with _served() as (_, ready_s):
            seconds.append(ready_s)
    warm = seconds[1:]  # the first run may fill the file cache
    return {"median_s": round(statistics.median(warm), 2), "runs_s": [round(s, 2) for s in warm]}


def memory(clips: list[Clip], turns: int = 200) -> dict[str, Any]:
    """Resident MB at start, after 20 turns and at the end; MB gained per turn after the 20th.

    Every turn hears speech; every fifth also speaks its whole answer, the others show it.
    """
    with _served() as (process, _):
        return asyncio.run(_memory(process.pid, clips, turns))


async def _memory(pid: int, clips: list[Clip], turns: int) -> dict[str, Any]:
    measured = [_resident_mb(pid)]
    async with Client.open(f"ws://{_HOST}:{_PORT}/v1/realtime", clips[0].language) as client:
        await client.update({"audio": {"input": {"turn_detection": None}}})
        for turn in track(range(turns), "memory"):
            clip = clips[turn % len(clips)]
            audio = resample(clip.audio, SPEECH_RATE, REPLY_RATE)
            await client.commit(audio, speak=turn < 20 or turn % _SPOKEN_EVERY == 0)
            measured.append(_resident_mb(pid))
    later = measured[20:]
    return {
        "turns": turns,
        "start_mb": round(measured[0]),
        "after_20_mb": round(measured[20]),
        "end_mb": round(measured[-1]),
        "peak_mb": round(max(measured)),
        "mb_per_turn_after_20": round(_slope(later), 3),
        "with_children_mb": round(_resident_mb(pid, children=True)),
    }


@contextmanager
def _served() -> Generator[tuple[subprocess.Popen[bytes], float]]:
    command = Path(sys.executable).with_name("portal-assistant")
    environment = {**os.environ, "PORTAL_LOG_LEVEL": "warning"}
    began = time.perf_counter()
    process = subprocess.Popen([command, "serve", "--port", str(_PORT)], env=environment)
    try:
        while not _ready():
            if process.poll() is not None or time.perf_counter() - began > _READY_LIMIT_S:
                raise RuntimeError("the server did not become ready")
            time.sleep(0.05)
        yield process, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait(30)


def _ready() -> bool:
    try:
        with urlopen(f"http://{_HOST}:{_PORT}/readyz", timeout=1) as response:
            return response.status == 200
    except (URLError, OSError):
        return False


def _resident_mb(pid: int, *, children: bool = False) -> float:
    pids = [str(pid)]
    if children:
        pids += Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    total = 0
    for each in pids:
        for line in Path(f"/proc/{each}/status").read_text("utf-8").splitlines():
            if line.startswith("VmRSS:"):
                total += int(line.split()[1])
    return total / 1024


def _slope(values: list[float]) -> float:
    """Least squares, per step."""
    middle = (len(values) - 1) / 2
    mean = statistics.mean(values)
    steps = sum((place - middle) ** 2 for place in range(len(values)))
    rises = sum((place - middle) * (each - mean) for place, each in enumerate(values))
    return rises / steps if steps else 0.0
