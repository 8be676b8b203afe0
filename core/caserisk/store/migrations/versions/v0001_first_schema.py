"""The first schema: all tables as they were when it was released, and their triggers.

From ``metadata = `` on it is a copy of `caserisk.store.tables`, with values of the domain (the statuses of an active
warning) written out. Until the first release the two are changed together; from then on this file stays as it is.
"""

from __future__ import annotations

import logging

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.exc import DBAPIError

from caserisk.store import triggers
from caserisk.store.columns import LargestFirst, Moment, document, has_trigrams, key_text, long_text

log = logging.getLogger("caserisk.migrations")

_NO_TRIGRAMS = (
    "扩展 pg_trgm 未能启用,案件文本检索将较慢;请数据库管理员执行 CREATE EXTENSION pg_trgm 后建立索引 ix_cases_texts / "
    "without the extension pg_trgm, looking for a text in cases is slow: have an administrator create it, and then the "
    "index ix_cases_texts: %s"
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables and their triggers in an empty database."""
    dialect = op.get_context().dialect.name
    if dialect == "postgresql":
        _enable_trigrams()
    metadata.create_all(op.get_bind(), checkfirst=False)
    for statement in triggers.create_statements(dialect, metadata.tables):
        op.execute(statement)


def _enable_trigrams() -> None:
    """Create the extension by which texts of cases are indexed; without it the index is left out.

    PostgreSQL trusts the extension: whoever may create objects in the database may create it, where it is installed.
    """
    connection = op.get_bind()
    try:
        with connection.begin_nested():  # a failed statement would end the migration's transaction
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except DBAPIError as error:
        log.warning(_NO_TRIGRAMS, error.orig)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_is_active = text("status IN ('ACKNOWLEDGED', 'CONTROLLED', 'IN_DISPOSITION', 'ISSUED')")


def _id() -> Column[str]:
    return Column("id", key_text(), primary_key=True)


def _ref(name: str, target: str, *, optional: bool = False) -> Column[str]:
    return Column(name, key_text(), ForeignKey(f"{target}.id"), nullable=optional)


# ------------------------------------------------------------------------------------------------ organisation

offices = Table(
    "offices",
    metadata,
    _id(),
    Column("code", key_text(), nullable=False, unique=True),
    Column("name", long_text(), nullable=False),
    _ref("parent_id", "offices", optional=True),
    Column("path", key_text(), nullable=False, index=True),
)

departments = Table(
    "departments",
    metadata,
    _id(),
    _ref("office_id", "offices"),
    Column("name", long_text(), nullable=False),
    Column("function", key_text(), nullable=False),
    _ref("head_id", "officers", optional=True),
    _ref("leader_in_charge_id", "officers", optional=True),
    _ref("liaison_id", "officers", optional=True),
    Index(None, "office_id", "id"),
)

officers = Table(
    "officers",
    metadata,
    _id(),
    _ref("office_id", "offices"),
    Column("department_id", key_text(), ForeignKey("departments.id", use_alter=True), nullable=True),
    Column("name", long_text(), nullable=False),
    Column("roles", document(), nullable=False),
    Column("active", Boolean(), nullable=False),
    Index(None, "office_id", "id"),
    Index(None, "department_id", "id"),
)

office_options = Table(
    "office_options",
    metadata,
    _ref("office_id", "offices"),
    Column("key", key_text(), nullable=False),
    Column("value", long_text(), nullable=False),
    PrimaryKeyConstraint("office_id", "key"),
)

bound_editions = Table(
    "bound_editions",
    metadata,
    _ref("office_id", "offices"),
    Column("plugin", key_text(), nullable=False),
    Column("version", key_text(), nullable=False),
    Column("edition", key_text(), nullable=False),
    Column("digest", key_text(), nullable=False),
    PrimaryKeyConstraint("office_id", "plugin", "version", "edition"),
)

# ------------------------------------------------------------------------------------------------ levels

level_schemes = Table(
    "level_schemes",
    metadata,
    _id(),
    Column("key", key_text(), nullable=False),
    Column("name", document(), nullable=False),
    Column("version", long_text(), nullable=False),
    Column("reasons", document(), nullable=False),
)

levels = Table(
    "levels",
    metadata,
    _id(),
    _ref("scheme_id", "level_schemes"),
    Column("scheme_key", key_text(), nullable=False),
    Column("code", key_text(), nullable=False),
    Column("label", document(), nullable=False),
    Column("number", Integer(), nullable=True),
    Column("rank", Integer(), nullable=False),
    Column("severity", key_text(), nullable=False),
    Column("colour", document(), nullable=True),
    UniqueConstraint("scheme_id", "code"),
    UniqueConstraint("scheme_id", "rank"),
    Index(None, "scheme_key", "code"),
)

# ------------------------------------------------------------------------------------------------ a case and its file

cases = Table(
    "cases",
    metadata,
    _id(),
    _ref("office_id", "offices"),
    Column("number", key_text(), nullable=False, unique=True),
    Column("title", long_text(), nullable=False),
    Column("cause", long_text(), nullable=False),
    _ref("department_id", "departments", optional=True),
    _ref("handler_id", "officers", optional=True),
    Column("parties", document(), nullable=False),
    Column("stage", document(), nullable=False),
    Column("stage_key", key_text(), nullable=False),
    Column("next_stages", document(), nullable=False),
    Column("opened_at", Moment(), nullable=False),
    Column("closed_at", Moment(), nullable=True),
    _ref("level_id", "levels", optional=True),
    Column("severity", SmallInteger(), nullable=True),
    Column("gates", document(), nullable=False),
    Column("gates_until", Moment(), nullable=True),
    Column("gates_afterwards", document(), nullable=True),
    Column("petition_recorded", Boolean(), nullable=False),
    Column("current_assessment_id", key_text(), nullable=True),
    Column("active_warning_id", key_text(), nullable=True),
    Column("due_at", Moment(), nullable=True),
    Column("version", Integer(), nullable=False),
    Column("revision", Integer(), nullable=False),
    # Lists of cases are read by office, by department or by handler; a handler's cases are few enough to be sorted.
    Index(None, "office_id", "due_at", "id"),
    Index(None, "office_id", "opened_at", "id"),
    Index(None, "department_id", "due_at", "id"),
    Index(None, "department_id", "opened_at", "id"),
    Index(None, "handler_id", "due_at", "id"),
    # The filters of an office's list.
    Index(None, "office_id", "stage_key", "due_at", "id"),
    Index(None, "office_id", "level_id", "due_at", "id"),
    Index(
        "ix_cases_gates_to_decide",
        "gates_until",
        sqlite_where=text("gates_until IS NOT NULL AND closed_at IS NULL"),
        postgresql_where=text("gates_until IS NOT NULL AND closed_at IS NULL"),
    ),
    # A search for a part of a text needs an index of trigrams, which are an extension.
    Index(
        "ix_cases_texts",
        "number",
        "title",
        "cause",
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(("number", "title", "cause"), "gin_trgm_ops"),
    ).ddl_if(callable_=has_trigrams),
)

Index("ix_cases_gravest", cases.c.office_id, LargestFirst(cases.c.severity), cases.c.id.desc())
Index("ix_cases_gravest_of_department", cases.c.department_id, LargestFirst(cases.c.severity), cases.c.id.desc())

case_levels = Table(
    "case_levels",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    Column("since", Moment(), nullable=False),
    Column("revision", Integer(), nullable=False),
    _ref("level_id", "levels", optional=True),
    Index(None, "case_id", "since", "revision"),
)

assessments = Table(
    "assessments",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    Column("ordinal", Integer(), nullable=False),
    Column("stage", document(), nullable=False),
    Column("status", key_text(), nullable=False),
    Column("has_risk", Boolean(), nullable=False),
    Column("answers", document(), nullable=False),
    _ref("proposed_level_id", "levels", optional=True),
    _ref("derived_level_id", "levels", optional=True),
    _ref("level_id", "levels", optional=True),
    Column("reasons", document(), nullable=False),
    Column("override", key_text(), nullable=True),
    Column("override_reason", long_text(), nullable=True),
    Column("summary", long_text(), nullable=True),
    Column("plan_id", key_text(), nullable=True),
    _ref("submitted_by_id", "officers"),
    Column("submitted_at", Moment(), nullable=False),
    Column("steps", document(), nullable=False),
    Column("reviewed", SmallInteger(), nullable=False),
    Column("next_review", document(), nullable=True),
    Column("next_reviewers", document(), nullable=False),
    Column("next_review_due_at", Moment(), nullable=True),
    Column("pending_issue", document(), nullable=True),
    Column("warning_id", key_text(), nullable=True),
    Column("raised", Boolean(), nullable=False),
    _ref("displaced_level_id", "levels", optional=True),
    Column("withdrawal_reason", document(), nullable=True),
    Column("version", Integer(), nullable=False),
    UniqueConstraint("case_id", "ordinal"),
    Index(
        "ix_assessments_confirmed",
        "case_id",
        sqlite_where=text("status = 'CONFIRMED'"),
        postgresql_where=text("status = 'CONFIRMED'"),
    ),
    Index(
        "uq_assessments_in_review",
        "case_id",
        unique=True,
        sqlite_where=text("status = 'IN_REVIEW'"),
        postgresql_where=text("status = 'IN_REVIEW'"),
    ),
)

reviews = Table(
    "reviews",
    metadata,
    _id(),
    _ref("assessment_id", "assessments"),
    Column("turn", SmallInteger(), nullable=False),
    Column("after_turn", SmallInteger(), nullable=True),
    Column("step", document(), nullable=False),
    Column("verdict", key_text(), nullable=False),
    _ref("level_id", "levels", optional=True),
    Column("comment", long_text(), nullable=True),
    _ref("by_id", "officers"),
    Column("at", Moment(), nullable=False),
    Column("stood_in_as", key_text(), nullable=True),
    Column("participants", document(), nullable=False),
    Column("votes", document(), nullable=True),
    UniqueConstraint("assessment_id", "turn"),
    # Each review refers to the one before it, so that none is out of turn and none is given twice.
    ForeignKeyConstraint(["assessment_id", "after_turn"], ["reviews.assessment_id", "reviews.turn"]),
    CheckConstraint("turn > 0 AND coalesce(after_turn, 0) = turn - 1", name="in_turn"),
)

warnings = Table(
    "warnings",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("office_id", "offices"),
    _ref("assessment_id", "assessments", optional=True),
    _ref("level_id", "levels", optional=True),
    Column("severity", SmallInteger(), nullable=True),
    Column("level_since", Moment(), nullable=False),
    Column("status", key_text(), nullable=False),
    Column("issued_at", Moment(), nullable=False),
    _ref("issued_by_id", "officers", optional=True),
    Column("receipt", key_text(), nullable=False),
    Column("lifted_by", document(), nullable=False),
    Column("scheme_required", Boolean(), nullable=False),
    Column("responsibility", document(), nullable=False),
    Column("delivered_by", document(), nullable=False),
    Column("note", long_text(), nullable=True),
    Column("acknowledged_at", Moment(), nullable=True),
    Column("receipt_assumed", Boolean(), nullable=False),
    Column("displaced_receipt", document(), nullable=True),
    Column("plan_id", key_text(), nullable=True),
    Column("scheme_adopted", Boolean(), nullable=False),
    Column("closure", document(), nullable=True),
    Column("resolved_at", Moment(), nullable=True),
    Column("report", long_text(), nullable=True),
    Column("archived_at", Moment(), nullable=True),
    Column("archive_note", long_text(), nullable=True),
    Column("lifted_at", Moment(), nullable=True),
    Column("lift_reason", document(), nullable=True),
    Column("due_at", Moment(), nullable=True),
    Column("next_acts", document(), nullable=False),
    Column("version", Integer(), nullable=False),
    Index("uq_warnings_active", "case_id", unique=True, sqlite_where=_is_active, postgresql_where=_is_active),
    Index(None, "case_id", "id"),
    Index(None, "office_id", "due_at", "id"),
    # Covers what statistics count of warnings.
    Index(None, "office_id", "issued_at", "id", postgresql_include=["case_id", "level_id", "severity"]),
    Index(None, "office_id", "status", "due_at", "id"),
    Index(None, "office_id", "level_id", "due_at", "id"),
    Index(
        "ix_warnings_resolved",
        "office_id",
        "resolved_at",
        sqlite_where=text("resolved_at IS NOT NULL"),
        postgresql_where=text("resolved_at IS NOT NULL"),
    ),
)

Index("ix_warnings_gravest", warnings.c.office_id, LargestFirst(warnings.c.severity), warnings.c.id.desc())

plans = Table(
    "plans",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("assessment_id", "assessments", optional=True),
    _ref("warning_id", "warnings", optional=True),
    Column("kind", key_text(), nullable=False),
    Column("version", Integer(), nullable=False),
    Column("sections", document(), nullable=False),
    Column("assigned", document(), nullable=False),
    Column("resolution_due_on", Date(), nullable=True),
    _ref("proposed_by_id", "officers"),
    Column("proposed_at", Moment(), nullable=False),
    _ref("adopted_by_id", "officers", optional=True),
    Column("adopted_at", Moment(), nullable=True),
    UniqueConstraint("case_id", "kind", "version"),
    Index(None, "warning_id", "id"),
)

dispositions = Table(
    "dispositions",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("warning_id", "warnings", optional=True),
    Column("measure", document(), nullable=False),
    Column("description", long_text(), nullable=False),
    Column("outcome", long_text(), nullable=True),
    _ref("performed_by_id", "officers"),
    Column("performed_at", Moment(), nullable=False),
    Index(None, "warning_id", "performed_at", "id"),
    Index(None, "case_id", "id"),
)

supervisions = Table(
    "supervisions",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("warning_id", "warnings"),
    Column("kind", key_text(), nullable=False),
    Column("status", key_text(), nullable=False),
    Column("reason", document(), nullable=False),
    _ref("department_id", "departments", optional=True),
    Column("reasons", document(), nullable=False),
    _ref("raise_id", "assessments", optional=True),
    _ref("leader_id", "officers", optional=True),
    Column("members", document(), nullable=False),
    Column("new_limit", Date(), nullable=True),
    _ref("issued_by_id", "officers", optional=True),
    Column("issued_at", Moment(), nullable=True),
    Column("reply_due_at", Moment(), nullable=True),
    Column("reply", long_text(), nullable=True),
    _ref("replied_by_id", "officers", optional=True),
    Column("replied_at", Moment(), nullable=True),
    Column("version", Integer(), nullable=False),
    Index(None, "warning_id", "id"),
    Index(None, "case_id", "id"),
)

deadlines = Table(
    "deadlines",
    metadata,
    _id(),
    _ref("case_id", "cases"),
    _ref("warning_id", "warnings"),
    Column("kind", key_text(), nullable=False),
    Column("rule", key_text(), nullable=False),
    Column("label", document(), nullable=False),
    Column("starts_on", Date(), nullable=False),
    Column("term", key_text(), nullable=False),
    Column("rolls", Boolean(), nullable=False),
    Column("due_on", Date(), nullable=False),
    Column("due_at", Moment(), nullable=False),
    Column("calendar_complete", Boolean(), nullable=False),
    Column("met_by", document(), nullable=False),
    Column("reasons", document(), nullable=False),
    _ref("raise_id", "assessments", optional=True),
    _ref("supervision_id", "supervisions", optional=True),
    Column("status", key_text(), nullable=False),
    Column("met_at", Moment(), nullable=True),
    Column("passed_at", Moment(), nullable=True),
    Index(None, "warning_id", "id"),
    Index(None, "case_id", "id"),
    Index(
        "ix_deadlines_met",
        "met_at",
        sqlite_where=text("met_at IS NOT NULL"),
        postgresql_where=text("met_at IS NOT NULL"),
    ),
    Index(
        "ix_deadlines_to_pass",
        "due_at",
        sqlite_where=text("status = 'OPEN' AND passed_at IS NULL"),
        postgresql_where=text("status = 'OPEN' AND passed_at IS NULL"),
    ),
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _ref("office_id", "offices"),
    _ref("case_id", "cases"),
    _ref("assessment_id", "assessments", optional=True),
    _ref("warning_id", "warnings", optional=True),
    Column("subject", document(), nullable=False),
    Column("to_role", key_text(), nullable=True),
    _ref("to_department_id", "departments", optional=True),
    _ref("to_officer_id", "officers", optional=True),
    Column("sent_at", Moment(), nullable=False),
    Column("reasons", document(), nullable=False),
    Index(None, "case_id", "id"),
    Index(None, "warning_id", "id"),
    Index(None, "assessment_id", "id"),
    Index(None, "office_id", "id"),
)

notice_reads = Table(
    "notice_reads",
    metadata,
    _id(),
    _ref("notice_id", "notices"),
    _ref("officer_id", "officers"),
    Column("at", Moment(), nullable=False),
    UniqueConstraint("notice_id", "officer_id"),
)

# ------------------------------------------------------------------------------------------------ the log

events = Table(
    "events",
    metadata,
    # Positions are in commit order and without a gap, so that a reader can resume after any of them.
    Column("position", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False),
    Column("id", key_text(), nullable=False, unique=True),
    Column("at", Moment(), nullable=False),
    Column("noun", key_text(), nullable=False),
    Column("kind", key_text(), nullable=False),
    _ref("office_id", "offices"),
    _ref("case_id", "cases", optional=True),
    _ref("assessment_id", "assessments", optional=True),
    _ref("warning_id", "warnings", optional=True),
    _ref("actor_id", "officers", optional=True),
    Column("summary", document(), nullable=False),
    # The warning's values right after the event, where it is about a warning.
    Column("status", key_text(), nullable=True),
    _ref("level_id", "levels", optional=True),
    Column("severity", SmallInteger(), nullable=True),
    Column("type", key_text(), nullable=False),
    Column("schema_version", SmallInteger(), nullable=False),
    Column("payload", document(), nullable=False),
    Index(None, "case_id", "position"),
    Index(None, "office_id", "position"),
    # For the version of the organisation: the position of the last entry about an office.
    Index(
        "ix_events_of_offices",
        "position",
        sqlite_where=text("noun = 'office'"),
        postgresql_where=text("noun = 'office'"),
    ),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    _ref("officer_id", "officers"),
    Column("command", key_text(), nullable=False),
    Column("key", key_text(), nullable=False),
    Column("input_digest", key_text(), nullable=False),
    Column("position", BigInteger(), nullable=False),
    Column("result", document(), nullable=False),
    Column("at", Moment(), nullable=False, index=True),
    PrimaryKeyConstraint("officer_id", "command", "key"),
)

# ------------------------------------------------------------------------------------------------ the server's own

# Documents that frontends were built with; ``id`` is ``sha256:`` and the hash of the text.
trusted_documents = Table(
    "trusted_documents",
    metadata,
    _id(),
    Column("text", long_text(), nullable=False),
    Column("operations", document(), nullable=False),
    Column("client", key_text(), nullable=False),
    Column("imported_at", Moment(), nullable=False),
)

# Who sends which document, and the deprecated fields in it.
document_uses = Table(
    "document_uses",
    metadata,
    Column("client", key_text(), nullable=False),
    Column("version", key_text(), nullable=False),
    Column("document_id", key_text(), nullable=False),
    Column("operation", key_text(), nullable=False),
    Column("deprecated", document(), nullable=False),
    Column("uses", BigInteger(), nullable=False),
    Column("last_at", Moment(), nullable=False, index=True),
    PrimaryKeyConstraint("client", "version", "document_id", "operation"),
)

# Each opens one event stream; ``digest`` is the hash of the secret that the browser was given.
stream_tickets = Table(
    "stream_tickets",
    metadata,
    Column("digest", key_text(), primary_key=True),
    _ref("officer_id", "officers"),
    Column("expires_at", Moment(), nullable=False, index=True),
    Column("session_expires_at", Moment(), nullable=False),
    Index(None, "officer_id", "expires_at"),
)

# ------------------------------------------------------------------------------------------------ access records

party_reads = Table(
    "party_reads",
    metadata,
    _ref("case_id", "cases"),
    Column("day", Date(), nullable=False),
    _ref("officer_id", "officers"),
    Column("first_at", Moment(), nullable=False),
    PrimaryKeyConstraint("case_id", "day", "officer_id"),
)
