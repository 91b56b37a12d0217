"""The binary `portal-assistant`.

With --json, stdout holds exactly one JSON document; progress and logs go to stderr. Exit code 1 is
an error that has been explained, 2 a wrong use of the command.
"""

from importlib.metadata import entry_points

import typer

from assistant.cli import config, database, doctor, kb, models, turns

_GROUP = "portal_assistant.commands"


def application() -> typer.Typer:
    """All commands: the conversation's own, and those that the packages above it register."""
    app = typer.Typer(
        name="portal-assistant",
        help="Answers citizens from an approved FAQ, by voice and text.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    turns.register(app)
    app.add_typer(kb.app, name="kb")
    app.add_typer(models.app, name="models")
    app.add_typer(database.app, name="db")
    app.add_typer(config.app, name="config")
    doctor.register(app)
    for entry in sorted(entry_points(group=_GROUP), key=lambda entry: entry.name):
        commands = entry.load()
        named = len(commands.registered_commands) > 1 or commands.registered_groups
        app.add_typer(commands, name=entry.name if named else None)
    return app


def main() -> None:
    """Run the command line."""
    application()()
