"""The items of a connection's conversation: what was asked and answered, in order."""

from typing import Any

from web.realtime.ids import new_id
from web.realtime.problems import WireError

Item = dict[str, Any]
MAX_ITEMS = 500
_ROLES = {"user", "assistant", "system"}
_KINDS = {"message", "function_call", "function_call_output"}
MAX_TEXT = 5_000
"""Characters of one typed item."""


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
            del self._items[next(iter(self._items))]
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
        if not isinstance(item_id, str) or len(item_id) > 64:
            raise WireError("invalid_value", "an item's id has at most 64 signs", param="item.id")
        if item_id in self._items:
            raise WireError("item_create_duplicate_item_id", "this id is taken", param="item.id")
        full = {**item, "id": item_id, "object": "realtime.item", "status": "completed"}
        if item["type"] == "message":
            full["content"] = [_part(part) for part in _parts(item)]
            role = full.get("role")
            if not isinstance(role, str) or role not in _ROLES:
                raise WireError("invalid_value", "role is unknown", param="item.role")
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
    return content


def _part(part: dict[str, Any]) -> dict[str, Any]:
    kind = part.get("type")
    if kind == "input_audio":
        if not isinstance(part.get("transcript"), str):
            raise WireError(
                "invalid_value",
                "send audio through input_audio_buffer, or give its transcript",
                param="item.content",
            )
        return {"type": kind, "transcript": part["transcript"][: MAX_TEXT + 1]}
    if kind in {"input_text", "output_text", "text"}:
        text = part.get("text")
        if not isinstance(text, str):
            raise WireError("missing_required_parameter", "text is needed", param="item.content")
        if len(text) > MAX_TEXT:
            raise WireError(
                "string_above_max_length", f"at most {MAX_TEXT} signs", param="item.content"
            )
        return {"type": kind, "text": text}
    if kind == "input_image":
        return {"type": kind}
    if kind == "output_audio":
        return {"type": kind, "transcript": part.get("transcript")}
    raise WireError("invalid_value", "content of this type is not known", param="item.content")
