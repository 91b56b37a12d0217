"""All settings, and the only place that reads the environment.

Every setting is a variable `PORTAL_<NAME>`, or `PORTAL_<GROUP>__<NAME>`; docs/settings.md lists
them. Unknown ones are an error: a misspelt setting must not be ignored in silence.
"""

import os
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from assistant.errors import SettingsInvalid

_PREFIX = "PORTAL_"


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSettings(_Group):
    """Who may connect, and how many."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    """0 takes a free one."""
    max_sessions: int = Field(default=32, ge=1)
    """Citizens connected at once; the next is told that the server is full."""
    api_keys: tuple[SecretStr, ...] = ()
    """Keys that Realtime clients must present, as a JSON list; empty lets everybody in."""
    drain_s: float = Field(default=5.0, ge=0)
    """Seconds that running turns get to end after SIGTERM."""


class SttSettings(_Group):
    """Transcription."""

    model: str = "whisper-base"
    """A catalogue id, a local folder, or hub:owner/name."""
    threads: int = Field(default=2, ge=1)
    beam: int = Field(default=5, ge=1, le=10)
    time_limit_s: float = Field(default=60.0, gt=0)


class TtsSettings(_Group):
    """Speech synthesis."""

    model: str = "kokoro"
    """A catalogue id, a local folder, or hub:owner/name."""
    threads: int = Field(default=2, ge=1)
    time_limit_s: float = Field(default=30.0, gt=0)
    """Seconds that one piece of speech may take."""


class ListeningSettings(_Group):
    """Voice activity and endpointing; a Realtime client may set its own."""

    model: str = "silero-vad"
    threshold: float = Field(default=0.5, gt=0, lt=1)
    prefix_ms: int = Field(default=300, ge=0, le=2_000)
    silence_ms: int = Field(default=600, ge=100, le=5_000)
    min_speech_ms: int = Field(default=250, ge=32, le=2_000)
    max_utterance_ms: int = Field(default=25_000, ge=1_000, le=58_000)


class SearchSettings(_Group):
    """How sure the FAQ must be."""

    model: str = "e5-small"
    """A catalogue id, or a local folder with the same files."""
    threads: int = Field(default=1, ge=1)
    answer_from: float | None = Field(default=None, ge=0, le=1)
    """Confidence from which an entry is answered; None takes the measured default."""
    clarify_from: float | None = Field(default=None, ge=0, le=1)
    """Confidence from which the citizen is asked back; None takes the measured default."""
    time_limit_s: float = Field(default=10.0, gt=0)


class Settings(BaseSettings):
    """The effective settings."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data_dir: Path = Path("var")
    """Holds all state: database, models, search index."""
    database_url: str = ""
    """An SQLAlchemy URL (sqlite+aiosqlite or postgresql+asyncpg); empty is SQLite in data_dir."""
    language: str = "pt"
    """Where neither the page nor the caller names one."""
    log_level: str = "info"
    server: ServerSettings = ServerSettings()
    stt: SttSettings = SttSettings()
    tts: TtsSettings = TtsSettings()
    listening: ListeningSettings = ListeningSettings()
    search: SearchSettings = SearchSettings()

    @property
    def models_dir(self) -> Path:
        """Where models are put together."""
        return self.data_dir / "models"

    @property
    def effective_database_url(self) -> str:
        """The database's URL, the default filled in."""
        return (
            self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'portal.db').absolute()}"
        )


def load() -> Settings:
    """The settings of the environment. Raises SettingsInvalid naming each wrong one."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if not name.startswith(_PREFIX) or name.split("__")[0] in known:
            continue
        near = get_close_matches(name, known, n=1)
        raise SettingsInvalid(f"unknown setting {name}" + (f"; is it {near[0]}?" if near else ""))
    try:
        return Settings()
    except SettingsError as error:
        raise SettingsInvalid(f"{error}: lists are written as JSON") from None
    except ValidationError as error:
        wrong = [
            f"{_PREFIX}{'__'.join(str(part) for part in each['loc']).upper()}: {each['msg']}"
            for each in error.errors()
        ]
        raise SettingsInvalid("; ".join(wrong)) from None


def masked(settings: Settings) -> dict[str, object]:
    """The effective values as JSON, secrets and a database's password masked."""
    values = settings.model_dump(mode="json")
    values["database_url"] = _without_password(settings.effective_database_url)
    return values


def _without_password(url: str) -> str:
    from sqlalchemy.engine import make_url  # heavy, and only wanted here

    return make_url(url).render_as_string(hide_password=True)
