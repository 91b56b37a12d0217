"""The websocket /v1/realtime: who may come in, frames to messages, and the end of a connection."""

import asyncio
import hmac
import json
import logging
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.responses import JSONResponse

from assistant.errors import NotReady, SessionsFull
from assistant.wiring import Assistant
from web.realtime.connection import Connection
from web.realtime.ids import new_id
from web.realtime.problems import Problem, WireError, problem
from web.realtime.session_object import LIFETIME_S
from web.state import PortalState

router = APIRouter()
_log = logging.getLogger(__name__)
_KEY_PREFIX = "openai-insecure-api-key."
_CLOSE_LIMIT_S = 1.0
_SEND_LIMIT_S = 30.0
"""A client that takes nothing for this long has vanished."""


@router.websocket("/v1/realtime")
async def realtime(socket: WebSocket) -> None:
    """The OpenAI Realtime protocol, GA. Query parameters are ignored: there is one model."""
    state: PortalState = socket.app.state.portal
    refusal = _refusal(socket, state)
    if refusal is not None:
        await socket.send_denial_response(refusal)
        return
    offered = socket.scope.get("subprotocols", [])
    await socket.accept(subprotocol="realtime" if "realtime" in offered else None)
    with state.session():
        await _serve(socket, state.ready())


async def _serve(socket: WebSocket, assistant: Assistant) -> None:
    """Talk until either side ends it. Whatever happens, the turn under way is closed."""
    try:
        async with asyncio.timeout(LIFETIME_S), asyncio.TaskGroup() as tasks:

            async def send(kind: str, /, **fields: Any) -> None:
                message = {"type": kind, "event_id": new_id("event"), **fields}
                async with asyncio.timeout(_SEND_LIMIT_S):
                    await socket.send_text(json.dumps(message))

            connection = Connection(assistant, tasks, send)
            await connection.open()
            while True:
                await _take(await socket.receive(), connection)
    except* TimeoutError:
        await _close(socket, 1001)
    except* (WebSocketDisconnect, RuntimeError) as group:
        unexpected = group.subgroup(lambda error: not isinstance(error, WebSocketDisconnect))
        if unexpected and socket.client_state.name == "CONNECTED":
            _log.error("a connection ended with %s", type(unexpected.exceptions[0]).__name__)


async def _take(frame: Any, connection: Connection) -> None:
    if frame["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(frame.get("code", 1005))
    text = frame.get("text")
    if text is None:
        await connection.refuse(WireError("invalid_event", "send JSON in text frames"))
        return
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        await connection.refuse(WireError("invalid_json", "the message is not valid JSON"))
        return
    await connection.receive(message)


async def _close(socket: WebSocket, code: int) -> None:
    # It may be closed already, and a client that takes nothing takes no farewell either.
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(_CLOSE_LIMIT_S):
            await socket.close(code)


def _refusal(socket: WebSocket, state: PortalState) -> JSONResponse | None:
    """Why this client may not come in, before the upgrade; None lets it in."""
    if not _allowed(socket, state.api_keys):
        return _answer(401, WireError("invalid_api_key", "wrong or missing key"))
    if not state.is_ready:
        return _answer(503, NotReady("the assistant is starting or stopping"))
    if state.is_full:
        return _answer(503, SessionsFull("all places are taken; try again soon"))
    return None


def _allowed(socket: WebSocket, keys: tuple[str, ...]) -> bool:
    if not keys:
        return True
    presented = [socket.headers.get("authorization", "").removeprefix("Bearer ").strip()]
    presented += [
        offered.removeprefix(_KEY_PREFIX)
        for offered in socket.scope.get("subprotocols", [])
        if offered.startswith(_KEY_PREFIX)
    ]
    return any(
        hmac.compare_digest(key.encode(), given.encode()) for key in keys for given in presented
    )


def _answer(status: int, error: Problem) -> JSONResponse:
    return JSONResponse({"error": problem(error)}, status)
