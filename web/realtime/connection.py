"""One Realtime connection: client events in, the session's events out.

The conversation core knows no wire format; this adapter knows no speech. It keeps what only the
wire has: the session object, the conversation's items, the response that is being written.
"""

import base64
import binascii
from asyncio import TaskGroup
from typing import Any

from assistant.events import (
    Answered,
    Committed,
    Ended,
    Failed,
    Faltered,
    Heard,
    Interrupted,
    SessionEvent,
    SpeechStarted,
    SpeechStopped,
    Spoke,
    Thinking,
    Unheard,
)
from assistant.session import Preferences, Session
from assistant.turn import new_turn_id
from assistant.wiring import Assistant
from faq_kb.errors import FaqError
from voice.audio import REPLY_RATE
from voice.errors import AudioError, VoiceError
from web.realtime.client_events import (
    Append,
    Clear,
    ClientEvent,
    Commit,
    ItemCreate,
    ItemDelete,
    ItemRetrieve,
    ItemTruncate,
    OutputClear,
    ResponseCancel,
    ResponseCreate,
    SessionUpdate,
    parse,
)
from web.realtime.conversation import Conversation, text_of
from web.realtime.problems import Problem, WireError, problem
from web.realtime.response import Response, Send
from web.realtime.session_object import SessionObject

_STOPPED = {"barge_in": "turn_detected", "client": "client_cancelled"}


class Connection:
    """Give it each message; it sends what follows from it."""

    def __init__(self, assistant: Assistant, tasks: TaskGroup, send: Send) -> None:
        self._send = send
        self._assistant = assistant
        self._default = Preferences(assistant.language, rules=assistant.rules)
        self._session = Session(assistant, tasks, self._tell, self._default, rate=REPLY_RATE)
        self._object = SessionObject(id=self._session.id)
        self._session.prefer(self._object.preferences(self._default))
        self._conversation = Conversation()
        self._response: Response | None = None
        self._turn_of_item: dict[str, str] = {}

    async def open(self) -> None:
        """Greet the client; some wait for it before they send anything."""
        await self._send("session.created", session=self._object.wire())

    async def receive(self, message: object) -> None:
        """Obey a decoded message, or answer with an `error` event."""
        event_id = message.get("event_id") if isinstance(message, dict) else None
        try:
            if not isinstance(message, dict):
                raise WireError("invalid_event", "an event is a JSON object")
            await self._obey(parse(message))
        except (WireError, VoiceError, FaqError) as error:
            await self.refuse(error, event_id if isinstance(event_id, str) else None)

    async def refuse(self, error: Problem, event_id: str | None = None) -> None:
        """Tell the client what is wrong; the connection stays open."""
        await self._send("error", error={**problem(error), "event_id": event_id})

    async def _obey(self, event: ClientEvent) -> None:
        match event:
            case Append():
                await self._session.hear(_decoded(event.audio))
            case SessionUpdate():
                self._object = self._object.updated(event.session)
                self._session.prefer(self._object.preferences(self._default))
                await self._send("session.updated", session=self._object.wire())
            case Commit():
                await self._commit()
            case Clear():
                self._session.clear()
                await self._send("input_audio_buffer.cleared")
            case ItemCreate():
                await self._create_item(event)
            case ItemRetrieve():
                item = self._conversation.get(event.item_id, "item_retrieve_invalid_item_id")
                await self._send("conversation.item.retrieved", item=item)
            case ItemDelete():
                self._conversation.remove(event.item_id)
                await self._send("conversation.item.deleted", item_id=event.item_id)
            case ItemTruncate():
                await self._truncate(event)
            case ResponseCreate():
                await self._respond(event.response or {})
            case ResponseCancel():
                await self._cancel(event)
            case OutputClear():
                raise WireError(
                    "invalid_event", "output_audio_buffer.clear is for WebRTC connections"
                )

    async def _commit(self) -> None:
        if self._response is not None and self._session.preferences.rules is None:
            # Whoever commits while we speak has interrupted us.
            await self._session.stop("client")
        try:
            await self._session.commit()
        except AudioError as error:
            raise WireError("input_audio_buffer_commit_empty", str(error)) from error

    async def _create_item(self, event: ItemCreate) -> None:
        item = self._conversation.accept(event.item)
        previous = self._conversation.add(item, after=event.previous_item_id)
        await self._send("conversation.item.added", item=item, previous_item_id=previous)
        await self._send("conversation.item.done", item=item, previous_item_id=previous)

    async def _truncate(self, event: ItemTruncate) -> None:
        item = self._conversation.get(event.item_id, "item_truncate_invalid_item_id")
        turn_id = self._turn_of_item.get(event.item_id)
        if item.get("role") != "assistant" or turn_id is None:
            raise WireError("item_truncate_invalid_item_id", "only spoken answers are truncated")
        self._assistant.records.played(turn_id, event.audio_end_ms)
        await self._send(
            "conversation.item.truncated",
            item_id=event.item_id,
            content_index=event.content_index,
            audio_end_ms=event.audio_end_ms,
        )

    async def _respond(self, wanted: dict[str, Any]) -> None:
        if self._response is not None:
            raise WireError(
                "conversation_already_has_active_response",
                "a response is under way; cancel it or wait for response.done",
            )
        overridden = {key: wanted[key] for key in ("output_modalities", "audio") if key in wanted}
        manner = self._object.updated({"type": "realtime", **overridden})
        preferences = manner.preferences(self._default)
        given = _last_user_text(wanted.get("input"))
        asked = self._conversation.last_question()
        await self._begin(manner, wanted)
        if given is None and self._session.waiting and (asked is None or _is_spoken(asked)):
            self._session.answer(speak=preferences.speak, speed=preferences.speed)
            return
        text = given if given is not None else (text_of(asked) if asked else None)
        await self._session.ask(
            new_turn_id(), text, speak=preferences.speak, speed=preferences.speed
        )

    async def _cancel(self, event: ResponseCancel) -> None:
        active = self._response
        if active is None or event.response_id not in (None, active.id):
            raise WireError(
                "response_cancel_not_active", "Cancellation failed: no active response found"
            )
        await self._session.stop("client")

    async def _begin(self, manner: SessionObject, wanted: dict[str, Any]) -> Response:
        metadata = wanted.get("metadata")
        self._response = Response(
            self._send,
            self._conversation,
            modalities=list(manner.output_modalities),
            audio=manner.audio.output.model_dump(mode="json"),
            metadata=metadata if isinstance(metadata, dict) else None,
            max_output_tokens=manner.max_output_tokens,
            in_conversation=wanted.get("conversation") != "none",
        )
        await self._response.create()
        return self._response

    async def _tell(self, event: SessionEvent) -> None:
        """Put an event of the session on the wire."""
        match event:
            case SpeechStarted(turn_id, at_ms):
                await self._send(
                    "input_audio_buffer.speech_started",
                    item_id=_item_id(turn_id),
                    audio_start_ms=at_ms,
                )
            case SpeechStopped(turn_id, at_ms):
                await self._send(
                    "input_audio_buffer.speech_stopped",
                    item_id=_item_id(turn_id),
                    audio_end_ms=at_ms,
                )
            case Committed(turn_id):
                await self._committed(_item_id(turn_id))
            case Heard() | Unheard():
                await self._heard(event)
            case Thinking():
                if self._response is None:
                    await self._begin(self._object, {})
            case Answered() | Spoke() | Faltered():
                await self._reply(event)
            case Ended():
                await self._finish("completed")
            case Failed():
                error = {"type": "server_error", "code": event.code, "message": event.message}
                await self._finish("failed", {"type": "failed", "error": error})
            case Interrupted():
                reason = _STOPPED[event.reason]
                await self._finish("cancelled", {"type": "cancelled", "reason": reason})

    async def _committed(self, item_id: str) -> None:
        item = {
            "id": item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": None}],
        }
        previous = self._conversation.add(item)
        await self._send("input_audio_buffer.committed", item_id=item_id, previous_item_id=previous)
        await self._send("conversation.item.added", item=item, previous_item_id=previous)
        await self._send("conversation.item.done", item=item, previous_item_id=previous)

    async def _heard(self, event: Heard | Unheard) -> None:
        item_id = _item_id(event.turn_id)
        place = {"item_id": item_id, "content_index": 0}
        told = self._object.audio.input.transcription is not None
        if isinstance(event, Unheard):
            if told:
                error = {"type": "transcription_error", "code": event.code, "param": None}
                await self._send(
                    "conversation.item.input_audio_transcription.failed",
                    **place,
                    error={**error, "message": event.message},
                )
            return
        text = event.transcript.text
        item = self._conversation.find(item_id)
        if item is not None:
            item["content"] = [{"type": "input_audio", "transcript": text}]
        if told:
            name = "conversation.item.input_audio_transcription"
            await self._send(f"{name}.delta", **place, delta=text)
            await self._send(
                f"{name}.completed",
                **place,
                transcript=text,
                languages=[{"code": event.transcript.language}],
                usage={"type": "duration", "seconds": event.seconds},
            )

    async def _reply(self, event: Answered | Spoke | Faltered) -> None:
        response = self._response
        if response is None:
            return
        match event:
            case Answered(turn_id, answer):
                self._turn_of_item[response.item_id] = turn_id
                await response.answer(answer)
            case Spoke(_, chunk):
                await response.speak(chunk)
            case Faltered():
                pass  # the words still go out when the response is finished

    async def _finish(self, status: str, details: dict[str, Any] | None = None) -> None:
        response, self._response = self._response, None
        if response is not None:
            await response.finish(status, details)


def _decoded(audio: str) -> bytes:
    try:
        return base64.b64decode(audio, validate=True)
    except binascii.Error:
        raise WireError("invalid_value", "audio is not base64", param="audio") from None


def _item_id(turn_id: str) -> str:
    return f"item_{turn_id.removeprefix('turn_')[:24]}"


def _is_spoken(item: dict[str, Any]) -> bool:
    return any(part["type"] == "input_audio" for part in item["content"])


def _last_user_text(items: object) -> str | None:
    """The newest user text in a response's own input, if it has any."""
    if not isinstance(items, list):
        return None
    said = [text_of(i) for i in items if isinstance(i, dict) and i.get("role") == "user"]
    return said[-1] if said else None
