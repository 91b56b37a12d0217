"""The FAQ in the database. SQLite and PostgreSQL take the same tables unchanged."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Names of constraints are fixed, so that a migration can drop what another database made.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC: SQLite keeps no zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored time with its zone."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Root of the FAQ's tables."""

    metadata = MetaData(naming_convention=_NAMES)


class EntryRow(Base):
    """One entry, whatever its languages."""

    __tablename__ = "faq_entries"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    topic: Mapped[str] = mapped_column(Text)
    area: Mapped[str] = mapped_column(String(100))
    owner: Mapped[str] = mapped_column(String(200))
    sources: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    as_of: Mapped[str] = mapped_column(String(10))
    review_by: Mapped[date] = mapped_column(Date)
    look_alikes: Mapped[list[str]] = mapped_column(JSON)
    handover: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(Moment)


class TranslationRow(Base):
    """One entry in one language."""

    __tablename__ = "faq_translations"

    entry_id: Mapped[str] = mapped_column(
        ForeignKey("faq_entries.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    question: Mapped[str] = mapped_column(Text)
    phrasings: Mapped[list[str]] = mapped_column(JSON)
    answer: Mapped[str] = mapped_column(Text)
    spoken: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    source_hash: Mapped[str] = mapped_column(String(64))


class RevisionRow(Base):
    """An entry as it was saved once; outlives the entry."""

    __tablename__ = "faq_revisions"

    entry_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    editor: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class SeedRow(Base):
    """What an entry was last seeded with; another hash in the entry means that a person edited."""

    __tablename__ = "faq_seeds"

    entry_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Moment)


class StateRow(Base):
    """The one row that counts the FAQ's versions: each change of any entry is one more."""

    __tablename__ = "faq_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(Integer)
