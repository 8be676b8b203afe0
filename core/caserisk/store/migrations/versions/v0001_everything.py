"""Everything: the organisation, levels, cases and what belongs to them, the log, and the guards.

Names of constraints and indexes follow the convention of `caserisk.store.tables`.
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
    PrimaryKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    column,
    text,
)
from sqlalchemy.exc import DBAPIError

from caserisk.store import guards
from caserisk.store.columns import LargestFirst, Moment, document, key_text, long_text

log = logging.getLogger("caserisk.migrations")

_NO_TRIGRAMS = (
    "扩展 pg_trgm 未能启用,案件文本检索将较慢;请数据库管理员执行 CREATE EXTENSION pg_trgm 后建立索引 ix_cases_texts / "
    "without the extension pg_trgm, looking for a text in cases is slow: have an administrator create it, and then the "
    "index ix_cases_texts: %s"
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create it all in an empty database."""
    _create_organisation()
    _create_levels()
    _create_cases()
    _create_assessments()
    _create_warnings()
    _create_plans()
    _create_deadlines()
    _create_notices()
    _create_log()
    if op.get_context().dialect.name == "postgresql":
        _index_texts()
    for statement in guards.statements(op.get_context().dialect.name, revision):
        op.execute(statement)


def _id() -> Column[str]:
    return Column("id", key_text(), primary_key=True)


def _ref(name: str, target: str, *, optional: bool = False) -> Column[str]:
    return Column(name, key_text(), ForeignKey(f"{target}.id"), nullable=optional)


def _index_by_severity(name: str, table: str, owner: str) -> None:
    op.create_index(name, table, [owner, LargestFirst(column("severity")), column("id").desc()])


def _create_organisation() -> None:
    op.create_table(
        "offices",
        _id(),
        Column("code", key_text(), nullable=False, unique=True),
        Column("name", long_text(), nullable=False),
        _ref("parent_id", "offices", optional=True),
        Column("path", key_text(), nullable=False, index=True),
    )
    op.create_table(
        "officers",
        _id(),
        _ref("office_id", "offices"),
        Column("department_id", key_text(), ForeignKey("departments.id", use_alter=True), nullable=True),
        Column("name", long_text(), nullable=False),
        Column("roles", document(), nullable=False),
        Column("active", Boolean(), nullable=False),
        Index(None, "office_id", "id"),
        Index(None, "department_id", "id"),
    )
    op.create_table(
        "departments",
        _id(),
        _ref("office_id", "offices"),
        Column("name", long_text(), nullable=False),
        Column("function", key_text(), nullable=False),
        _ref("head_id", "officers", optional=True),
        _ref("leader_in_charge_id", "officers", optional=True),
        _ref("liaison_id", "officers", optional=True),
        Index(None, "office_id", "id"),
    )
    if op.get_context().dialect.supports_alter:  # SQLite takes a reference to a table that is still to come
        op.create_foreign_key("fk_officers_department_id", "officers", "departments", ["department_id"], ["id"])
    op.create_table(
        "office_options",
        _ref("office_id", "offices"),
        Column("key", key_text(), nullable=False),
        Column("value", long_text(), nullable=False),
        PrimaryKeyConstraint("office_id", "key"),
    )


def _create_levels() -> None:
    op.create_table(
        "level_schemes",
        _id(),
        Column("key", key_text(), nullable=False),
        Column("name", document(), nullable=False),
        Column("version", long_text(), nullable=False),
        Column("reasons", document(), nullable=False),
    )
    op.create_table(
        "levels",
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


def _create_cases() -> None:
    op.create_table(
        "cases",
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
        Column("petition_recorded", Boolean(), nullable=False),
        Column("current_assessment_id", key_text(), nullable=True),
        Column("active_warning_id", key_text(), nullable=True),
        Column("due_at", Moment(), nullable=True),
        Column("version", Integer(), nullable=False),
        Column("revision", Integer(), nullable=False),
        Index(None, "office_id", "due_at", "id"),
        Index(None, "office_id", "opened_at", "id"),
        Index(None, "department_id", "due_at", "id"),
        Index(None, "department_id", "opened_at", "id"),
        Index(None, "handler_id", "due_at", "id"),
        Index(None, "office_id", "stage_key", "due_at", "id"),
        Index(None, "office_id", "level_id", "due_at", "id"),
    )
    _index_by_severity("ix_cases_gravest", "cases", "office_id")
    _index_by_severity("ix_cases_gravest_of_department", "cases", "department_id")
    op.create_table(
        "case_levels",
        _id(),
        _ref("case_id", "cases"),
        Column("since", Moment(), nullable=False),
        Column("revision", Integer(), nullable=False),
        _ref("level_id", "levels", optional=True),
        Index(None, "case_id", "since", "revision"),
    )


def _create_assessments() -> None:
    op.create_table(
        "assessments",
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
        Column("summary", long_text(), nullable=True),
        Column("plan_id", key_text(), nullable=True),
        _ref("submitted_by_id", "officers"),
        Column("submitted_at", Moment(), nullable=False),
        Column("steps", document(), nullable=False),
        Column("reviewed", SmallInteger(), nullable=False),
        Column("next_review", document(), nullable=True),
        Column("next_review_due_at", Moment(), nullable=True),
        Column("pending_issue", document(), nullable=True),
        Column("warning_id", key_text(), nullable=True),
        Column("raised", Boolean(), nullable=False),
        _ref("displaced_level_id", "levels", optional=True),
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
    op.create_table(
        "reviews",
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
        UniqueConstraint("assessment_id", "turn"),
        ForeignKeyConstraint(["assessment_id", "after_turn"], ["reviews.assessment_id", "reviews.turn"]),
        CheckConstraint("turn > 0 AND coalesce(after_turn, 0) = turn - 1", name="in_turn"),
    )


def _create_warnings() -> None:
    active = text("status IN ('ACKNOWLEDGED', 'CONTROLLED', 'IN_DISPOSITION', 'ISSUED')")
    op.create_table(
        "warnings",
        _id(),
        _ref("case_id", "cases"),
        _ref("office_id", "offices"),
        _ref("assessment_id", "assessments", optional=True),
        _ref("level_id", "levels", optional=True),
        Column("severity", SmallInteger(), nullable=True),
        Column("status", key_text(), nullable=False),
        Column("issued_at", Moment(), nullable=False),
        _ref("issued_by_id", "officers", optional=True),
        Column("receipt", key_text(), nullable=False),
        Column("lifted_by", document(), nullable=False),
        Column("scheme_required", Boolean(), nullable=False),
        Column("responsibility", document(), nullable=False),
        Column("note", long_text(), nullable=True),
        Column("acknowledged_at", Moment(), nullable=True),
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
        Index("uq_warnings_active", "case_id", unique=True, sqlite_where=active, postgresql_where=active),
        Index(None, "case_id", "id"),
        Index(None, "office_id", "due_at", "id"),
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
    _index_by_severity("ix_warnings_gravest", "warnings", "office_id")


def _create_plans() -> None:
    op.create_table(
        "plans",
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
    op.create_table(
        "dispositions",
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


def _create_deadlines() -> None:
    op.create_table(
        "deadlines",
        _id(),
        _ref("case_id", "cases"),
        _ref("warning_id", "warnings"),
        Column("kind", key_text(), nullable=False),
        Column("rule", key_text(), nullable=False),
        Column("label", document(), nullable=False),
        Column("starts_on", Date(), nullable=False),
        Column("term", key_text(), nullable=False),
        Column("due_on", Date(), nullable=False),
        Column("due_at", Moment(), nullable=False),
        Column("calendar_complete", Boolean(), nullable=False),
        Column("met_by", document(), nullable=False),
        Column("reasons", document(), nullable=False),
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
    op.create_table(
        "supervisions",
        _id(),
        _ref("case_id", "cases"),
        _ref("warning_id", "warnings"),
        Column("kind", key_text(), nullable=False),
        Column("status", key_text(), nullable=False),
        Column("reason", document(), nullable=False),
        _ref("department_id", "departments", optional=True),
        Column("reasons", document(), nullable=False),
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


def _create_notices() -> None:
    op.create_table(
        "notices",
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
        Column("read_at", Moment(), nullable=True),
        Index(None, "case_id", "id"),
        Index(None, "warning_id", "id"),
        Index(None, "assessment_id", "id"),
        Index(None, "office_id", "id"),
    )


def _create_log() -> None:
    op.create_table(
        "events",
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
        Column("status", key_text(), nullable=True),
        _ref("level_id", "levels", optional=True),
        Column("severity", SmallInteger(), nullable=True),
        Column("type", key_text(), nullable=False),
        Column("schema_version", SmallInteger(), nullable=False),
        Column("payload", document(), nullable=False),
        Index(None, "case_id", "position"),
        Index(None, "office_id", "position"),
        Index(
            "ix_events_of_offices",
            "position",
            sqlite_where=text("noun = 'office'"),
            postgresql_where=text("noun = 'office'"),
        ),
    )
    op.create_table(
        "idempotency_keys",
        _ref("officer_id", "officers"),
        Column("command", key_text(), nullable=False),
        Column("key", key_text(), nullable=False),
        Column("input_digest", key_text(), nullable=False),
        Column("position", BigInteger(), nullable=False),
        Column("result", document(), nullable=False),
        Column("at", Moment(), nullable=False, index=True),
        PrimaryKeyConstraint("officer_id", "command", "key"),
    )


def _index_texts() -> None:
    """Index the texts of cases by what is in them; without it they are looked through case by case.

    Trigrams are an extension. PostgreSQL trusts it to whoever may create things in the database, where it is installed.
    """
    connection = op.get_bind()
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    except DBAPIError as error:
        log.warning(_NO_TRIGRAMS, error.orig)
        return
    texts = ("number", "title", "cause")
    op.create_index(
        "ix_cases_texts",
        "cases",
        list(texts),
        postgresql_using="gin",
        postgresql_ops=dict.fromkeys(texts, "gin_trgm_ops"),
    )
