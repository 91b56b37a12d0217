"""The commands kb seed, check, search, export, import."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.cli.output import JSON_OPTION, console, explained, plain, print_json, results
from assistant.settings import Settings, load
from faq_kb.types import Entry, SearchResult

if TYPE_CHECKING:  # heavy: loaded only by the command that needs it
    from assistant.knowledge import Knowledge
    from faq_kb.editing import Replaced
    from faq_kb.linter import Finding
    from faq_kb.seeding import SeedReport
    from faq_kb.store import SqlStore

app = typer.Typer(help="The FAQ.")
Json = Annotated[bool, JSON_OPTION]


@app.command()
@explained
def seed(as_json: Json = False) -> None:
    """Bring the content files into the database and index them; keeps what people have edited."""
    report = asyncio.run(_seed(load()))
    if as_json:
        print_json(plain(report))
        return
    counts = f"{len(report.inserted)} new, {len(report.updated)} updated"
    console.print(f"FAQ: {counts}, {len(report.unchanged)} unchanged, {len(report.kept)} kept")
    for entry_id in report.kept:
        console.print(f"  kept as edited: {entry_id} (its content file says something else)")


@app.command()
@explained
def check(as_json: Json = False) -> None:
    """Lint the stored FAQ; exit code 1 where there is an error."""
    from faq_kb.linter import Severity

    findings = asyncio.run(_check(load()))
    errors = [each for each in findings if each.severity is Severity.ERROR]
    if as_json:
        print_json([plain(finding) for finding in findings])
    else:
        for each in findings:
            colour = "red" if each.severity is Severity.ERROR else "yellow"
            place = f"{each.entry_id} {each.language}".strip()
            results.print(f"[{colour}]{each.code}[/] {place}: {each.message}", highlight=False)
        results.print(f"{len(errors)} errors, {len(findings) - len(errors)} warnings")
    if errors:
        raise typer.Exit(1)


@app.command()
@explained
def search(
    text: Annotated[str, typer.Argument(help="A question.")],
    lang: Annotated[str | None, typer.Option("--lang", help="BCP-47 language.")] = None,
    as_json: Json = False,
) -> None:
    """Which entries a question may mean, and how surely."""
    settings = load()
    result = asyncio.run(_search(settings, text, lang or settings.language))
    if as_json:
        print_json(plain(result))
        return
    results.print(f"[bold]{result.decision}[/]")
    table = Table("entry", "confidence", "score", "found by", "closest phrasing")
    for match in result.matches:
        figures = f"{match.confidence:.3f}", f"{match.score:.3f}"
        table.add_row(match.entry_id, *figures, match.found_by, match.matched_phrasing)
    results.print(table)


@app.command()
@explained
def export(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .yaml file to write.")],
) -> None:
    """Write all stored entries to a file."""
    count = asyncio.run(_export(load(), file))
    console.print(f"{count} entries in {file}")


@app.command("import")
@explained
def import_(
    file: Annotated[Path, typer.Argument(help="A .jsonl or .yaml file to read.")],
    editor: Annotated[str, typer.Option(help="Who is named in the revisions.")] = "import",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only report.")] = False,
) -> None:
    """Read entries from a file; nothing is stored where one of them is at fault."""
    from faq_kb.exchange import import_entries

    report = import_entries(file)
    for fault in report.faults:
        console.print(f"[red]{file}:[/] {fault}", highlight=False)
    if report.faults:
        console.print(f"{len(report.faults)} faults; nothing was stored")
        raise typer.Exit(1)
    if dry_run:
        console.print(f"{len(report.entries)} entries are sound; nothing was stored")
        return
    done = asyncio.run(_import(load(), report.entries, editor, file.name))
    console.print(f"{len(done.written)} entries written, {len(done.unchanged)} were the same")


async def _seed(settings: Settings) -> SeedReport:
    from faq_kb.content import read_content
    from faq_kb.seeding import seed as bring_in

    async with _store(settings) as store:
        report = await bring_in(store, read_content())
    # Indexed now, so that the next command or server starts warm.
    async with _knowledge(settings):
        return report


async def _check(settings: Settings) -> list[Finding]:
    from assistant.languages import LANGUAGES
    from faq_kb.linter import check as findings_of

    async with _knowledge(settings) as faq:
        entries = list(faq.snapshot.entries.values())
        index = faq.snapshot.searcher.index
        written = {language for entry in entries for language in entry.translations}
        wanted = [code for code in LANGUAGES if code in written]
        return findings_of(entries, languages=wanted, today=date.today(), index=index)


async def _search(settings: Settings, text: str, language: str) -> SearchResult:
    async with _knowledge(settings) as faq:
        return await faq.find(text, language=language)


async def _export(settings: Settings, file: Path) -> int:
    from faq_kb.exchange import export_entries

    async with _store(settings) as store:
        return export_entries((await store.snapshot()).entries, file)


async def _import(settings: Settings, entries: Sequence[Entry], editor: str, file: str) -> Replaced:
    from faq_kb.editing import replace_entries

    async with _store(settings) as store:
        report = await replace_entries(store, entries, editor=editor, note=f"import of {file}")
    async with _knowledge(settings):
        return report


@asynccontextmanager
async def _store(settings: Settings) -> AsyncGenerator[SqlStore]:
    from assistant.database import make_engine
    from faq_kb.store import SqlStore

    engine = make_engine(settings.effective_database_url)
    try:
        yield SqlStore(engine)
    finally:
        await engine.dispose()


@asynccontextmanager
async def _knowledge(settings: Settings) -> AsyncGenerator[Knowledge]:
    """The FAQ, indexed under a progress bar where it is not indexed yet."""
    from assistant.container import knowledge
    from assistant.database import make_engine

    engine = make_engine(settings.effective_database_url)
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=console, transient=True) as progress:
            bar = progress.add_task("indexing", total=None, visible=False)

            def tell(done: int, total: int) -> None:
                progress.update(bar, completed=done, total=total, visible=True)

            async with knowledge(settings, engine, tell) as faq:
                yield faq
    finally:
        await engine.dispose()
