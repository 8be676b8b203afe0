"""Who read the parties of a case, and the guards of that record."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Date, ForeignKey, PrimaryKeyConstraint

from caserisk.store import guards
from caserisk.store.columns import Moment, key_text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "party_reads",
        Column("case_id", key_text(), ForeignKey("cases.id"), nullable=False),
        Column("day", Date(), nullable=False),
        Column("officer_id", key_text(), ForeignKey("officers.id"), nullable=False),
        Column("first_at", Moment(), nullable=False),
        PrimaryKeyConstraint("case_id", "day", "officer_id"),
    )
    for statement in guards.statements(op.get_context().dialect.name, revision):
        op.execute(statement)
