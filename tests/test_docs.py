"""The documentation knows every setting, command, error code and wire event that the code knows."""

import re
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel

import assistant.errors
import eval.errors
import faq_kb.errors
import voice.errors
from assistant.cli import application
from assistant.settings import Settings
from web.realtime.client_events import NAMES

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def settings() -> list[str]:
    names = []
    for name, field in Settings.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            names += [f"PORTAL_{name}__{inner}".upper() for inner in field.annotation.model_fields]
        else:
            names.append(f"PORTAL_{name}".upper())
    return names


def commands() -> list[str]:
    def walk(group: typer.core.TyperGroup, before: str) -> list[str]:
        found = []
        for name, command in group.commands.items():
            inner = getattr(command, "commands", None)
            found += walk(command, f"{before}{name} ") if inner else [f"{before}{name}"]
        return found

    return walk(typer.main.get_command(application()), "")


def error_codes() -> list[str]:
    trees = (assistant.errors, eval.errors, faq_kb.errors, voice.errors)
    roots = {"assistant_error", "eval_error", "faq_error", "voice_error"}
    codes = {
        each.code
        for tree in trees
        for each in vars(tree).values()
        if isinstance(each, type) and issubclass(each, Exception) and hasattr(each, "code")
    }
    return sorted(codes - roots)


def wire_code() -> str:
    return "".join(file.read_text() for file in (ROOT / "web" / "realtime").glob("*.py"))


def wire_events() -> list[str]:
    """Names that the code sends (those it puts together are written out here) and takes."""
    name = r'"((?:session|response|conversation|input_audio|output_audio)[\w]*\.[\w.]*[a-z])"'
    sent = set(re.findall(name, wire_code()))
    transcription = "conversation.item.input_audio_transcription"
    sent |= {f"{transcription}.{end}" for end in ("delta", "completed", "failed")}
    sent |= {f"response.output_{kind}.delta" for kind in ("text", "audio_transcript")}
    fields = {"session.type", "response.input", "response.metadata", transcription}
    return sorted((sent | set(NAMES)) - fields)


def wire_codes() -> list[str]:
    raised = re.findall(r'WireError\(\s*"(\w+)"', wire_code())
    given = re.findall(r'"(item_\w+_id)"', wire_code())
    return sorted({*raised, *given} - {"item_id"})


@pytest.mark.parametrize("name", settings())
def test_settings(name: str) -> None:
    assert f"`{name}`" in (DOCS / "settings.md").read_text()


@pytest.mark.parametrize("name", commands())
def test_commands(name: str) -> None:
    assert re.search(rf"^\| `{name}[ `]", (DOCS / "commands.md").read_text(), re.MULTILINE)


@pytest.mark.parametrize("code", error_codes())
def test_error_codes(code: str) -> None:
    assert f"`{code}`" in (DOCS / "errors.md").read_text()


@pytest.mark.parametrize("name", wire_events())
def test_wire_events(name: str) -> None:
    assert f"`{name}`" in (DOCS / "protocol.md").read_text()


@pytest.mark.parametrize("code", wire_codes())
def test_wire_codes(code: str) -> None:
    assert f"`{code}`" in (DOCS / "errors.md").read_text()
