"""The triggers by which the database refuses a changed log, a deadline that ends twice, a deleted record.

They stand beside the constraints of `caserisk.store.tables` and fail as those do. The migration that creates a table
creates its triggers; a migration that changes triggers drops the old ones first.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass

from caserisk.domain.casefile import PARTS

PERMANENT = ("cases", *PARTS, "events", "party_reads")
"""The tables from which nothing is ever deleted: 一案一档 (HUI-09)."""

_LEAVES_A_GAP = "NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)"
_CHANGES_IDENTITY = "NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.office_id <> OLD.office_id"
# A comparison with NULL is neither true nor false, so a moment that is added or removed has a condition of its own.
_ENDS_AGAIN = (
    "OLD.status <> 'OPEN' AND (NEW.status <> OLD.status OR NEW.met_at <> OLD.met_at"
    " OR (NEW.met_at IS NULL) <> (OLD.met_at IS NULL))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger that refuses an operation on a table where a condition on OLD and NEW holds."""

    table: str
    operation: str
    message: str
    when: str = "1 = 1"

    @property
    def name(self) -> str:
        """Return the name of the trigger, and in PostgreSQL of its function."""
        return f"refuse_{self.table}_{self.operation.lower()}"


def triggers(dialect: str) -> tuple[Trigger, ...]:
    """List the triggers of a database."""
    # A TRUNCATE fires no DELETE triggers; SQLite has no such statement.
    deleting = ("DELETE", "TRUNCATE") if dialect == "postgresql" else ("DELETE",)
    against_deletion = (
        Trigger(table=table, operation=operation, message="一案一档,永久保留 / what is on record is never deleted")
        for table in PERMANENT
        for operation in deleting
    )
    return (
        Trigger(table="events", operation="UPDATE", message="日志只可追加 / the log is only ever added to"),
        Trigger(
            table="events",
            operation="INSERT",
            when=_LEAVES_A_GAP,
            message="日志序号须连续 / positions follow without a gap",
        ),
        Trigger(table="party_reads", operation="UPDATE", message="查阅记录只可追加 / readings stay on record"),
        Trigger(
            table="cases",
            operation="UPDATE",
            when=_CHANGES_IDENTITY,
            message="案号与检察院不可更改 / number and office stay",
        ),
        Trigger(
            table="deadlines", operation="UPDATE", when=_ENDS_AGAIN, message="期限只结束一次 / a deadline ends once"
        ),
        *against_deletion,
    )


def create_statements(dialect: str, tables: Container[str]) -> Iterator[str]:
    """Write the statements that create the triggers of some tables."""
    for trigger in triggers(dialect):
        if trigger.table in tables:
            yield from _postgresql(trigger) if dialect == "postgresql" else _sqlite(trigger)


def _sqlite(trigger: Trigger) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.operation} ON {trigger.table} WHEN {trigger.when} "
        f"BEGIN SELECT RAISE(ABORT, '{trigger.message}'); END"
    )


def _postgresql(trigger: Trigger) -> Iterator[str]:
    # The condition stands in a function: in the WHEN clause of a trigger PostgreSQL allows no sub-query.
    each = "STATEMENT" if trigger.operation == "TRUNCATE" else "ROW"
    # The error is of the class of violated constraints, as SQLite's RAISE is: the command is decided anew.
    yield (
        f"CREATE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {trigger.when} THEN "
        f"RAISE EXCEPTION '{trigger.message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.operation} ON {trigger.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {trigger.name}()"
    )
