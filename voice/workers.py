"""Where blocking inference runs: a few threads behind a short queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from voice.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")


class Workers:
    """Runs blocking calls in at most `size` threads; the event loop stays free.

    A call that finds `queue` others waiting, or that waits longer than `wait_s` for a thread,
    raises Busy: a citizen who is told so at once is better served than one who waits in silence.
    """

    def __init__(self, name: str, *, size: int = 1, queue: int = 8, wait_s: float = 15.0) -> None:
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=name)
        self._size = size
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free = asyncio.Semaphore(size)
        self._name = name
        self._queue = queue
        self._wait_s = wait_s
        self._waiting = 0

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of `call(*args, **kwargs)`.

        A running call cannot be stopped: a cancelled caller gets away at once, and the thread
        counts as taken until the call has ended. Raises Busy, and what `call` raises.
        """
        self._belong_to(asyncio.get_running_loop())
        if self._waiting >= self._queue:
            raise Busy(f"{self._name}: {self._waiting} calls are waiting already")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy(f"{self._name}: no worker was free within {self._wait_s:g} s") from error
        finally:
            self._waiting -= 1
        try:
            work = asyncio.get_running_loop().run_in_executor(
                self._threads, lambda: call(*args, **kwargs)
            )
        except BaseException:
            self._free.release()
            raise
        work.add_done_callback(lambda _: self._free.release())
        return await asyncio.shield(work)

    def _belong_to(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin anew in another loop: one that has ended gives nothing back."""
        if self._loop is not loop:
            self._loop = loop
            self._free = asyncio.Semaphore(self._size)
            self._waiting = 0

    def close(self) -> None:
        """Let running calls end and take no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
