"""The command doctor: what is set up, what is missing, and how well each language is spoken."""

import asyncio
import importlib.util
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from assistant.cli.output import JSON_OPTION, explained, print_json, results
from assistant.languages import LANGUAGES
from assistant.settings import Settings, load
from assistant.texts import load_texts
from faq_kb.errors import StoreUnavailable
from voice.errors import VoiceMissing
from voice.models.assembly import check
from voice.models.catalogue import CATALOGUE
from voice.tts.table import voice_for


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command()(doctor)


@explained
def doctor(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """List what works and what is missing; exit code 1 where the server could not start."""
    settings = load()
    checks = [*_models(settings), *_packages(), _page(), asyncio.run(_database(settings))]
    languages = _languages()
    if as_json:
        print_json({"checks": checks, "languages": languages})
    else:
        _show(checks, languages)
    if any(each["needed"] and not each["ok"] for each in checks):
        raise typer.Exit(1)


def _models(settings: Settings) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for model in CATALOGUE.values():
        problems = {report.problem for report in check(model, settings.models_dir)} - {""}
        what = f"model {model.id}" + (f" is {' and '.join(sorted(problems))}" if problems else "")
        found.append(_check(what, not problems, "portal-assistant models fetch"))
    return found


def _packages() -> list[dict[str, Any]]:
    wanted = {"espeakng_loader": "speech (extra 'espeak')"}
    return [
        _check(
            f"package {name}: {why}",
            importlib.util.find_spec(name) is not None,
            "make setup",
        )
        for name, why in wanted.items()
    ]


def _page() -> dict[str, Any]:
    spec = importlib.util.find_spec("web")
    places = list(spec.submodule_search_locations or ()) if spec else []
    built = any((Path(place) / "static" / "index.html").is_file() for place in places)
    return _check("portal page", built, "make setup", needed=False)


async def _database(settings: Settings) -> dict[str, Any]:
    from assistant.database import make_engine, status

    engine = make_engine(settings.effective_database_url)
    try:
        current, head = await status(engine)
    except StoreUnavailable as error:
        return _check(f"database: {error}", False, "portal-assistant db upgrade")
    finally:
        await engine.dispose()
    return _check("database schema", current == head, "portal-assistant db upgrade")


def _languages() -> list[dict[str, Any]]:
    texts = load_texts()
    rows: list[dict[str, Any]] = []
    for language in LANGUAGES.values():
        try:
            voice = voice_for(language.code)
            spoken = {"engine": voice.engine, "voice": voice.name, "tier": voice.tier}
            note, licence = voice.note, voice.licence
        except VoiceMissing:
            spoken, note, licence = None, "no voice yet: answers are shown, not spoken", None
        rows.append(
            {
                "language": language.code,
                "name": language.english,
                "voice": spoken,
                "licence": licence,
                "note": note,
                "wording": language.code in texts,
            }
        )
    return rows


def _check(what: str, ok: bool, cure: str, *, needed: bool = True) -> dict[str, Any]:
    return {"what": what, "ok": ok, "needed": needed, "cure": "" if ok else cure}


def _show(checks: list[dict[str, Any]], languages: list[dict[str, Any]]) -> None:
    for each in checks:
        mark = "[green]ok[/]" if each["ok"] else "[red]not ok[/]"
        results.print(f"{mark} {each['what']}" + (f": {each['cure']}" if each["cure"] else ""))
    table = Table("language", "voice", "tier", "licence", "own words", "note")
    for row in languages:
        voice = row["voice"] or {"engine": "-", "voice": "", "tier": "-"}
        table.add_row(
            f"{row['language']} {row['name']}",
            f"{voice['engine']} {voice['voice']}",
            voice["tier"],
            row["licence"] or "-",
            "yes" if row["wording"] else "no",
            row["note"],
        )
    results.print(table)
