"""Who read the parties of a case: permanent, a row for each officer, case and day, as the offices count days.

A second reading on the same day adds nothing, and what was recorded is remembered, so that it costs nothing either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.expression import ClauseElement

from caserisk.domain.terms import OFFICE_ZONE
from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.json_rows import Json
from caserisk.store.mapping import from_row
from caserisk.store.statements import Statement, given
from caserisk.store.store import Store

_MOST = 100_000
"""Readings that are remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyReader:
    """An officer who read the parties of a case on a day, as they are entered now; ``first_at`` is the first time."""

    day: date
    first_at: datetime
    officer_id: str
    officer: str
    office: str
    roles: tuple[Role, ...]


class PartyReads:
    """The record of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._day: date | None = None
        self._recorded: set[tuple[str, str]] = set()

    async def record(self, officer_id: str, case_ids: Iterable[str], at: datetime) -> None:
        """Record that an officer reads the parties of cases; to be done before they are shown.

        Raises:
            Stale, DBAPIError: it could not be recorded, and nothing may be shown.
        """
        day = at.astimezone(OFFICE_ZONE).date()
        if day != self._day or len(self._recorded) > _MOST:
            self._day, self._recorded = day, set()
        new = {(officer_id, id) for id in case_ids} - self._recorded
        if not new:
            return
        values = {"cases": sorted(id for _, id in new), "day": day, "officer_id": officer_id, "first_at": at}
        async with self._store.writing() as connection:
            await connection.rows(_RECORD, values)
        if day == self._day:
            self._recorded |= new

    async def readers(self, case_id: str) -> list[PartyReader]:
        """Who read the parties of a case, the first one first."""
        async with self._store.reading() as connection:
            rows = (await connection.execute(_READERS, {"case_id": case_id})).mappings()
            return [from_row(row, PartyReader, {}) for row in rows]


def _record(json: Json) -> ClauseElement:
    """Insert what is not there yet; in one order, so that two that record the same do not wait for each other."""
    listed = json.listed("cases").subquery()
    columns = t.party_reads.c
    case_id = listed.c[0]
    found = select(case_id, given(columns.day), given(columns.officer_id), given(columns.first_at))
    found = found.where(true()).order_by(case_id)  # or SQLite takes `ON CONFLICT` for the condition of a join
    values = ["case_id", "day", "officer_id", "first_at"]
    if json.is_sqlite:
        return sqlite.insert(t.party_reads).from_select(values, found).on_conflict_do_nothing()
    return postgresql.insert(t.party_reads).from_select(values, found).on_conflict_do_nothing()


_RECORD = Statement(_record)
_READERS = (
    select(
        t.party_reads.c.day,
        t.party_reads.c.first_at,
        t.party_reads.c.officer_id,
        t.officers.c.name.label("officer"),
        t.offices.c.name.label("office"),
        t.officers.c.roles,
    )
    .select_from(t.party_reads)
    .join(t.officers, t.officers.c.id == t.party_reads.c.officer_id)
    .join(t.offices, t.offices.c.id == t.officers.c.office_id)
    .where(t.party_reads.c.case_id == bindparam("case_id"))
    .order_by(t.party_reads.c.first_at, t.party_reads.c.officer_id)
)
