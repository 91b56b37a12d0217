"""The command config show."""

from typing import Annotated

import typer

from assistant.cli.output import JSON_OPTION, explained, print_json
from assistant.settings import load, masked

app = typer.Typer(help="The settings.")


@app.callback()
def settings() -> None:
    """The settings."""


@app.command()
@explained
def show(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """Print the effective settings, secrets masked."""
    values = masked(load())
    if as_json:
        print_json(values)
        return
    for name, value in values.items():
        if isinstance(value, dict):
            for inner, each in value.items():
                typer.echo(f"PORTAL_{name.upper()}__{inner.upper()}={each}")
        else:
            typer.echo(f"PORTAL_{name.upper()}={value}")
