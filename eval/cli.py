"""The commands eval run, bench."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from assistant.cli.output import JSON_OPTION, console, explained, print_json, results
from assistant.settings import load
from assistant.types import Channel

app = typer.Typer(help="Measure the answers.")
Out = Annotated[Path, typer.Option("--out", help="Folder for results.jsonl and summary.json.")]
Json = Annotated[bool, JSON_OPTION]


@app.command()
@explained
def run(
    cases: Annotated[Path, typer.Argument(help="Cases, one JSON object a line.")],
    out: Out,
    channel: Annotated[Channel, typer.Option(help="How the questions come.")] = Channel.TEXT,
    detect: Annotated[
        bool, typer.Option("--detect", help="Voice: the language is not told.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Run cases through the production turn; an interrupted run goes on where it stopped."""
    from eval.cases import Case, read_lines
    from eval.run import Plan
    from eval.run import run as take

    found = read_lines(cases, Case)
    with _progress() as progress:
        bar = progress.add_task("cases", total=len(found))
        summary = asyncio.run(
            take(
                load(),
                found,
                cases,
                out,
                Plan(channel, detect),
                lambda done: progress.update(bar, completed=done),
            )
        )
    _report(summary, as_json)


@app.command()
@explained
def bench(
    entries: Annotated[Path, typer.Argument(help="Entries: {id, lang, phrasings} a line.")],
    queries: Annotated[Path, typer.Argument(help="Queries: {id, lang, text, expected} a line.")],
    out: Out,
    distractors: Annotated[
        Path | None, typer.Option(help="Entries that no query expects, to be added.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Match foreign queries with foreign entries through the production search."""
    from assistant.container import embedder, thresholds
    from eval.bench import bench as measure
    from eval.cases import ForeignEntry, ForeignQuery, read_lines

    settings = load()
    known = read_lines(entries, ForeignEntry)
    known += read_lines(distractors, ForeignEntry) if distractors else []
    asked = read_lines(queries, ForeignQuery)
    with _progress() as progress:
        indexing = progress.add_task("indexing", total=None)
        asking = progress.add_task("queries", total=len(asked))
        summary = measure(
            known,
            asked,
            embedder(settings),
            thresholds(settings),
            out,
            indexing=lambda done, total: progress.update(indexing, completed=done, total=total),
            progress=lambda done: progress.update(asking, completed=done),
        )
    _report(summary, as_json)


def _progress() -> Progress:
    columns = (TextColumn("{task.description:9}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeRemainingColumn(), console=console)


def _report(summary: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(summary)
        return
    table = Table("", "cases", "accuracy", "wrong", "top-1", "top-3", "asked back", "false answers")
    rows = {"all": summary["overall"], **summary["languages"]}
    for name, row in rows.items():
        shares = ("accuracy", "wrong_rate", "top1", "top3", "asked_back", "false_answers")
        table.add_row(name, str(row["cases"]), *(_percent(row[share]) for share in shares))
    results.print(table)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
