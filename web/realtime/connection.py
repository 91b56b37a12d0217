"""One Realtime connection: client events in, the session's events out.

The conversation core knows no wire format; this adapter knows no speech. It keeps what only the
wire has: the session object, the conversation's items, the response that is being written.
"""

import base64
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
from assistant.session import MIN_COMMIT_MS, Preferences, Session
from assistant.turn import new_turn_id
from assistant.types import Question
from assistant.wiring import Assistant
from faq_kb.errors import FaqError
from voice.audio import REPLY_RATE
from voice.errors import VoiceError
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

_TRUNCATABLE = 50
_TRANSCRIPTION = "conversation.item.input_audio_transcription"
_STOPPED = {
    "barge_in": "turn_detected",
    "client": "client_cancelled",
    "dropped": "client_cancelled",
}


class Connection:
    """Give it each message; it sends what follows from it."""

    def __init__(self, assistant: Assistant, tasks: TaskGroup, send: Send) -> None:
        self._send = send
        self._default = Preferences(assistant.language, rules=assistant.rules)
        self._session = Session(assistant, tasks, self._tell, self._default, rate=REPLY_RATE)
        self._object = SessionObject.of(self._session.id, assistant.rules)
        self._session.prefer(self._object.preferences(self._default))
        self._conversation = Conversation()
        self._response: Response | None = None
        self._spoken: dict[str, Response] = {}
        """By their item: the newest responses, which may still be truncated."""
        self._unheard: dict[str, str] = {}
        """Turns whose transcription has not been told yet, by their item."""

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
        if not self._session.can_commit:
            raise WireError(
                "input_audio_buffer_commit_empty",
                f"less than {MIN_COMMIT_MS} ms of audio to commit",
            )
        if self._response is not None and self._session.preferences.rules is None:
            # Whoever commits while we speak has interrupted us.
            await self._session.stop("client")
        await self._session.commit()

    async def _create_item(self, event: ItemCreate) -> None:
        item = self._conversation.accept(event.item)
        previous = self._conversation.add(item, after=event.previous_item_id)
        await self._send("conversation.item.added", item=item, previous_item_id=previous)
        await self._send("conversation.item.done", item=item, previous_item_id=previous)

    async def _truncate(self, event: ItemTruncate) -> None:
        item = self._conversation.get(event.item_id, "item_truncate_invalid_item_id")
        response = self._spoken.get(event.item_id)
        if response is None:
            raise WireError("item_truncate_invalid_item_id", "only spoken answers are truncated")
        heard_ms = response.truncate(event.audio_end_ms)
        self._session.played(response.turn_id, heard_ms)
        item["content"] = [{"type": "output_audio", "transcript": response.heard_text}]
        await self._send(
            "conversation.item.truncated",
            item_id=event.item_id,
            content_index=event.content_index,
            audio_end_ms=heard_ms,
        )

    async def _respond(self, wanted: dict[str, Any]) -> None:
        if self._response is not None:
            raise WireError(
                "conversation_already_has_active_response",
                "a response is under way; cancel it or wait for response.done",
            )
        overridden = {key: wanted[key] for key in ("output_modalities", "audio") if key in wanted}
        manner = self._object.updated({"type": "realtime", **overridden})
        metadata = _metadata(wanted.get("metadata"))
        asked = self._asked(wanted.get("input"))
        preferences = manner.preferences(self._default)
        if (pending := await self._pending(asked)) is not None:
            response = await self._begin(pending, manner, wanted, metadata)
            if self._session.answer(speak=preferences.speak, speed=preferences.speed):
                return
            response.turn_id = turn_id = new_turn_id()  # it ended while the response was begun
        else:
            await self._session.stop("client")  # before the new response begins: it ends an old one
            turn_id = new_turn_id()
            await self._begin(turn_id, manner, wanted, metadata)
        text = text_of(asked) if asked is not None else None
        heard_in = asked.get("portal", {}).get("language") if asked is not None else None
        question = Question(
            turn_id,
            heard_in or preferences.language,
            text=text,
            unheard=asked is not None and text is None,
            speak=preferences.speak,
            speed=preferences.speed,
        )
        await self._session.ask(question)

    async def _pending(self, asked: dict[str, Any] | None) -> str | None:
        """The turn that is being heard and is what `asked` is, or the one where nothing is."""
        pending = self._session.pending_turn
        if asked is None:
            return pending
        turn_id = self._unheard.get(asked["id"])
        if turn_id is None:
            return pending if pending is not None and asked["id"] == _item_id(pending) else None
        if turn_id == pending or await self._session.take_back(turn_id):
            return turn_id
        return None

    def _asked(self, given: object) -> dict[str, Any] | None:
        """The question: the newest of the response's own input, else of the conversation."""
        if not isinstance(given, list):
            return self._conversation.last_question()
        asked = None
        for item in given:
            if not isinstance(item, dict):
                raise WireError("invalid_value", "an item is an object", param="response.input")
            if item.get("type") == "item_reference":
                found = self._conversation.get(str(item.get("id")), "item_retrieve_invalid_item_id")
            else:
                found = self._conversation.accept(item)
            if found.get("role") == "user":
                asked = found
        return asked

    async def _cancel(self, event: ResponseCancel) -> None:
        active = self._response
        if active is None or event.response_id not in (None, active.id):
            raise WireError(
                "response_cancel_not_active", "Cancellation failed: no active response found"
            )
        await self._session.stop("client")
        if self._response is active:  # nothing was running that could have ended it
            await self._finish(active.turn_id, "cancelled", _cancelled("client"))

    async def _begin(
        self,
        turn_id: str,
        manner: SessionObject,
        wanted: dict[str, Any],
        metadata: dict[str, str] | None,
    ) -> Response:
        self._response = response = Response(
            turn_id,
            self._send,
            self._conversation,
            modalities=list(manner.output_modalities),
            audio=manner.audio.output.model_dump(mode="json"),
            metadata=metadata,
            max_output_tokens=manner.max_output_tokens,
            in_conversation=wanted.get("conversation") != "none",
        )
        await response.create()
        return response

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
                await self._committed(turn_id)
            case Heard() | Unheard():
                await self._heard(event)
            case Thinking(turn_id):
                if self._response is None:
                    await self._begin(turn_id, self._object, {}, None)
            case Answered(turn_id, answer):
                if (response := self._response_of(turn_id)) is not None:
                    if response.speaks:
                        self._remember(response)
                    await response.answer(answer)
            case Spoke(turn_id, chunk):
                if (response := self._response_of(turn_id)) is not None:
                    await response.speak(chunk)
            case Faltered():
                pass  # the words still go out when the response is finished
            case Ended(turn_id):
                await self._finish(turn_id, "completed")
            case Failed():
                await self._failed(event)
            case Interrupted(turn_id, reason):
                if reason == "dropped":
                    await self._transcription_failed(turn_id, "busy", "too much was said at once")
                await self._finish(turn_id, "cancelled", _cancelled(reason))

    async def _failed(self, event: Failed) -> None:
        error = {"type": "server_error", "code": event.code, "message": event.message}
        if _item_id(event.turn_id) in self._unheard:
            await self._transcription_failed(event.turn_id, event.code, event.message)
        if self._response is None and event.due:
            await self._begin(event.turn_id, self._object, {}, None)
        await self._finish(event.turn_id, "failed", {"type": "failed", "error": error})

    async def _committed(self, turn_id: str) -> None:
        item_id = _item_id(turn_id)
        item = {
            "id": item_id,
            "object": "realtime.item",
            "type": "message",
            "status": "completed",
            "role": "user",
            "content": [{"type": "input_audio", "transcript": None}],
        }
        self._unheard[item_id] = turn_id
        previous = self._conversation.add(item)
        await self._send("input_audio_buffer.committed", item_id=item_id, previous_item_id=previous)
        await self._send("conversation.item.added", item=item, previous_item_id=previous)
        await self._send("conversation.item.done", item=item, previous_item_id=previous)

    async def _heard(self, event: Heard | Unheard) -> None:
        if isinstance(event, Unheard):
            await self._transcription_failed(event.turn_id, event.code, event.message)
            return
        self._unheard.pop(_item_id(event.turn_id), None)
        text, language = event.transcript.text, event.transcript.language
        item_id = _item_id(event.turn_id)
        item = self._conversation.find(item_id)
        if item is not None:
            item["content"] = [{"type": "input_audio", "transcript": text}]
            item["portal"] = {"language": language}
        if self._object.audio.input.transcription is not None:
            place = {"item_id": item_id, "content_index": 0}
            await self._send(f"{_TRANSCRIPTION}.delta", **place, delta=text)
            await self._send(
                f"{_TRANSCRIPTION}.completed",
                **place,
                transcript=text,
                languages=[{"code": language}],
                usage={"type": "duration", "seconds": event.seconds},
            )

    async def _transcription_failed(self, turn_id: str, code: str, message: str) -> None:
        self._unheard.pop(_item_id(turn_id), None)
        if self._object.audio.input.transcription is not None:
            error = {
                "type": "transcription_error",
                "code": code,
                "message": message,
                "param": None,
            }
            await self._send(
                f"{_TRANSCRIPTION}.failed",
                item_id=_item_id(turn_id),
                content_index=0,
                error=error,
            )

    def _response_of(self, turn_id: str) -> Response | None:
        """The response that is being written, if it is this turn's."""
        response = self._response
        return response if response is not None and response.turn_id == turn_id else None

    def _remember(self, response: Response) -> None:
        self._spoken[response.item_id] = response
        if len(self._spoken) > _TRUNCATABLE:
            del self._spoken[next(iter(self._spoken))]

    async def _finish(
        self, turn_id: str, status: str, details: dict[str, Any] | None = None
    ) -> None:
        response = self._response_of(turn_id)
        if response is not None:
            await response.finish(status, details)
            self._response = None


def _decoded(audio: str) -> bytes:
    try:
        return base64.b64decode(audio, validate=True)
    except ValueError:  # what is no base64, and what is not even ASCII
        raise WireError("invalid_value", "audio is not base64", param="audio") from None


def _item_id(turn_id: str) -> str:
    return f"item_{turn_id.removeprefix('turn_')[:24]}"


def _cancelled(reason: str) -> dict[str, Any]:
    return {"type": "cancelled", "reason": _STOPPED[reason]}


def _metadata(given: object) -> dict[str, str] | None:
    """A response's metadata, which is echoed. Raises WireError beyond the protocol's limits."""
    if given is None:
        return None
    if (
        not isinstance(given, dict)
        or len(given) > 16
        or not all(isinstance(each, str) and len(each) <= 512 for each in given.values())
    ):
        raise WireError("invalid_value", "at most 16 texts of 512 signs", param="response.metadata")
    return given
