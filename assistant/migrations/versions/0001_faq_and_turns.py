"""The FAQ's tables, and the record of turns

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create all tables, and the one row of the FAQ's version counter."""
    op.create_table(
        "faq_entries",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("area", sa.String(100), nullable=False),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("as_of", sa.String(10), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("look_alikes", sa.JSON(), nullable=False),
        sa.Column("handover", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_faq_entries"),
    )
    op.create_table(
        "faq_translations",
        sa.Column("entry_id", sa.String(100), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("phrasings", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("spoken", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("source_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["faq_entries.id"],
            name="fk_faq_translations_entry_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "language", name="pk_faq_translations"),
    )
    # Revisions and seeds have no foreign key: they outlive the entry.
    op.create_table(
        "faq_revisions",
        sa.Column("entry_id", sa.String(100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("editor", sa.String(200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "version", name="pk_faq_revisions"),
    )
    op.create_table(
        "faq_seeds",
        sa.Column("entry_id", sa.String(100), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", name="pk_faq_seeds"),
    )
    state = op.create_table(
        "faq_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="ck_faq_state_single"),
        sa.PrimaryKeyConstraint("id", name="pk_faq_state"),
    )
    op.bulk_insert(state, [{"id": 1, "version": 0}])
    # What happened in a turn, never what was said in it.
    op.create_table(
        "turn_records",
        sa.Column("turn_id", sa.String(64), nullable=False),
        sa.Column("session_id", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("entry_id", sa.String(128), nullable=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("timings", sa.JSON(), nullable=False),
        sa.Column("played_ms", sa.Integer(), nullable=True),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("kb_version", sa.Integer(), nullable=False),
        sa.Column("models", sa.JSON(), nullable=False),
        sa.CheckConstraint("channel IN ('voice', 'text')", name="ck_turn_records_channel"),
        sa.PrimaryKeyConstraint("turn_id", name="pk_turn_records"),
    )
    op.create_index("ix_turn_records_at", "turn_records", ["at"])
    op.create_index("ix_turn_records_session_id", "turn_records", ["session_id"])


def downgrade() -> None:
    """Drop all tables, the youngest first."""
    op.drop_index("ix_turn_records_session_id", table_name="turn_records")
    op.drop_index("ix_turn_records_at", table_name="turn_records")
    for table in (
        "turn_records",
        "faq_state",
        "faq_seeds",
        "faq_revisions",
        "faq_translations",
        "faq_entries",
    ):
        op.drop_table(table)
