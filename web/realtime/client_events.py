"""What a client may send. Unknown fields are let through: clients are newer than servers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from web.realtime.problems import WireError

MAX_AUDIO = 15 * 1024 * 1024 * 4 // 3
"""Characters of base64 in one append: 15 MiB of audio."""


class _Event(BaseModel):
    model_config = ConfigDict(extra="allow")
    event_id: str | None = None


class SessionUpdate(_Event):
    """Changes the session; only fields that are present change."""

    type: Literal["session.update"]
    session: dict[str, Any]


class Append(_Event):
    """Adds sound to the input buffer."""

    type: Literal["input_audio_buffer.append"]
    audio: str = Field(max_length=MAX_AUDIO)


class Commit(_Event):
    """Ends the utterance."""

    type: Literal["input_audio_buffer.commit"]


class Clear(_Event):
    """Forgets the input buffer."""

    type: Literal["input_audio_buffer.clear"]


class ItemCreate(_Event):
    """Adds an item to the conversation."""

    type: Literal["conversation.item.create"]
    item: dict[str, Any]
    previous_item_id: str | None = None


class ItemRetrieve(_Event):
    """Asks for an item."""

    type: Literal["conversation.item.retrieve"]
    item_id: str


class ItemDelete(_Event):
    """Removes an item."""

    type: Literal["conversation.item.delete"]
    item_id: str


class ItemTruncate(_Event):
    """Tells how much of a spoken item was heard."""

    type: Literal["conversation.item.truncate"]
    item_id: str
    content_index: int = 0
    audio_end_ms: int = Field(ge=0, le=86_400_000)


class ResponseCreate(_Event):
    """Asks for an answer."""

    type: Literal["response.create"]
    response: dict[str, Any] | None = None


class ResponseCancel(_Event):
    """Stops the answer."""

    type: Literal["response.cancel"]
    response_id: str | None = None


class OutputClear(_Event):
    """For WebRTC only."""

    type: Literal["output_audio_buffer.clear"]


ClientEvent = (
    SessionUpdate
    | Append
    | Commit
    | Clear
    | ItemCreate
    | ItemRetrieve
    | ItemDelete
    | ItemTruncate
    | ResponseCreate
    | ResponseCancel
    | OutputClear
)
_ADAPTER: TypeAdapter[ClientEvent] = TypeAdapter(
    Annotated[ClientEvent, Field(discriminator="type")]
)
NAMES = frozenset(
    event.model_fields["type"].annotation.__args__[0]  # pyright: ignore[reportOptionalMemberAccess]
    for event in ClientEvent.__args__
)


def parse(message: dict[str, Any]) -> ClientEvent:
    """The event in a decoded message. Raises WireError naming the field, never its content."""
    kind = message.get("type")
    if not isinstance(kind, str):
        raise WireError("missing_required_parameter", "an event needs a type", param="type")
    if kind not in NAMES:
        raise WireError("unknown_event", "no client event has this type", param="type")
    try:
        return _ADAPTER.validate_python(message)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        param = ".".join(str(part) for part in first["loc"][1:])
        code = "missing_required_parameter" if first["type"] == "missing" else "invalid_value"
        raise WireError(code, f"{param}: {first['msg']}", param=param) from None
