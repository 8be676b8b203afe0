"""Case files: loaded whole, written by what changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from types import GenericAlias
from typing import Any

from sqlalchemy import Column, FromClause, Integer, Select, Table, bindparam, exists, or_, select, update

from caserisk.domain.case_file_parts import Loading
from caserisk.domain.casefile import PARTS, CaseFile
from caserisk.domain.cases import Case
from caserisk.domain.texts import Reason
from caserisk.store import tables as t
from caserisk.store.database import Stale, Transaction
from caserisk.store.json_builder import Expression, JsonBuilder
from caserisk.store.mapping import to_row
from caserisk.store.organisation import OfficeDocument, office_members
from caserisk.store.statements import JsonQuery, Statement, insert_row, parameter

TABLES = {name: t.metadata.tables[name] for name in PARTS}
"""The tables of the parts of a file, in an order in which rows may refer to earlier ones."""


# ------------------------------------------------------------------------------------------------ loading


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDocument(OfficeDocument):
    """A case with its office; `_CaseFileDocument` adds the parts of the file that commands look at."""

    case: Case

    @property
    def file(self) -> CaseFile:
        """Return the file, its parts in order."""
        loaded: dict[str, Any] = {name: part.by_id(getattr(self, name)) for name, part in _LOADED.items()}
        return CaseFile(case=self.case, **loaded)


_LOADED = {name: part for name, part in PARTS.items() if part.loading is not Loading.NEVER}
_CaseFileDocument: type[CaseDocument] = make_dataclass(
    "_CaseFileDocument",
    [(name, GenericAlias(tuple, (part.state, ...)), field(default=())) for name, part in _LOADED.items()],
    bases=(CaseDocument,),
    frozen=True,
    slots=True,
    kw_only=True,
)


def _file_with(table: Table) -> JsonQuery[CaseDocument]:
    """Find the file that a row of a table belongs to, by its id.

    The parameters are the row's id as ``target``, and the ``officers`` to load.
    """
    target = table.c.id == bindparam("target", type_=table.c.id.type)
    case_id = select(table.c.case_id).where(target).scalar_subquery() if table is not t.cases else None

    def build(json: JsonBuilder) -> Select[Any]:
        # One statement for the whole file: it is run without a transaction, and a statement sees one moment.
        members = {**office_members(json), "case": json.object(json.row(t.cases, Case))}
        for name, part in _LOADED.items():
            rows, of_case = _rows_of_case(TABLES[name])
            if part.loading is Loading.ALWAYS:
                members[name] = json.rows(TABLES[name], part.state, of_case, joined=rows)
            elif TABLES[name] is table:
                members[name] = json.rows(table, part.state, target)
            elif part.loading is Loading.WITH_TARGET and (reference := _reference(TABLES[name], table)) is not None:
                members[name] = json.rows(TABLES[name], part.state, reference == target.right)
        found = json.answer(json.object(members)).join_from(t.cases, t.offices, t.offices.c.id == t.cases.c.office_id)
        return found.where(target if case_id is None else t.cases.c.id == case_id)

    return JsonQuery(_CaseFileDocument, build)


def _reference(table: Table, target: Table) -> Column[Any] | None:
    """Return the column by which the rows of a table refer to those of another, if they do."""
    return next((key.parent for key in table.foreign_keys if key.column.table is target), None)


def _rows_of_case(table: Table) -> tuple[FromClause, Expression]:
    """Return the rows of a part, and the condition that they are of the case."""
    rows, case_id = rows_with_case(table)
    return rows, case_id == t.cases.c.id


def rows_with_case(table: Table) -> tuple[FromClause, Column[str]]:
    """Return the rows of a part, and the column with the id of their case; a review has it by its assessment."""
    if "case_id" in table.c:
        return table, table.c.case_id
    owner = next(key.column.table for key in table.foreign_keys if "case_id" in key.column.table.c)
    return table.join(owner), owner.c.case_id


FILES = {
    table.name.removesuffix("s"): _file_with(table)
    for table in (t.cases, *(TABLES[name] for name, part in PARTS.items() if part.is_target))
}
"""The queries that find a file, by the prefix of an id in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLevel:
    """A level that a case carries."""

    scheme_id: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeSource:
    """A recorded scheme with its reasons, which name the plugin that stated it."""

    id: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLevels:
    """The levels that cases carry, and the schemes there are."""

    levels: tuple[CarriedLevel, ...]
    schemes: tuple[SchemeSource, ...]

    @property
    def codes_by_plugin(self) -> dict[str, set[str]]:
        """Return the codes of the levels by the plugin that stated their scheme."""
        plugins = {scheme.id: {reason.plugin for reason in scheme.reasons} for scheme in self.schemes}
        by_plugin: defaultdict[str, set[str]] = defaultdict(set)
        for level in self.levels:
            for plugin in plugins[level.scheme_id]:
                by_plugin[plugin].add(level.code)
        return dict(by_plugin)


def _carried_levels(json: JsonBuilder) -> Select[Any]:
    going_on = or_(t.cases.c.closed_at.is_(None), t.cases.c.active_warning_id.is_not(None))
    carried = exists().where(t.cases.c.level_id == t.levels.c.id, going_on)
    members = {
        "levels": json.rows(t.levels, CarriedLevel, carried),
        "schemes": json.rows(t.level_schemes, SchemeSource),
    }
    return json.answer(json.object(members))


CARRIED_LEVELS = JsonQuery(CarriedLevels, _carried_levels)
"""The levels of the cases that are open or have a running warning."""

# ------------------------------------------------------------------------------------------------ writing


class _PartWriter:
    """Writes the rows of a part of the file that have changed."""

    def __init__(self, table: Table) -> None:
        self.table = table
        changed = {column.name: parameter(column) for column in table.columns if not column.primary_key}
        update_row = update(table).where(table.c.id == parameter(table.c.id)).values(changed)
        self._update, self._insert = Statement(lambda _: update_row), Statement(lambda _: insert_row(table))

    async def write(
        self, transaction: Transaction, before: Mapping[str, Any], after: Mapping[str, Any], office_id: str
    ) -> None:
        """Update the states that differ from before, and insert the new ones."""
        for statement, states in (
            (self._update, [state for id, state in after.items() if id in before and before[id] != state]),
            (self._insert, [state for id, state in after.items() if id not in before]),
        ):
            if states:
                await transaction.many(statement, [to_row(state, self.table, office_id=office_id) for state in states])


_WRITERS = {name: _PartWriter(table) for name, table in TABLES.items()}
_INSERT_CASE = Statement(lambda _: insert_row(t.cases))
_UPDATE_CASE = Statement(
    lambda _: (
        update(t.cases)
        .where(t.cases.c.id == parameter(t.cases.c.id), t.cases.c.revision == bindparam("before", type_=Integer()))
        .values({column.name: parameter(column) for column in t.cases.columns if not column.primary_key})
        .returning(t.cases.c.id)
    )
)


async def write_file(transaction: Transaction, before: CaseFile | None, after: CaseFile) -> None:
    """Write the parts of a file that have changed; ``before`` None: it is new.

    Raises:
        Stale: another command has changed the file since it was loaded.
    """
    case = to_row(after.case, t.cases)
    # The case comes first: the other rows refer to it. Its revision is the file's optimistic lock.
    if before is None:
        await transaction.rows(_INSERT_CASE, case)
    elif not await transaction.rows(_UPDATE_CASE, {**case, "before": before.case.revision}):
        raise Stale(after.case.id)
    # A part that is never loaded holds only what the command has added, so all of it is inserted.
    for name, writer in _WRITERS.items():
        await writer.write(transaction, getattr(before, name, {}), getattr(after, name), after.case.office_id)
