"""What the database itself refuses, as triggers: a changed log, a deadline that ends twice, a record deleted.

They stand beside the constraints of `caserisk.store.tables` and fail as those do. The version of the schema that brings
a table creates its guards; one that wants other guards drops these and brings its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

PERMANENT = (
    "cases",
    "case_levels",
    "assessments",
    "reviews",
    "warnings",
    "plans",
    "dispositions",
    "deadlines",
    "supervisions",
    "notices",
    "events",
    "party_reads",
)
"""The tables from which nothing is ever deleted: 一案一档, kept for good."""

_BROUGHT_BY = {"party_reads": "0003"}
"""The versions of tables that were not there from the first one on."""

_FOLLOWS = "NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events)"
_OTHER_CASE = "NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.office_id <> OLD.office_id"
_ENDS_AGAIN = (
    "OLD.status <> 'OPEN' AND (NEW.status <> OLD.status OR NEW.met_at <> OLD.met_at"
    " OR (NEW.met_at IS NULL) <> (OLD.met_at IS NULL))"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """A trigger that refuses an act on a table, ``when`` a condition on OLD and NEW holds."""

    table: str
    act: str
    says: str
    when: str = "1 = 1"

    @property
    def version(self) -> str:
        """The version of the schema that creates it."""
        return _BROUGHT_BY.get(self.table, "0001")

    @property
    def name(self) -> str:
        """What the database calls it."""
        return f"guard_{self.table}_{self.act.lower()}"


def guards(dialect: str) -> tuple[Guard, ...]:
    """The guards of a database; only PostgreSQL knows TRUNCATE."""
    deleting = ("DELETE", "TRUNCATE") if dialect == "postgresql" else ("DELETE",)
    kept = (
        Guard(table=table, act=act, says="一案一档,永久保留 / what is on record is never deleted")
        for table in PERMANENT
        for act in deleting
    )
    return (
        Guard(table="events", act="UPDATE", says="日志只可追加 / the log is only ever added to"),
        Guard(table="events", act="INSERT", when=_FOLLOWS, says="日志序号须连续 / positions follow without a gap"),
        Guard(table="party_reads", act="UPDATE", says="查阅记录只可追加 / readings stay on record"),
        Guard(table="cases", act="UPDATE", when=_OTHER_CASE, says="案号与检察院不可更改 / number and office stay"),
        Guard(table="deadlines", act="UPDATE", when=_ENDS_AGAIN, says="期限只结束一次 / a deadline ends once"),
        *kept,
    )


def statements(dialect: str, version: str) -> Iterator[str]:
    """The statements that create the guards of a version of the schema."""
    for guard in guards(dialect):
        if guard.version == version:
            yield from _postgresql(guard) if dialect == "postgresql" else _sqlite(guard)


def _sqlite(guard: Guard) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} WHEN {guard.when} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.says}'); END"
    )


def _postgresql(guard: Guard) -> Iterator[str]:
    """A function and its trigger: a condition with a query in it may not stand in the trigger itself."""
    each = "STATEMENT" if guard.act == "TRUNCATE" else "ROW"
    yield (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {guard.when} THEN "
        f"RAISE EXCEPTION '{guard.says}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END IF; RETURN NEW; END $$"
    )
    yield (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} "
        f"FOR EACH {each} EXECUTE FUNCTION {guard.name}()"
    )
