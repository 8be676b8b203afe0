"""The record of who read the parties of a case: permanent, a row for each officer, case and day in the offices' zone.

A second reading on the same day adds nothing; what was recorded is remembered, so that it costs no statement either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, true
from sqlalchemy.sql.expression import ClauseElement

from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.json_builder import JsonBuilder
from caserisk.store.statements import JsonQuery, Statement, parameter
from caserisk.store.store import Store

_MAX_REMEMBERED_READINGS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyReader:
    """An officer who read the parties of a case on a day; name, office and roles are those of today.

    ``first_at`` is the first time on that day.
    """

    day: date
    first_at: datetime
    officer_id: str
    officer: str
    office: str
    roles: tuple[Role, ...]


class PartyAccessLog:
    """The record of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._day: date | None = None
        self._recorded: set[tuple[str, str]] = set()

    async def record(self, officer_id: str, case_ids: Iterable[str], at: datetime) -> None:
        """Record that an officer reads the parties of cases; to be called before they are shown.

        Raises:
            Stale, DBAPIError: it could not be recorded, and nothing may be shown.
        """
        day = office_day(at)
        # All are forgotten at once: recording a reading again costs a statement, but adds no row.
        if day != self._day or len(self._recorded) > _MAX_REMEMBERED_READINGS:
            self._day, self._recorded = day, set()
        new = {(officer_id, id) for id in case_ids} - self._recorded
        if not new:
            return
        values = {"cases": sorted(id for _, id in new), "day": day, "officer_id": officer_id, "first_at": at}
        async with self._store.database.transaction() as transaction:
            await transaction.rows(_RECORD, values)
        # Remembered only after the commit: a reading that could not be recorded has to be recorded the next time.
        if day == self._day:  # unless midnight passed meanwhile
            self._recorded |= new

    async def readers(self, case_id: str) -> list[PartyReader]:
        """List who read the parties of a case, the earliest first."""
        readers = await self._store.database.read(_READERS, {"case_id": case_id}) or ()
        return sorted(readers, key=lambda reader: (reader.first_at, reader.officer_id))


def _record(json: JsonBuilder) -> ClauseElement:
    """Insert the readings that are not recorded yet.

    All writers insert in one order, so that two that record the same cases cannot wait for each other.
    """
    cases = json.elements("cases").subquery()
    columns, case_id = t.party_reads.c, cases.c[0]
    found = select(case_id, parameter(columns.day), parameter(columns.officer_id), parameter(columns.first_at))
    found = found.where(true()).order_by(case_id)  # without a WHERE, SQLite parses `ON CONFLICT` as a join's condition
    return (
        json.upsert(t.party_reads)
        .from_select(["case_id", "day", "officer_id", "first_at"], found)
        .on_conflict_do_nothing()
    )


def _select_readers(json: JsonBuilder) -> ClauseElement:
    readings = (
        select(
            t.party_reads.c.day,
            t.party_reads.c.first_at,
            t.party_reads.c.officer_id,
            t.officers.c.name.label("officer"),
            t.offices.c.name.label("office"),
            t.officers.c.roles,
        )
        .join(t.officers, t.officers.c.id == t.party_reads.c.officer_id)
        .join(t.offices, t.offices.c.id == t.officers.c.office_id)
        .where(t.party_reads.c.case_id == bindparam("case_id"))
    )
    return json.answer(json.rows(readings.subquery(), PartyReader))


_RECORD = Statement(_record)
_READERS = JsonQuery(list[PartyReader], _select_readers)
