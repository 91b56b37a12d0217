"""The items of a connection's conversation: what was asked and answered, in order."""

from typing import Any

from web.realtime.ids import new_id
from web.realtime.problems import WireError

Item = dict[str, Any]
MAX_ITEMS = 500
_ROLES = {"user", "assistant", "system"}
_KINDS = {"message", "function_call", "function_call_output"}
MAX_TEXT = 5_000
"""Characters of one part of an item."""
_MAX_PARTS = 20
_MAX_NAME = 64
_CALL_FIELDS = ("name", "call_id", "arguments", "output")


class Conversation:
    """Items by id. Holds the last 500, in memory, as long as the connection lives."""

    def __init__(self) -> None:
        self.id = new_id("conv")
        self._items: dict[str, Item] = {}

    @property
    def last_id(self) -> str | None:
        """The newest item's id."""
        return next(reversed(self._items), None)

    def add(self, item: Item, *, after: str | None = None) -> str | None:
        """Add `item`; the id that it follows. `after`: an id, 'root' for the beginning, None for
        the end."""
        if after is None:
            previous = self.last_id
            self._items[item["id"]] = item
        elif after == "root":
            previous = None
            self._items = {item["id"]: item, **self._items}
        else:
            self.get(after, "item_create_invalid_previous_item_id")
            previous = after
            pairs = list(self._items.items())
            place = next(i for i, (item_id, _) in enumerate(pairs) if item_id == after) + 1
            self._items = dict([*pairs[:place], (item["id"], item), *pairs[place:]])
        if len(self._items) > MAX_ITEMS:
            del self._items[next(each for each in self._items if each != item["id"])]
        return previous

    def get(self, item_id: str, code: str) -> Item:
        """The item. Raises WireError with `code`."""
        if item_id not in self._items:
            raise WireError(code, "the conversation has no item with this id", param="item_id")
        return self._items[item_id]

    def find(self, item_id: str) -> Item | None:
        """The item, if it is still there."""
        return self._items.get(item_id)

    def remove(self, item_id: str) -> None:
        """Take an item out. Raises WireError."""
        self.get(item_id, "item_delete_invalid_item_id")
        del self._items[item_id]

    def last_question(self) -> Item | None:
        """The newest thing that the citizen said or typed."""
        asked = (
            item
            for item in reversed(self._items.values())
            if item["type"] == "message" and item["role"] == "user"
        )
        return next(asked, None)

    def accept(self, item: dict[str, Any]) -> Item:
        """A client's item in the wire's full shape. Raises WireError."""
        kind = item.get("type")
        if not isinstance(kind, str) or kind not in _KINDS:
            raise WireError("invalid_value", "items of this type are not known", param="item.type")
        item_id = item.get("id") or new_id("item")
        if not isinstance(item_id, str) or len(item_id) > _MAX_NAME:
            raise WireError("invalid_value", "an id has at most 64 signs", param="item.id")
        if item_id in self._items:
            raise WireError("item_create_duplicate_item_id", "this id is taken", param="item.id")
        full: Item = {
            "id": item_id,
            "object": "realtime.item",
            "type": kind,
            "status": "completed",
        }
        if kind == "message":
            role = item.get("role")
            if not isinstance(role, str) or role not in _ROLES:
                raise WireError("invalid_value", "role is unknown", param="item.role")
            parts = [_part(part) for part in _parts(item)]
            return full | {"role": role, "content": parts}
        for name in _CALL_FIELDS:
            if name in item:
                full[name] = _short(item[name], f"item.{name}")
        return full


def text_of(item: Item) -> str | None:
    """What an item says, its parts joined; None where that is not known (yet)."""
    content = item.get("content")
    parts = content if isinstance(content, list) else []
    said = [p.get("text") or p.get("transcript") for p in parts if isinstance(p, dict)]
    return "\n".join(text for text in said if isinstance(text, str) and text) or None


def _parts(item: dict[str, Any]) -> list[dict[str, Any]]:
    content = item.get("content")
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        raise WireError("missing_required_parameter", "a list is needed", param="item.content")
    if len(content) > _MAX_PARTS:
        raise WireError("invalid_value", f"at most {_MAX_PARTS} parts", param="item.content")
    return content


def _part(part: dict[str, Any]) -> dict[str, Any]:
    match part.get("type"):
        case "input_text" | "output_text" | "text" as kind:
            return {"type": kind, "text": _short(part.get("text"), "item.content")}
        case "input_audio" if part.get("transcript") is None:
            raise WireError(
                "invalid_value",
                "send audio through input_audio_buffer, or give its transcript",
                param="item.content",
            )
        case "input_audio" | "output_audio" as kind:
            said = part.get("transcript")
            return {
                "type": kind,
                "transcript": None if said is None else _short(said, "item.content"),
            }
        case "input_image":
            return {"type": "input_image"}
        case _:
            raise WireError(
                "invalid_value", "content of this type is not known", param="item.content"
            )


def _short(text: object, param: str) -> str:
    if not isinstance(text, str):
        raise WireError("missing_required_parameter", "a text is needed", param=param)
    if len(text) > MAX_TEXT:
        raise WireError("string_above_max_length", f"at most {MAX_TEXT} signs", param=param)
    return text
