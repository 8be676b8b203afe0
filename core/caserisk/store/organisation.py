"""The organisation and the level schemes: what commands start from, and the rows that entries of the log write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import String, Table, bindparam, delete, exists, func, literal_column, select, update

from caserisk.domain.events import Entry
from caserisk.domain.levels import SchemeRecorded
from caserisk.domain.organisation import (
    BoundEdition,
    Department,
    DepartmentRegistered,
    Office,
    Officer,
    OfficeRegistered,
    OfficerRegistered,
    OptionSet,
    PluginBound,
    PluginRetired,
    Roster,
    jurisdiction_chain,
    office_id,
)
from caserisk.store.database import Transaction
from caserisk.store.json_builder import Expression, JsonBuilder
from caserisk.store.mapping import scheme_rows, to_row
from caserisk.store.statements import JsonQuery, Statement, insert_row, parameter
from caserisk.store.tables import (
    bound_editions,
    cases,
    departments,
    level_schemes,
    levels,
    office_options,
    officers,
    offices,
)

T = TypeVar("T")

# ------------------------------------------------------------------------------------------------ queries


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenOption:
    """A value that an office chose where its regulation leaves a choice."""

    office_id: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDocument:
    """An office as commands start from it.

    ``officers`` are those that were asked for; ``chosen`` are the options of the office and of the offices above it,
    ``bound`` the editions of plugins that have decided for any of them.
    """

    office: Office
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...]
    chosen: tuple[ChosenOption, ...]
    bound: tuple[BoundEdition, ...]

    @property
    def roster(self) -> Roster:
        """Return the part of the office that a decision is about."""
        # The rows come in no order, and notices to the departments of a function are sent in this one.
        in_order = tuple(sorted(self.departments, key=lambda item: item.id))
        return Roster(office=self.office, departments=in_order, officers=self.officers)

    @property
    def options(self) -> dict[str, str]:
        """Return the options that are in force in the office."""
        return options_in_force(self.office.code, self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningDocument(OfficeDocument):
    """An office where a case is to be opened, and whether the case's number is taken already."""

    number_taken: bool


def options_in_force(code: str, chosen: Iterable[ChosenOption]) -> dict[str, str]:
    """Return the options that are in force in an office: the nearest office that chose a value decides."""
    chain = [office_id(item) for item in jurisdiction_chain(code)]
    farthest_first = sorted(chosen, key=lambda option: chain.index(option.office_id), reverse=True)
    return {option.key: option.value for option in farthest_first}


def office_members(json: JsonBuilder) -> dict[str, Expression]:
    """Return the members of an `OfficeDocument`, for a row of `offices`.

    The statement has the parameter ``officers``: the ids of those to load.
    """
    here, wanted = offices.c.id, officers.c.id.in_(json.elements("officers"))
    return {
        "office": json.object(json.row(offices, Office)),
        "departments": json.rows(departments, Department, departments.c.office_id == here),
        "officers": json.rows(officers, Officer, officers.c.office_id == here, wanted),
        "chosen": json.rows(office_options, ChosenOption, office_options.c.office_id.in_(_chain_ids(offices.c.code))),
        "bound": json.rows(bound_editions, BoundEdition, bound_editions.c.office_id.in_(_chain_ids(offices.c.code))),
    }


def _chain_ids(code: Expression) -> list[Expression]:
    """Build the ids of an office and of those above it: `jurisdiction_chain`, in SQL."""
    # In SQL, so that what is known of them comes with a case's file in its one statement.
    # A division code has six digits: province, city, county (GB/T 2260); a branch has a suffix behind them.
    chain = [
        code,
        func.substr(code, 1, 6),
        func.substr(code, 1, 4).concat("00"),
        func.substr(code, 1, 2).concat("0000"),
    ]
    return [literal_column(f"'{office_id('')}'", String()).concat(item) for item in chain]


def _find_by(table: Table, noun: type[Any], column: str) -> JsonQuery[Any]:
    """Find the row with a value in a unique column; the parameter has the column's name."""
    matches = table.c[column] == parameter(table.c[column])
    return JsonQuery(noun, lambda json: json.answer(json.object(json.row(table, noun))).where(matches))


OFFICE: JsonQuery[Office] = _find_by(offices, Office, "code")
OFFICER: JsonQuery[Officer] = _find_by(officers, Officer, "id")
DEPARTMENT: JsonQuery[Department] = _find_by(departments, Department, "id")

STAFF: JsonQuery[list[Officer]] = JsonQuery(
    list[Officer],
    lambda json: json.answer(
        json.rows(officers, Officer, officers.c.office_id == parameter(officers.c.office_id), officers.c.active)
    ),
)
"""The active officers of the office with an ``office_id``."""


def _of_chain(table: Table, noun: type[T]) -> JsonQuery[list[T]]:
    """Find the rows of the office with a ``code`` and of those above it; there need not be one with that code."""
    above = table.c.office_id.in_(_chain_ids(bindparam("code", type_=String())))
    return JsonQuery(list[noun], lambda json: json.answer(json.rows(table, noun, above)))  # type: ignore[valid-type]


CHOSEN_OPTIONS = _of_chain(office_options, ChosenOption)
"""The options of the office with a ``code`` and of those above it."""

BOUND_EDITIONS_OF_OFFICE = _of_chain(bound_editions, BoundEdition)
"""The editions of plugins that have decided for the office with a ``code`` or for those above it."""

BOUND_EDITIONS: JsonQuery[list[BoundEdition]] = JsonQuery(
    list[BoundEdition], lambda json: json.answer(json.rows(bound_editions, BoundEdition))
)
"""The editions of plugins that have decided for any office."""

KNOWN_SCHEMES: JsonQuery[list[str]] = JsonQuery(
    list[str], lambda json: json.texts(select(level_schemes.c.id).where(level_schemes.c.id.in_(json.elements("ids"))))
)
"""Which of the ``ids`` are those of recorded level schemes."""

OPENING = JsonQuery(
    OpeningDocument,
    lambda json: json.answer(
        json.object(
            {
                **office_members(json),
                "number_taken": json.boolean(exists().where(cases.c.number == parameter(cases.c.number))),
            }
        )
    ).where(offices.c.code == parameter(offices.c.code)),
)
"""The office with a ``code``, where a case with a ``number`` is to be opened; ``officers`` as in `office_members`."""

# ------------------------------------------------------------------------------------------------ writing


def changed_rows(entry: Entry) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Yield the rows that an entry about an office changes, each with its table, in the order of writing."""
    match entry.event:
        case OfficeRegistered(office=office):
            yield offices, to_row(office, offices)
        case DepartmentRegistered(department=department):
            yield departments, to_row(department, departments)
        case OfficerRegistered(officer=officer):
            yield officers, to_row(officer, officers)
        case OptionSet(key=key, value=value):
            yield office_options, {"office_id": entry.office_id, "key": key, "value": value}
        case PluginBound(bound=bound):
            yield bound_editions, to_row(bound, bound_editions)
        case SchemeRecorded(scheme=scheme):
            row, level_rows = scheme_rows(scheme)
            yield level_schemes, row
            yield from ((levels, level_row) for level_row in level_rows)


def unbound(entry: Entry) -> dict[str, str] | None:
    """Return office and plugin of the bound editions that an entry deletes; None where it deletes none."""
    event = entry.event
    return {"office_id": entry.office_id, "plugin": event.plugin} if isinstance(event, PluginRetired) else None


async def put(transaction: Transaction, entry: Entry) -> None:
    """Write the rows that an entry about an office changes, and delete those that it deletes."""
    if deleted := unbound(entry):
        await transaction.rows(_DELETE_BOUND, deleted)
    for table, row in changed_rows(entry):
        await _WRITERS[table].put(transaction, row)


class _TableWriter:
    """Writes rows of a table: each replaces the row with its key, if ``replaces``, or is inserted."""

    def __init__(self, table: Table, *, replaces: bool) -> None:
        self._replaces = replaces
        key = {column.name for column in table.primary_key}
        same_key = [table.c[name] == parameter(table.c[name]) for name in sorted(key)]
        rest = {column.name: parameter(column) for column in table.columns if column.name not in key}
        update_row = update(table).where(*same_key).values(rest).returning(*table.primary_key)
        self._update, self._insert = Statement(lambda _: update_row), Statement(lambda _: insert_row(table))

    async def put(self, transaction: Transaction, row: Mapping[str, Any]) -> None:
        if not (self._replaces and await transaction.rows(self._update, row)):
            await transaction.rows(self._insert, row)


_WRITERS = {
    **{table: _TableWriter(table, replaces=True) for table in (offices, departments, officers, office_options)},
    # Of two commands that record a scheme at the same time, the later one fails, is decided anew, and then finds it
    # recorded.
    # The same goes for two that are the first ones of a plugin in an office.
    **{table: _TableWriter(table, replaces=False) for table in (level_schemes, levels, bound_editions)},
}

TABLES = tuple(_WRITERS)
"""The tables whose rows follow from the entries about offices."""

_DELETE_BOUND = Statement(
    lambda _: (
        delete(bound_editions)
        .where(bound_editions.c.office_id == parameter(bound_editions.c.office_id))
        .where(bound_editions.c.plugin == parameter(bound_editions.c.plugin))
        .returning(bound_editions.c.plugin)
    )
)
