"""Alembic's environment. Always run by `assistant.database`, which hands its connection over."""

from importlib.util import find_spec

from alembic import context
from sqlalchemy import Connection, MetaData

from faq_kb.tables import Base


def _metadata() -> list[MetaData]:
    """Of all tables in the database, for comparing them with the migrations."""
    found = [Base.metadata]
    if find_spec("assistant.records") is not None:
        from assistant import records

        found.append(records.metadata)
    return found


def _run() -> None:
    connection: Connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=_metadata(),
        # SQLite cannot alter a column: Alembic copies the table instead.
        render_as_batch=connection.dialect.name == "sqlite",
    )
    # The caller's transaction covers the migration, on both databases.
    with context.begin_transaction():
        context.run_migrations()


_run()
