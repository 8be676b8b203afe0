"""The organisation and the level schemes: how they are found, and the rows put by entries of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, Table, bindparam, exists, func, literal_column, select, update

from caserisk.domain.events import Entry
from caserisk.domain.levels import SchemeRecorded
from caserisk.domain.organisation import (
    Department,
    DepartmentRegistered,
    Office,
    Officer,
    OfficeRegistered,
    OfficerRegistered,
    OptionSet,
    Roster,
    jurisdiction_chain,
    office_id,
)
from caserisk.store.connections import Connection
from caserisk.store.json_rows import Expression, Json
from caserisk.store.mapping import scheme_rows, to_row
from caserisk.store.statements import Document, Statement, given, inserting
from caserisk.store.tables import cases, departments, level_schemes, levels, office_options, officers, offices

# ------------------------------------------------------------------------------------------------ what is found


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an office chose where its regulation leaves a choice."""

    office_id: str
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundOffice:
    """An office as decisions start from it; ``choices`` are its own and those of the offices above it."""

    office: Office
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...]
    choices: tuple[Choice, ...]

    @property
    def roster(self) -> Roster:
        """The part of the office that a decision is about."""
        in_order = tuple(sorted(self.departments, key=lambda item: item.id))
        return Roster(office=self.office, departments=in_order, officers=self.officers)

    @property
    def options(self) -> dict[str, str]:
        """What holds in the office."""
        return options_of(self.office.code, self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(FoundOffice):
    """An office where a case is to be opened, and whether there is a case of its number already."""

    number_taken: bool


def options_of(code: str, choices: Iterable[Choice]) -> dict[str, str]:
    """What an office chose where its regulation leaves a choice; what it did not, an office above it may have."""
    chain = [office_id(item) for item in jurisdiction_chain(code)]
    farthest_first = sorted(choices, key=lambda choice: chain.index(choice.office_id), reverse=True)
    return {choice.key: choice.value for choice in farthest_first}


def found_office(json: Json) -> dict[str, Expression]:
    """The members of a `FoundOffice`, of a row of `offices`; the ``officers`` who are named are a parameter."""
    here, named = offices.c.id, officers.c.id.in_(json.listed("officers"))
    return {
        "office": json.object(json.row(offices, Office)),
        "departments": json.rows(departments, Department, departments.c.office_id == here),
        "officers": json.rows(officers, Officer, officers.c.office_id == here, named),
        "choices": _choices(json, offices.c.code),
    }


def _choices(json: Json, code: Expression) -> Expression:
    """The choices of an office and of those above it: what `jurisdiction_chain` says, in SQL."""
    chain = [
        code,
        func.substr(code, 1, 6),
        func.substr(code, 1, 4).concat("00"),
        func.substr(code, 1, 2).concat("0000"),
    ]
    ids = [literal_column(f"'{office_id('')}'", String()).concat(item) for item in chain]
    return json.rows(office_options, Choice, office_options.c.office_id.in_(ids))


def _one(table: Table, noun: type[Any], column: str) -> Document[Any]:
    """The noun of the row that has a value in a column, which is the parameter of its name."""
    same = table.c[column] == given(table.c[column])
    return Document(noun, lambda json: json.answer(json.object(json.row(table, noun))).where(same))


OFFICE: Document[Office] = _one(offices, Office, "code")
OFFICER: Document[Officer] = _one(officers, Officer, "id")
DEPARTMENT: Document[Department] = _one(departments, Department, "id")

CHOICES: Document[list[Choice]] = Document(
    list[Choice], lambda json: json.answer(_choices(json, bindparam("code", type_=String())))
)
"""The choices that hold for the ``code`` of an office, or of what is none."""

KNOWN_SCHEMES: Document[list[str]] = Document(
    list[str], lambda json: json.texts(select(level_schemes.c.id).where(level_schemes.c.id.in_(json.listed("ids"))))
)

PLACE = Document(
    Place,
    lambda json: json.answer(
        json.object(
            {**found_office(json), "number_taken": json.truth(exists().where(cases.c.number == given(cases.c.number)))}
        )
    ).where(offices.c.code == given(offices.c.code)),
)
"""The office of a ``code``, where a case of a ``number`` is to be opened, with the ``officers`` named."""

# ------------------------------------------------------------------------------------------------ what is put


async def put(connection: Connection, entry: Entry) -> None:
    """Bring the rows of the organisation up to an entry."""
    match entry.event:
        case OfficeRegistered(office=office):
            await _OFFICES.put(connection, to_row(office, offices))
        case DepartmentRegistered(department=department):
            await _DEPARTMENTS.put(connection, to_row(department, departments))
        case OfficerRegistered(officer=officer):
            await _OFFICERS.put(connection, to_row(officer, officers))
        case OptionSet(key=key, value=value):
            await _OPTIONS.put(connection, {"office_id": entry.office_id, "key": key, "value": value})
        case SchemeRecorded(scheme=scheme):
            row, level_rows = scheme_rows(scheme)
            await connection.rows(_NEW_SCHEME, row)
            await connection.many(_NEW_LEVEL, level_rows)


class _Puts:
    """How the rows of a table are put: each takes the place of the one with its key, if there is one."""

    def __init__(self, table: Table) -> None:
        key = {column.name for column in table.primary_key}
        same = [table.c[name] == given(table.c[name]) for name in sorted(key)]
        rest = {column.name: given(column) for column in table.columns if column.name not in key}
        replacing = update(table).where(*same).values(rest).returning(*table.primary_key)
        self._replace, self._insert = Statement(lambda _: replacing), Statement(lambda _: inserting(table))

    async def put(self, connection: Connection, row: Mapping[str, Any]) -> None:
        if not await connection.rows(self._replace, row):
            await connection.rows(self._insert, row)


_OFFICES, _DEPARTMENTS, _OFFICERS, _OPTIONS = map(_Puts, (offices, departments, officers, office_options))
_NEW_SCHEME = Statement(lambda _: inserting(level_schemes))
_NEW_LEVEL = Statement(lambda _: inserting(levels))
