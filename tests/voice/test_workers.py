"""Blocking work stays off the event loop, bounded, and survives a caller that gives up."""

import asyncio
import threading

import pytest

from voice.errors import Busy
from voice.workers import Workers


async def test_results_and_errors_come_back() -> None:
    workers = Workers("test")
    assert await workers.run(lambda a, b: a + b, 1, b=2) == 3
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 / 0)
    workers.close()


async def test_only_so_many_may_wait() -> None:
    workers = Workers("test", size=1, queue=1)
    release = threading.Event()
    running = asyncio.create_task(workers.run(release.wait))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(workers.run(lambda: "after"))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await workers.run(lambda: "too many")
    release.set()
    assert await running
    assert await waiting == "after"
    workers.close()


async def test_whoever_waits_too_long_is_told() -> None:
    workers = Workers("test", size=1, wait_s=0.01)
    release = threading.Event()
    running = asyncio.create_task(workers.run(release.wait))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await workers.run(lambda: None)
    release.set()
    await running
    workers.close()


async def test_a_cancelled_caller_leaves_the_worker_taken_until_its_call_has_ended() -> None:
    workers = Workers("test", size=1)
    release, order = threading.Event(), []
    gone = asyncio.create_task(workers.run(lambda: (release.wait(), order.append("first"))))
    await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    then = asyncio.create_task(workers.run(order.append, "second"))
    await asyncio.sleep(0)
    release.set()
    await then
    assert order == ["first", "second"]
    workers.close()
