"""Case files: loaded whole, written by what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, Table, bindparam, select, update

from caserisk.domain.assessments import Assessment, Review
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import Case, LevelPeriod
from caserisk.domain.deadlines import Deadline
from caserisk.domain.notices import Notice
from caserisk.domain.plans import Plan
from caserisk.domain.supervisions import Supervision
from caserisk.domain.warnings import Disposition, RiskWarning
from caserisk.store import tables as t
from caserisk.store.connections import Connection
from caserisk.store.json_rows import Expression, Json
from caserisk.store.mapping import to_row
from caserisk.store.organisation import FoundOffice, found_office
from caserisk.store.statements import Document, Statement, given, inserting

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


class Stale(Exception):
    """Somebody else was faster: what was decided rests on what is no longer so."""


# ------------------------------------------------------------------------------------------------ loading


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile(FoundOffice):
    """A file as far as decisions look at it, with its office; the rest of a file is only ever added to.

    ``notices`` is the one that was asked for, if it was one.
    """

    case: Case
    assessments: tuple[Assessment, ...]
    reviews: tuple[Review, ...]
    warnings: tuple[RiskWarning, ...]
    plans: tuple[Plan, ...]
    deadlines: tuple[Deadline, ...]
    supervisions: tuple[Supervision, ...]
    notices: tuple[Notice, ...] = ()

    @property
    def file(self) -> CaseFile:
        """The file, its parts in the order they came."""
        return CaseFile(
            case=self.case,
            assessments=_in_order(self.assessments, lambda item: item.ordinal),
            reviews=_in_order(self.reviews, lambda item: (item.assessment_id, item.turn)),
            warnings=_in_order(self.warnings),
            plans=_in_order(self.plans),
            deadlines=_in_order(self.deadlines),
            supervisions=_in_order(self.supervisions),
            notices=_in_order(self.notices),
        )


def _in_order(states: Iterable[Any], place: Callable[[Any], Any] = lambda item: item.id) -> dict[str, Any]:
    return {state.id: state for state in sorted(states, key=place)}


def _file_with(table: Table) -> Document[FoundFile]:
    """The file that a row of a table is in; parameters are the row's id as ``target``, and the ``officers`` named."""
    target = table.c.id == bindparam("target", type_=table.c.id.type)
    case_id = select(table.c.case_id).where(target).scalar_subquery() if table is not t.cases else None

    def build(json: Json) -> Select[Any]:
        members = _file(json)
        if table is t.notices:
            members["notices"] = json.rows(table, Notice, target)
        found = json.answer(json.object(members)).join_from(t.cases, t.offices, t.offices.c.id == t.cases.c.office_id)
        return found.where(target if case_id is None else t.cases.c.id == case_id)

    return Document(FoundFile, build)


def _file(json: Json) -> dict[str, Expression]:
    """The members of a `FoundFile` but its notices, of a row of `cases` and its office."""
    reviewed = t.reviews.join(t.assessments, t.assessments.c.id == t.reviews.c.assessment_id)
    of_case = ("assessments", "warnings", "plans", "deadlines", "supervisions")
    return {
        **found_office(json),
        "case": json.object(json.row(t.cases, Case)),
        **{name: json.rows(*NOUNS[name], NOUNS[name][0].c.case_id == t.cases.c.id) for name in of_case},
        "reviews": json.rows(t.reviews, Review, t.assessments.c.case_id == t.cases.c.id, joined=reviewed),
    }


FILES = {
    table.name.removesuffix("s"): _file_with(table)
    for table in (t.cases, t.assessments, t.warnings, t.deadlines, t.supervisions, t.notices)
}
"""How a file is found, by the prefix of an id in it."""


# ------------------------------------------------------------------------------------------------ writing


class _Rows:
    """How the rows of a noun are written."""

    def __init__(self, table: Table) -> None:
        self.table = table
        changed = {column.name: given(column) for column in table.columns if not column.primary_key}
        replacing = update(table).where(table.c.id == given(table.c.id)).values(changed)
        self.replace, self.add = Statement(lambda _: replacing), Statement(lambda _: inserting(table))

    async def write(
        self, connection: Connection, before: Mapping[str, Any], after: Mapping[str, Any], office_id: str
    ) -> None:
        """Write what is another state than before."""
        for statement, states in (
            (self.replace, [state for id, state in after.items() if id in before and before[id] != state]),
            (self.add, [state for id, state in after.items() if id not in before]),
        ):
            if states:
                await connection.many(statement, [to_row(state, self.table, office_id=office_id) for state in states])


_NOUNS = {name: _Rows(table) for name, (table, _) in NOUNS.items()}
_NEW_CASE = Statement(lambda _: inserting(t.cases))
_CHANGED_CASE = Statement(
    lambda _: (
        update(t.cases)
        .where(t.cases.c.id == given(t.cases.c.id), t.cases.c.revision == bindparam("before", type_=Integer()))
        .values({column.name: given(column) for column in t.cases.columns if not column.primary_key})
        .returning(t.cases.c.id)
    )
)


async def write_file(connection: Connection, before: CaseFile | None, after: CaseFile) -> None:
    """Write what is another object than before.

    Raises:
        Stale: the file has moved on since it was loaded.
    """
    case = to_row(after.case, t.cases)
    if before is None:
        await connection.rows(_NEW_CASE, case)
    elif not await connection.rows(_CHANGED_CASE, {**case, "before": before.case.revision}):
        raise Stale(after.case.id)
    for name, rows in _NOUNS.items():
        await rows.write(connection, getattr(before, name, {}), getattr(after, name), after.case.office_id)
