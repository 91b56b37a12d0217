"""One database for all tables: the engine, and the migrations that bring it up to date."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from faq_kb.errors import StoreUnavailable

_MIGRATIONS = Path(__file__).parent / "migrations"

_BUSY_MS = 5_000
"""How long a SQLite writer waits for another; a publication takes far less."""
_LOCK = 0x706F7274616C  # "portal"; any number that nobody else uses in this database

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}


def make_engine(url: str) -> AsyncEngine:
    """An engine for `url`: `sqlite:///file` or `postgresql://user@host/name`, driver optional.

    SQLite runs in WAL mode, so that readers never wait for a writer, and enforces foreign keys.
    Statements keep their parameters out of error messages: they hold entries' texts. Nothing is
    connected yet. Raises ValueError for another kind of database.
    """
    parsed = make_url(url)
    kind = parsed.get_backend_name()
    if kind not in _DRIVERS:
        raise ValueError(f"database: {kind} is not supported, use sqlite or postgresql")
    parsed = parsed.set(drivername=_DRIVERS[kind])
    if kind == "postgresql":
        return create_async_engine(parsed, hide_parameters=True, pool_pre_ping=True)
    engine = create_async_engine(parsed, hide_parameters=True)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


async def upgrade(engine: AsyncEngine, revision: str = "head") -> None:
    """Bring the tables up to `revision`. Safe to run from several processes at once: the first
    migrates, the others wait and find nothing to do. Makes the folder of an SQLite file.

    Raises StoreUnavailable.
    """
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file:
        await asyncio.to_thread(Path(file).parent.mkdir, parents=True, exist_ok=True)
    async with _reached(), engine.begin() as connection:
        await connection.run_sync(_migrate, command.upgrade, revision)


async def downgrade(engine: AsyncEngine, revision: str) -> None:
    """Take the tables back to `revision`, `base` for none. Data of dropped tables is lost."""
    async with _reached(), engine.begin() as connection:
        await connection.run_sync(_migrate, command.downgrade, revision)


async def status(engine: AsyncEngine) -> tuple[str | None, str]:
    """The revision that the database is at, None for an empty one, and the newest there is.

    Raises StoreUnavailable.
    """
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migrations are installed")
    async with _reached(), engine.connect() as connection:
        return await connection.run_sync(_current), head


async def require_current(engine: AsyncEngine) -> None:
    """Raises StoreUnavailable, naming the cure, unless the tables are this version's."""
    current, head = await status(engine)
    if current != head:
        raise StoreUnavailable(
            f"the database's schema is {current or 'empty'}, this version wants {head}: "
            "run 'portal-assistant db upgrade'"
        )


@asynccontextmanager
async def _reached() -> AsyncGenerator[None]:
    """Whatever the driver raises becomes StoreUnavailable."""
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreUnavailable(
            f"the database cannot be used: {cause}; 'portal-assistant db upgrade' makes it ready, "
            "PORTAL_DATA_DIR or PORTAL_DATABASE_URL says where it is"
        ) from None


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _migrate(connection: Connection, run: Any, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    else:
        # A write takes SQLite's lock; this one changes nothing.
        connection.execute(text("PRAGMA user_version = 0"))
    config = _config()
    config.attributes["connection"] = connection
    run(config, revision)


def _config() -> Config:
    config = Config()
    # Percent signs are Alembic's own interpolation.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not begin transactions by itself: it would leave DDL and reads outside.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout = {_BUSY_MS}", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    # The file remembers this mode. Of several processes that open a new file at once, one switches;
    # SQLite does not let the others wait for it, nor do they need to.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
