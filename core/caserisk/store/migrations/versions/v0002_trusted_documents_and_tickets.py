"""Documents that frontends were built with, who uses which, and the tickets of event streams."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKey, Index, PrimaryKeyConstraint

from caserisk.store.columns import Moment, document, key_text, long_text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "trusted_documents",
        Column("id", key_text(), primary_key=True),
        Column("text", long_text(), nullable=False),
        Column("operations", document(), nullable=False),
        Column("client", key_text(), nullable=False),
        Column("imported_at", Moment(), nullable=False),
    )
    op.create_table(
        "document_uses",
        Column("client", key_text(), nullable=False),
        Column("version", key_text(), nullable=False),
        Column("document_id", key_text(), nullable=False),
        Column("operation", key_text(), nullable=False),
        Column("deprecated", document(), nullable=False),
        Column("uses", BigInteger(), nullable=False),
        Column("last_at", Moment(), nullable=False, index=True),
        PrimaryKeyConstraint("client", "version", "document_id", "operation"),
    )
    op.create_table(
        "stream_tickets",
        Column("digest", key_text(), primary_key=True),
        Column("officer_id", key_text(), ForeignKey("officers.id"), nullable=False),
        Column("expires_at", Moment(), nullable=False, index=True),
        Column("signed_in_until", Moment(), nullable=False),
        Index(None, "officer_id", "expires_at"),
    )
