"""Enough rows that PostgreSQL has a choice of ways to them, and what it chooses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, Self

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Table

from caserisk.store import tables as t

LARGE = (t.cases, t.assessments, t.warnings, t.deadlines, t.events)
"""The tables that grow with the years."""

_COPIES = {t.cases: 1500, t.warnings: 1500, t.assessments: 200, t.deadlines: 200, t.events: 80}
"""How often each of their rows is there again."""

_SPREAD = {"office_id": 2, "department_id": 16, "handler_id": 300}
"""Among how many of each they are spread, for each there was."""

OF_DEPARTMENT, OF_HANDLER = 1000, 100
"""A department has fewer cases and warnings, a handler still fewer; an office has thousands."""

_PLANNED_ANEW = 5
"""So often a prepared statement is planned for its values; after that PostgreSQL may take one plan for all of them."""

Node = Mapping[str, Any]


async def multiply(url: str) -> None:
    """Copy the rows of the large tables many times, to further offices and handlers, and into other months."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # nothing here has to be somebody's
        for number in range(1, _SPREAD["office_id"]):
            await connection.execute(
                "INSERT INTO offices SELECT id || $1, code || $1, name, NULL, path || $1 || '/' FROM offices "
                "WHERE id !~ '\\.'",
                f".{number}",
            )
        for table in LARGE:
            await connection.execute(_copying(table))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


def _copying(table: Table) -> str:
    columns = [column.name for column in table.columns]
    values = ", ".join(_copied(column) for column in columns)
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}) SELECT {values} FROM {table.name}, "
        f"generate_series(1, {_COPIES[table]}) AS copy"
    )


def _copied(column: str) -> str:
    """Return a column of a copy."""
    if column in {"id", "number", "case_id", "warning_id", "assessment_id"}:
        return f"{column} || '.' || copy"
    if column == "position":
        return "(SELECT max(position) FROM events) + row_number() OVER (ORDER BY copy, position)"
    if column in _SPREAD:
        among = _SPREAD[column]
        return f"{column} || CASE WHEN copy % {among} = 0 THEN '' ELSE '.' || copy % {among} END"
    if column in {"title", "cause"}:
        return f"left({column}, 30) || copy"
    if column.endswith("_at"):
        return f"{column} - copy * interval '37 hours'"
    return column


# ------------------------------------------------------------------------------------------------ what is chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A way to the rows of a large table: by indexes, whose conditions are ``narrowed``, or from end to end.

    ``sorted``: all that came of it was.
    """

    table: str
    kind: str
    indexes: Sequence[str]
    narrowed: str
    sorted: bool


@dataclass(slots=True)
class Chosen:
    """What a plan did: its scans of large tables, and of what comes of these the most rows that were sorted at once."""

    scans: list[Scan] = field(default_factory=list)
    sorted: int = 0

    @classmethod
    def of(cls, plan: Node) -> Self:
        """Return what was carried out of a plan."""
        chosen = cls()
        chosen._note(plan, sorted=False)
        return chosen

    def _note(self, node: Node, *, sorted: bool) -> None:
        kind = node["Node Type"]
        if node["Actual Loops"] == 0:
            return
        if node.get("Relation Name") in {table.name for table in LARGE}:
            self.scans.append(_scan(node, sorted=sorted))
            return
        if kind in {"Sort", "Incremental Sort"}:
            sorted, self.sorted = True, max(self.sorted, node["Plans"][0]["Actual Rows"])
        for part in node.get("Plans", ()):
            aside = kind == "Limit" or part["Parent Relationship"] in {"SubPlan", "InitPlan"}
            self._note(part, sorted=sorted and not aside)


def _scan(node: Node, *, sorted: bool) -> Scan:
    beneath = list(_beneath(node))
    return Scan(
        table=node["Relation Name"],
        kind=node["Node Type"],
        indexes=[part["Index Name"] for part in beneath if "Index Name" in part],
        narrowed=" ".join(part.get("Index Cond", "") for part in beneath),
        sorted=sorted,
    )


def _beneath(node: Node) -> Iterator[Node]:
    yield node
    for part in node.get("Plans", ()):
        yield from _beneath(part)


async def explained(connection: Any, statement: str, values: Sequence[Any]) -> list[Chosen]:
    """Return what a plan for these values does, and what the generic plan of a prepared statement does."""
    name = f"explained{next(_NUMBERS)}"
    await connection.execute(f"PREPARE {name} AS {statement}")
    given = f"({', '.join(map(_literal, values))})" if values else ""
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) EXECUTE {name}{given}"
    plans = [json.loads(await connection.fetchval(explain))[0]["Plan"] for _ in range(_PLANNED_ANEW + 1)]
    return [Chosen.of(plans[0]), Chosen.of(plans[-1])]


_NUMBERS = count(1)


def _literal(value: Any) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return "NULL" if value is None else "'" + text.replace("'", "''") + "'"
