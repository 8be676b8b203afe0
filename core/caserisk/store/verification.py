"""Verification: fold the log, and compare what it adds up to with the rows that are stored.

State is the fold of the log's entries, so a row that differs was changed past the program. Cases are verified a page at
a time, each page in a snapshot of its own: a case and its entries are written in one transaction, and neither memory
nor a snapshot grows with the number of cases. What is there of each office is verified as a whole, before the cases.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import JSON, Column, Table, exists, func, select

from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import Entry
from caserisk.domain.folding import fold, open_file
from caserisk.store import casefiles, log, organisation
from caserisk.store import tables as t
from caserisk.store.database import Row, Snapshot
from caserisk.store.mapping import to_row
from caserisk.store.store import Store

_CASES_PER_SNAPSHOT = 100
_ENTRIES_PER_PAGE = 1000

_TABLES = {"case": t.cases, **casefiles.TABLES}
"""The tables that hold the files of cases."""

# The summary is text of the program, whose wording may have changed since; the payload is what is folded.
_FOLLOWING_COLUMNS = ("noun", "kind", "assessment_id", "warning_id", "status", "level_id", "severity")
"""The columns of an entry that follow from its payload and the entries before it."""

Key = tuple[Any, ...]
"""The values of a row's primary key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A stored value that is not what the log adds up to.

    ``row`` is the row's key as text, ``case_id`` None for what belongs to no case. ``column`` None: the row is stored
    and follows from no entry, or the other way round; then ``stored`` and ``replayed`` tell whether it is there. Of an
    entry that cannot be read, ``stored`` is the type and ``replayed`` the error.
    """

    case_id: str | None
    table: str
    row: str
    column: str | None
    stored: object
    replayed: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A part of the database that was verified: how many cases and entries it has, and what differs in it."""

    cases: int
    entries: int
    differences: tuple[Difference, ...]


async def verify(store: Store) -> AsyncIterator[Verified]:
    """Yield what was verified, part by part: the offices, then a page of cases after the other."""
    async with store.database.snapshot() as snapshot:
        yield await _verify_offices(snapshot)
        has_row = exists().where(t.cases.c.id == t.events.c.case_id)
        without_row = select(t.events.c.case_id).where(t.events.c.case_id.is_not(None), ~has_row).distinct()
        removed = [row["case_id"] for row in await snapshot.rows(without_row)]
    for start in range(0, len(removed), _CASES_PER_SNAPSHOT):
        async with store.database.snapshot() as snapshot:
            yield await _verify_cases(snapshot, removed[start : start + _CASES_PER_SNAPSHOT])
    after = ""
    while True:
        async with store.database.snapshot() as snapshot:
            page = select(t.cases.c.id).where(t.cases.c.id > after).order_by(t.cases.c.id).limit(_CASES_PER_SNAPSHOT)
            ids = [row["id"] for row in await snapshot.rows(page)]
            if not ids:
                return
            yield await _verify_cases(snapshot, ids)
        after = ids[-1]


# ------------------------------------------------------------------------------------------------ offices


async def _verify_offices(snapshot: Snapshot) -> Verified:
    expected: dict[Table, dict[Key, Row]] = {table: {} for table in organisation.TABLES}
    differences, entries = [], 0
    async for row in _office_entries(snapshot):
        entries += 1
        try:
            entry = log.entry_from(row)
        except _UNREADABLE as error:
            differences.append(_unreadable(row, error))
            continue
        differences += _compare_entry(row, entry, None)
        if deleted := organisation.unbound(entry):
            bound = expected[t.bound_editions]
            expected[t.bound_editions] = {key: row for key, row in bound.items() if not deleted.items() <= row.items()}
        for table, changed in organisation.changed_rows(entry):
            expected[table][_key(table, changed)] = changed
    for table, rows in expected.items():
        differences += _compare_rows(table, await snapshot.rows(select(table)), rows, None)
    differences += await _gaps(snapshot)
    return Verified(cases=0, entries=entries, differences=tuple(differences))


async def _office_entries(snapshot: Snapshot) -> AsyncIterator[Row]:
    after = 0
    while True:
        following = select(t.events).where(t.events.c.case_id.is_(None), t.events.c.position > after)
        page = await snapshot.rows(following.order_by(t.events.c.position).limit(_ENTRIES_PER_PAGE))
        if not page:
            return
        for row in page:
            yield row
        after = page[-1]["position"]


async def _gaps(snapshot: Snapshot) -> list[Difference]:
    """Return the entries before which one is missing: positions follow one another without a gap."""
    position = t.events.c.position
    following = (func.coalesce(func.lag(position).over(order_by=position), 0) + 1).label("following")
    numbered = select(t.events.c.case_id, position, following).subquery()
    found = await snapshot.rows(select(numbered).where(numbered.c.position != numbered.c.following))
    return [
        Difference(
            case_id=row["case_id"],
            table=t.events.name,
            row=str(row["position"]),
            column=position.name,
            stored=row["position"],
            replayed=row["following"],
        )
        for row in found
    ]


# ------------------------------------------------------------------------------------------------ cases


async def _verify_cases(snapshot: Snapshot, ids: Sequence[str]) -> Verified:
    stored = {name: await _rows_by_case(snapshot, table, ids) for name, table in _TABLES.items()}
    of_cases = select(t.events).where(t.events.c.case_id.in_(ids)).order_by(t.events.c.position)
    entries: dict[str, list[Row]] = defaultdict(list)
    for row in await snapshot.rows(of_cases):
        entries[row["case_id"]].append(row)
    differences: list[Difference] = []
    for id in ids:
        file, found = _fold_case(entries[id])
        differences += found
        for name, table in _TABLES.items():
            differences += _compare_rows(table, stored[name][id], _expected(file, name, table), id)
    return Verified(cases=len(ids), entries=sum(map(len, entries.values())), differences=tuple(differences))


async def _rows_by_case(snapshot: Snapshot, table: Table, ids: Sequence[str]) -> Mapping[str, list[Row]]:
    rows, case_id = (table, t.cases.c.id) if table is t.cases else casefiles.rows_with_case(table)
    found: dict[str, list[Row]] = defaultdict(list)
    # A part may have a column of its own for the case: the label is none that a column has.
    for row in await snapshot.rows(select(table, case_id.label("_case")).select_from(rows).where(case_id.in_(ids))):
        found[row.pop("_case")].append(row)
    return found


def _fold_case(rows: Iterable[Row]) -> tuple[CaseFile | None, list[Difference]]:
    """Return the file that the entries of a case add up to, as far as they can be read, and what differs in them."""
    file: CaseFile | None = None
    differences: list[Difference] = []
    for row in rows:
        try:
            entry = log.entry_from(row)
            file = fold(file, entry) if file else open_file(entry)
        except _UNREADABLE as error:
            return file, [*differences, _unreadable(row, error)]
        differences += _compare_entry(row, entry, file)
    return file, differences


def _expected(file: CaseFile | None, name: str, table: Table) -> dict[Key, Row]:
    """Return the rows of a table that the file of a case has."""
    if file is None:
        return {}
    states = [file.case] if table is t.cases else getattr(file, name).values()
    rows = [to_row(state, table, office_id=file.case.office_id) for state in states]
    return {_key(table, row): row for row in rows}


# ------------------------------------------------------------------------------------------------ comparing

_UNREADABLE = (ValueError, LookupError, TypeError, msgspec.MsgspecError)
"""What is raised by an entry that cannot be read, or that does not follow from those before it."""


def _unreadable(row: Row, error: Exception) -> Difference:
    # Not the error's message: it may repeat what is in the payload.
    return Difference(
        case_id=row["case_id"],
        table=t.events.name,
        row=str(row["position"]),
        column="payload",
        stored=row["type"],
        replayed=type(error).__name__,
    )


def _compare_entry(row: Row, entry: Entry, file: CaseFile | None) -> Iterator[Difference]:
    """Compare the columns of an entry that follow from others with what they follow from."""
    position = row["position"]
    replayed = log.event_row(position, entry, file)
    for name in _FOLLOWING_COLUMNS:
        yield from _difference(entry.case_id, t.events, str(position), t.events.c[name], row[name], replayed[name])


def _compare_rows(
    table: Table, stored: Iterable[Row], replayed: Mapping[Key, Row], case_id: str | None
) -> Iterator[Difference]:
    found = {_key(table, row): row for row in stored}
    for key in sorted(found.keys() | replayed.keys()):
        row = " ".join(map(str, key))
        if key in found and key in replayed:
            for column in table.columns:
                name = column.name
                yield from _difference(case_id, table, row, column, found[key][name], replayed[key][name])
        else:
            yield Difference(
                case_id=case_id, table=table.name, row=row, column=None, stored=key in found, replayed=key in replayed
            )


def _difference(
    case_id: str | None, table: Table, row: str, column: Column[Any], stored: object, replayed: object
) -> Iterator[Difference]:
    """Yield the difference of two values of a column, if there is one."""
    # A document is compared as it is read back, enumerations and tuples as JSON has them.
    value = msgspec.json.decode(msgspec.json.encode(replayed)) if isinstance(column.type, JSON) else replayed
    if stored != value:
        yield Difference(case_id=case_id, table=table.name, row=row, column=column.name, stored=stored, replayed=value)


def _key(table: Table, row: Mapping[str, Any]) -> Key:
    return tuple(row[column.name] for column in table.primary_key.columns)
