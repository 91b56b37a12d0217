"""The command `serve`."""

import asyncio
from typing import Annotated

import typer

from assistant.cli.output import explained, log_to_stderr
from assistant.settings import load

app = typer.Typer()


@app.command()
@explained
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 takes a free one.")] = None,
) -> None:
    """Serve the portal page and the Realtime websocket."""
    from web.server import run  # heavy: loaded only when serving

    settings = load()
    log_to_stderr(settings.log_level)
    given = {"host": host, "port": port}
    server = settings.server.model_copy(update={k: v for k, v in given.items() if v is not None})
    asyncio.run(run(settings.model_copy(update={"server": server})))
