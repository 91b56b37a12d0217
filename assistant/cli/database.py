"""The commands db upgrade, status."""

import asyncio
from typing import Annotated

import typer

from assistant.cli.output import JSON_OPTION, console, explained, print_json
from assistant.settings import Settings, load

app = typer.Typer(help="The database.")


@app.command()
@explained
def upgrade() -> None:
    """Bring the database to this version's schema."""
    asyncio.run(_upgrade(load()))


@app.command()
@explained
def status(as_json: Annotated[bool, JSON_OPTION] = False) -> None:
    """Which schema the database has, and which this version wants."""
    current, head = asyncio.run(_status(load()))
    if as_json:
        print_json({"current": current, "head": head})
    else:
        typer.echo(f"{current or 'empty'} (this version wants {head})")
    if current != head:
        console.print("bring it up with: portal-assistant db upgrade")
        raise typer.Exit(1)


async def _upgrade(settings: Settings) -> None:
    from assistant.database import make_engine, upgrade

    engine = make_engine(settings.effective_database_url)
    try:
        await upgrade(engine)
    finally:
        await engine.dispose()


async def _status(settings: Settings) -> tuple[str | None, str]:
    from assistant.database import make_engine, status

    engine = make_engine(settings.effective_database_url)
    try:
        return await status(engine)
    finally:
        await engine.dispose()
