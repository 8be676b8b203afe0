"""Case files: loaded whole, written by what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, Select, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.domain.assessments import Assessment, Review
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import Case, LevelPeriod
from caserisk.domain.deadlines import Deadline
from caserisk.domain.levels import RiskLevel
from caserisk.domain.notices import Notice
from caserisk.domain.plans import Plan
from caserisk.domain.supervisions import Supervision
from caserisk.domain.warnings import Disposition, RiskWarning
from caserisk.store import tables as t
from caserisk.store.mapping import from_row, level_from_row, level_ids, to_row

NOUNS: dict[str, tuple[Table, type[Any]]] = {
    "assessments": (t.assessments, Assessment),
    "reviews": (t.reviews, Review),
    "warnings": (t.warnings, RiskWarning),
    "plans": (t.plans, Plan),
    "dispositions": (t.dispositions, Disposition),
    "deadlines": (t.deadlines, Deadline),
    "supervisions": (t.supervisions, Supervision),
    "notices": (t.notices, Notice),
    "levels": (t.case_levels, LevelPeriod),
}
"""What a file holds beside its case, in an order in which rows may refer to earlier ones."""

_DECIDED_ON = ("assessments", "reviews", "warnings", "plans", "deadlines", "supervisions")
"""What decisions look at; the rest of a file is only ever added to."""

_BY_PREFIX = {
    "case": t.cases,
    "assessment": t.assessments,
    "warning": t.warnings,
    "deadline": t.deadlines,
    "supervision": t.supervisions,
    "notice": t.notices,
}


class Stale(Exception):
    """Somebody else was faster: what was decided rests on what is no longer so."""


async def find_case(connection: AsyncConnection, target: str) -> RowMapping | None:
    """The row of the case that something belongs to, by any id of its file."""
    table = _BY_PREFIX.get(target.partition("_")[0])
    if table is None:
        return None
    query = select(t.cases).where(t.cases.c.id == target)
    if table is not t.cases:
        query = select(t.cases).join(table, table.c.case_id == t.cases.c.id).where(table.c.id == target)
    return (await connection.execute(query)).mappings().first()


async def load_file(connection: AsyncConnection, case_row: RowMapping, target: str) -> CaseFile:
    """The file of a case, as far as decisions look at it, with the notice that ``target`` names."""
    rows: dict[str, list[RowMapping]] = {}
    for name in _DECIDED_ON:
        rows[name] = list((await connection.execute(_of_case(name, case_row["id"]))).mappings())
    if target.startswith("notice_"):
        notice = select(t.notices).where(t.notices.c.id == target)
        rows["notices"] = list((await connection.execute(notice)).mappings())
    levels = await _load_levels(connection, [case_row, *(row for found in rows.values() for row in found)])
    parts = {name: {row["id"]: from_row(row, NOUNS[name][1], levels) for row in found} for name, found in rows.items()}
    return CaseFile(case=from_row(case_row, Case, levels), **parts)


def _of_case(name: str, case_id: str) -> Select[Any]:
    table = NOUNS[name][0]
    if name == "reviews":
        joined = select(table).join(t.assessments, t.assessments.c.id == table.c.assessment_id)
        return joined.where(t.assessments.c.case_id == case_id).order_by(table.c.assessment_id, table.c.turn)
    return select(table).where(table.c.case_id == case_id).order_by(table.c.get("ordinal", table.c.id))


async def _load_levels(connection: AsyncConnection, rows: list[RowMapping]) -> Mapping[str, RiskLevel]:
    wanted = level_ids(rows)
    if not wanted:
        return {}
    found = (await connection.execute(select(t.levels).where(t.levels.c.id.in_(sorted(wanted))))).mappings()
    return {row["id"]: level_from_row(row) for row in found}


async def write_file(connection: AsyncConnection, before: CaseFile | None, after: CaseFile) -> None:
    """Write what is another object than before.

    Raises:
        Stale: the file has moved on since it was loaded.
    """
    case = to_row(after.case, t.cases)
    if before is None:
        await connection.execute(insert(t.cases), [case])
    else:
        same = (t.cases.c.id == after.case.id) & (t.cases.c.revision == before.case.revision)
        if not (await connection.execute(update(t.cases).where(same).values(case))).rowcount:
            raise Stale(after.case.id)
    for name, (table, _) in NOUNS.items():
        await _write_noun(connection, table, getattr(before, name) if before else {}, getattr(after, name), after.case)


async def _write_noun(
    connection: AsyncConnection, table: Table, before: Mapping[str, Any], after: Mapping[str, Any], case: Case
) -> None:
    changed = [state for id, state in after.items() if id in before and before[id] != state]
    for state in changed:
        row = to_row(state, table, office_id=case.office_id)
        await connection.execute(update(table).where(table.c.id == state.id).values(row))
    new = [to_row(state, table, office_id=case.office_id) for id, state in after.items() if id not in before]
    if new:
        await connection.execute(insert(table), new)
