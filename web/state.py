"""What the web server knows of itself: the assistant once it is ready, and who is connected."""

from collections.abc import Generator
from contextlib import contextmanager

from assistant.errors import NotReady
from assistant.wiring import Assistant


class PortalState:
    """One a process; `app.state.portal`."""

    def __init__(self, *, max_sessions: int, api_keys: tuple[str, ...] = ()) -> None:
        self.api_keys = api_keys
        self.sessions = 0
        self.draining = False
        self._max_sessions = max_sessions
        self._assistant: Assistant | None = None

    def put(self, assistant: Assistant | None) -> None:
        """The assistant is ready; None: it is gone."""
        self._assistant = assistant

    @property
    def is_ready(self) -> bool:
        """Whether new citizens can be served."""
        return self._assistant is not None and not self.draining

    @property
    def is_full(self) -> bool:
        """Whether every place is taken."""
        return self.sessions >= self._max_sessions

    def ready(self) -> Assistant:
        """The assistant. Raises NotReady."""
        if self._assistant is None:
            raise NotReady("the assistant is still starting")
        return self._assistant

    @contextmanager
    def session(self) -> Generator[None]:
        """Holds a place."""
        self.sessions += 1
        try:
            yield
        finally:
            self.sessions -= 1
