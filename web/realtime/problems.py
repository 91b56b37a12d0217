"""What goes wrong on the wire: turns every error into the protocol's `error` event."""

from assistant.errors import AssistantError
from faq_kb.errors import FaqError
from voice.errors import VoiceError


class WireError(Exception):
    """A client event that cannot be obeyed; the connection stays open."""

    def __init__(self, code: str, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.param = param


Problem = WireError | AssistantError | VoiceError | FaqError


def problem(error: Problem) -> dict[str, object]:
    """The `error` object of an event, but for the event_id."""
    client = isinstance(error, WireError) or not error.retryable
    return {
        "type": "invalid_request_error" if client else "server_error",
        "code": error.code,
        "message": str(error),
        "param": error.param if isinstance(error, WireError) else None,
    }
