"""Copies of files as rows: real states with ids and times of their own, laid out by the store's own mapping."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import JSON, Column, Table

from bench.data.archetypes import TODAY, Archetype, Demonstration, Logged
from bench.data.organisation import Staffed, staff_ids
from bench.data.relocation import Move, relocated_fields
from bench.data.sampling import Sample
from caserisk.domain.assessments import AssessmentConfirmed
from caserisk.domain.cases import CaseOpened
from caserisk.domain.dispositions import DispositionRecorded
from caserisk.domain.warnings import WarningIssued, WarningResolved
from caserisk.ids import id_maker
from caserisk.store import tables as t
from caserisk.store.casefiles import TABLES
from caserisk.store.log import event_row
from caserisk.store.mapping import to_row

LOGGED = (CaseOpened, AssessmentConfirmed, WarningIssued, DispositionRecorded, WarningResolved)
"""The entries of the log that are copied, some five a case; there are twice as many, most of them longer."""

Row = tuple[Any, ...]
Rows = Mapping[Table, list[Row]]
Encode = Callable[[Column[Any], Any], Any]
"""How the value of a column is handed to a database."""


class Copies:
    """Makes copies of the files of a demonstration."""

    def __init__(
        self,
        demonstration: Demonstration,
        offices: Mapping[str, Staffed],
        encode: Encode,
        *,
        random: Random,
        position: int,
    ) -> None:
        """Start after the end of the log, ``position``."""
        self._offices, self._scribe = offices, _Scribe(random, position)
        self._models = [_Model(file, demonstration, encode) for file in demonstration.files]

    def rows(self, drawn: Iterable[Sample]) -> Rows:
        """Return the rows of the cases that were drawn, in an order in which rows may refer to earlier ones."""
        rows: dict[Table, list[Row]] = {table: [] for table in (t.cases, *TABLES.values())}
        rows[t.events] = []
        for item in drawn:
            for table, row in self._models[item.file].copy(
                self._offices[item.office], timedelta(weeks=item.weeks), self._scribe
            ):
                rows[table].append(row)
        return rows


class _Scribe:
    """Gives ids that sort by time, case numbers that are unique, and the positions of the log."""

    def __init__(self, random: Random, position: int) -> None:
        self.now = TODAY
        self.new_id = id_maker(lambda: self.now, random)
        self._position = position
        self._numbers: Counter[tuple[str, int]] = Counter()

    def number(self, office: Staffed) -> str:
        """Return the next case number of an office in this year."""
        key = (office.short, self.now.year)
        self._numbers[key] += 1
        return f"{office.short}刑诉〔{self.now.year}〕{self._numbers[key]}号"

    def position(self) -> int:
        """Return the next position of the log."""
        self._position += 1
        return self._position


class _Model:
    """A file to be copied."""

    def __init__(self, file: Archetype, demonstration: Demonstration, encode: Encode) -> None:
        self._case = file.case
        office_id = file.case.office_id
        self._staff = staff_ids(demonstration.departments[office_id], demonstration.officers[office_id])
        self._own = sorted({file.case.id, *_ids(file)})
        ids = {office_id, file.case.number, *self._own, *self._staff}
        states: list[tuple[Table, Any]] = [(t.cases, file.case)]
        states += [(table, item) for name, table in TABLES.items() for item in file.nouns[name]]
        self._states = [_State(state, table, ids, encode) for table, state in states]
        self._log = [_Entry(item, ids, encode) for item in file.log if isinstance(item.entry.event, LOGGED)]

    def copy(self, office: Staffed, by: timedelta, scribe: _Scribe) -> Iterator[tuple[Table, Row]]:
        """Return the rows of a copy."""
        scribe.now = self._case.opened_at + by
        ids = {self._case.office_id: office.office.id, self._case.number: scribe.number(office)}
        ids |= zip(self._staff, staff_ids(office.departments, office.officers), strict=True)
        ids |= {id: scribe.new_id(id.partition("_")[0]) for id in self._own}
        move = Move(ids=ids, by=by)
        for state in self._states:
            yield state.table, state.row(move, office.office.id)
        for entry in self._log:
            yield t.events, entry.row(move, scribe.position())


def _ids(file: Archetype) -> Iterator[str]:
    yield from (state.id for states in file.nouns.values() for state in states)
    yield from (item.entry.id for item in file.log)


class _State:
    """A state to be copied; documents that are the same in all copies are encoded once."""

    def __init__(self, state: Any, table: Table, ids: set[str], encode: Encode) -> None:
        self.table, self._state, self._encode = table, state, encode
        self._movers = relocated_fields(state, ids)
        row = to_row(state, table)
        self._fixed = {
            column.name: encode(column, row[column.name])
            for column in table.columns
            if isinstance(column.type, JSON) and column.name not in self._movers
        }

    def row(self, move: Move, office_id: str) -> Row:
        """Return the row of a copy."""
        copy = replace(self._state, **{name: moved(move) for name, moved in self._movers.items()})
        return _encoded(self.table, to_row(copy, self.table, office_id=office_id), self._encode, self._fixed)


class _Entry:
    """An entry of the log to be copied, with what its row says of the warning right after it."""

    def __init__(self, logged: Logged, ids: set[str], encode: Encode) -> None:
        self._entry, self._encode = logged.entry, encode
        self._movers = relocated_fields(logged.entry, ids)
        self._after = {name: logged.row[name] for name in ("status", "level_id", "severity")}

    def row(self, move: Move, position: int) -> Row:
        """Return the row of a copy."""
        copy = replace(self._entry, **{name: moved(move) for name, moved in self._movers.items()})
        return _encoded(t.events, event_row(position, copy, None) | self._after, self._encode, {})


def _encoded(table: Table, row: Mapping[str, Any], encode: Encode, fixed: Mapping[str, Any]) -> Row:
    return tuple(
        fixed[column.name] if column.name in fixed else encode(column, row[column.name]) for column in table.columns
    )
