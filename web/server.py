"""Runs the web server: it answers /healthz at once, loads the assistant, serves, drains."""

import asyncio
import logging
import signal
import socket
import time
from types import FrameType

import uvicorn

from assistant.container import assemble
from assistant.errors import AddressTaken
from assistant.settings import Settings
from web.app import create_app
from web.state import PortalState

_log = logging.getLogger(__name__)

MAX_FRAME = 22 * 1024 * 1024
"""Bytes; the protocol allows 15 MiB of audio in one message, 20 MiB as base64."""

_LAST_WORDS_S = 3
"""Seconds that connections get to close once the server stops; a frozen client must not hold it."""


class _Server(uvicorn.Server):
    """Drains before it stops: SIGTERM lets the citizens that are connected finish."""

    def __init__(self, config: uvicorn.Config, state: PortalState, drain_s: float) -> None:
        super().__init__(config)
        self._state = state
        self._drain_s = drain_s
        self._drain_until = 0.0

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM drains; SIGINT, or another SIGTERM, ends it now.

        Uvicorn would raise the signal anew once it has stopped, before records are written.
        """
        if self._state.draining or sig == signal.SIGINT:
            self.force_exit = self.should_exit
            self.should_exit = True
        self._state.draining = True
        self._drain_until = time.monotonic() + self._drain_s

    async def on_tick(self, counter: int) -> bool:
        if self._state.draining and (
            self._state.sessions == 0 or time.monotonic() >= self._drain_until
        ):
            self.should_exit = True
        return await super().on_tick(counter)


async def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises AddressTaken, and what keeps the assistant from
    loading."""
    state = PortalState(
        max_sessions=settings.server.max_sessions,
        api_keys=tuple(key.get_secret_value() for key in settings.server.api_keys),
    )
    config = uvicorn.Config(
        create_app(state),
        # At debug, uvicorn and websockets write down every frame and header: questions and keys.
        log_level="info" if settings.log_level.lower() == "debug" else settings.log_level,
        access_log=False,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_LAST_WORDS_S,
    )
    server = _Server(config, state, settings.server.drain_s)
    with _listening(settings.server.host, settings.server.port) as listener:
        host, port = listener.getsockname()[:2]
        _log.info("loading; http://%s:%d/healthz answers already", host, port)
        served = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            async with assemble(settings) as assistant:
                state.put(assistant)
                _log.info("ready: http://%s:%d", host, port)
                await served
                state.put(None)
        finally:
            server.should_exit = True
            await served


def _listening(host: str, port: int) -> socket.socket:
    """Bound here: uvicorn ends the process where it cannot bind."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise AddressTaken(f"{host} port {port}: {error.strerror or error}") from None
