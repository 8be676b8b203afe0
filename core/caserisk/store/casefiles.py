"""Case files: loaded whole, written by what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from types import GenericAlias
from typing import Any

from sqlalchemy import FromClause, Integer, Select, Table, bindparam, select, update

from caserisk.domain.casefile import PARTS, CaseFile
from caserisk.domain.cases import Case
from caserisk.domain.parts import Loading
from caserisk.store import tables as t
from caserisk.store.connections import Connection
from caserisk.store.json_rows import Expression, Json
from caserisk.store.mapping import to_row
from caserisk.store.organisation import FoundOffice, found_office
from caserisk.store.statements import Document, Statement, given, inserting

TABLES = {name: t.metadata.tables[name] for name in PARTS}
"""The tables of the parts of a file, in an order in which rows may refer to earlier ones."""


class Stale(Exception):
    """Somebody else was faster: what was decided rests on what is no longer so."""


# ------------------------------------------------------------------------------------------------ loading


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile(FoundOffice):
    """A case with its office; `_FoundParts` adds the parts of the file that decisions look at."""

    case: Case

    @property
    def file(self) -> CaseFile:
        """Return the file, its parts in order."""
        loaded: dict[str, Any] = {name: part.by_id(getattr(self, name)) for name, part in _LOADED.items()}
        return CaseFile(case=self.case, **loaded)


_LOADED = {name: part for name, part in PARTS.items() if part.loading is not Loading.NEVER}
_FoundParts: type[FoundFile] = make_dataclass(
    "_FoundParts",
    [(name, GenericAlias(tuple, (part.state, ...)), field(default=())) for name, part in _LOADED.items()],
    bases=(FoundFile,),
    frozen=True,
    slots=True,
    kw_only=True,
)


def _file_with(table: Table) -> Document[FoundFile]:
    """Return the statement for the file that a row of a table is in.

    Its parameters are the row's id as ``target``, and the ``officers`` named.
    """
    target = table.c.id == bindparam("target", type_=table.c.id.type)
    case_id = select(table.c.case_id).where(target).scalar_subquery() if table is not t.cases else None

    def build(json: Json) -> Select[Any]:
        members = {**found_office(json), "case": json.object(json.row(t.cases, Case))}
        for name, part in _LOADED.items():
            rows, of_case = _rows_of_case(TABLES[name])
            if part.loading is Loading.ALWAYS:
                members[name] = json.rows(TABLES[name], part.state, of_case, joined=rows)
            elif TABLES[name] is table:
                members[name] = json.rows(table, part.state, target)
        found = json.answer(json.object(members)).join_from(t.cases, t.offices, t.offices.c.id == t.cases.c.office_id)
        return found.where(target if case_id is None else t.cases.c.id == case_id)

    return Document(_FoundParts, build)


def _rows_of_case(table: Table) -> tuple[FromClause, Expression]:
    """Return the rows of a part, and the condition that they are of the case; a review is, by its assessment."""
    if "case_id" in table.c:
        return table, table.c.case_id == t.cases.c.id
    owner = next(key.column.table for key in table.foreign_keys if "case_id" in key.column.table.c)
    return table.join(owner), owner.c.case_id == t.cases.c.id


FILES = {
    table.name.removesuffix("s"): _file_with(table)
    for table in (t.cases, *(TABLES[name] for name, part in PARTS.items() if part.is_target))
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


_ROWS = {name: _Rows(table) for name, table in TABLES.items()}
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
    for name, rows in _ROWS.items():
        await rows.write(connection, getattr(before, name, {}), getattr(after, name), after.case.office_id)
