"""How commands speak: one JSON document on stdout, everything else on stderr, errors explained."""

import functools
import json
import logging
import sys
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.logging import RichHandler

from assistant.errors import AssistantError
from faq_kb.errors import FaqError
from voice.errors import VoiceError

P = ParamSpec("P")
T = TypeVar("T")

console = Console(stderr=True)
"""For progress, remarks and errors: stderr."""
results = Console(soft_wrap=True)
"""For what was asked for: stdout."""

JSON_OPTION = typer.Option("--json", help="Print one JSON document on stdout.")


def log_to_stderr(level: str) -> None:
    """Logs go beside the progress, never into a result."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it tells of every look at the schema
    logging.getLogger("websockets").setLevel(logging.INFO)  # its debug output holds frames and keys
    logging.basicConfig(
        level=level.upper(),
        format="%(message)s",
        handlers=[RichHandler(console=console, show_path=False)],
    )


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=2, default=str) + "\n")


def plain(value: Any) -> Any:
    """Dataclasses as dicts, tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value


def explained(command: Callable[P, T]) -> Callable[P, T]:
    """Turns our errors into a line on stderr (with --json: an `error` object) and exit code 1."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except (AssistantError, FaqError, VoiceError) as error:
            if kwargs.get("as_json"):
                print_json(
                    {
                        "error": {
                            "code": error.code,
                            "message": str(error),
                            "retryable": error.retryable,
                        }
                    }
                )
            console.print(f"[red]{error.code}[/]: {error}", highlight=False)
            raise typer.Exit(1) from None

    return run
