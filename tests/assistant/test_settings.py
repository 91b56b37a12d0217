"""Settings come from the environment; wrong ones are named, secrets stay hidden."""

from pathlib import Path

import pytest

from assistant.errors import SettingsInvalid
from assistant.settings import load, masked


def test_defaults() -> None:
    settings = load()
    assert settings.server.host == "127.0.0.1"
    assert settings.models_dir == Path("var/models")
    assert settings.effective_database_url.startswith("sqlite+aiosqlite:////")


def test_nested_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_STT__BEAM", "2")
    monkeypatch.setenv("PORTAL_DATA_DIR", "/somewhere")
    settings = load()
    assert settings.stt.beam == 2
    assert settings.models_dir == Path("/somewhere/models")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("PORTAL_DATADIR", "x", "PORTAL_DATA_DIR"),
        ("PORTAL_STT__BEEM", "2", "STT__BEEM"),
        ("PORTAL_STT__BEAM", "many", "STT__BEAM"),
        ("PORTAL_SERVER__PORT", "70000", "SERVER__PORT"),
        ("PORTAL_SERVER__API_KEYS", "no-json", "JSON"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid, match=told):
        load()


def test_secrets_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SERVER__API_KEYS", '["hush-hush"]')
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql+asyncpg://me:hush@127.0.0.1/portal")
    shown = str(masked(load()))
    assert "hush" not in shown
    assert "127.0.0.1/portal" in shown
