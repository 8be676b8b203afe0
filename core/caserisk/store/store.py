"""The store: what commands load, and the one place that commits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import Entry
from caserisk.domain.organisation import Department, Office, Officer, Roster
from caserisk.domain.policy import Viewer
from caserisk.store import casefiles, log, organisation
from caserisk.store import tables as t
from caserisk.store.casefiles import Stale
from caserisk.store.engine import WRITES

_LOST_RACES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a decision starts from; ``file`` None where a case is to be opened."""

    file: CaseFile | None
    roster: Roster
    options: dict[str, str]
    number_taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A command that was done before, under an idempotency key."""

    officer_id: str
    mutation: str
    key: str
    input_digest: str
    result: dict[str, Any]
    position: int = 0


class Store:
    """State and log in one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment."""
        async with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose transaction commits at the end, or leaves nothing behind.

        Raises:
            Stale: the database refused what another transaction made impossible.
        """
        try:
            async with self.engine.connect() as connection:
                await connection.execution_options(**WRITES)
                async with connection.begin():
                    yield connection
        except DBAPIError as error:
            if _lost_a_race(error):
                raise Stale(str(error.orig)) from error
            raise

    # -------------------------------------------------------------------------------------------- loading

    async def load(self, target: str, officer_ids: Iterable[str]) -> Loaded | None:
        """The file that an id belongs to, with the roster and the options of its office."""
        async with self.reading() as connection:
            row = await casefiles.find_case(connection, target)
            if row is None:
                return None
            office = await organisation.office_of(connection, row["office_id"])
            return Loaded(
                file=await casefiles.load_file(connection, row, target),
                roster=await organisation.load_roster(connection, office, officer_ids),
                options=await organisation.load_options(connection, office.code),
            )

    async def load_office(self, code: str, officer_ids: Iterable[str], *, number: str | None = None) -> Loaded | None:
        """An office where a case is to be opened, and whether its number is taken."""
        async with self.reading() as connection:
            office = await organisation.find_office(connection, code)
            if office is None:
                return None
            taken = select(t.cases.c.id).where(t.cases.c.number == number)
            return Loaded(
                file=None,
                roster=await organisation.load_roster(connection, office, officer_ids),
                options=await organisation.load_options(connection, code),
                number_taken=number is not None and (await connection.execute(taken)).first() is not None,
            )

    async def viewer(self, officer_id: str) -> Viewer | None:
        """Who an active officer is."""
        async with self.reading() as connection:
            return await organisation.find_viewer(connection, officer_id)

    async def office(self, code: str) -> Office | None:
        """The office of a division code."""
        async with self.reading() as connection:
            return await organisation.find_office(connection, code)

    async def department(self, id: str) -> Department | None:
        """The department of an id."""
        async with self.reading() as connection:
            return await organisation.find_department(connection, id)

    async def officer(self, id: str) -> Officer | None:
        """The officer of an id."""
        async with self.reading() as connection:
            return await organisation.find_officer(connection, id)

    async def options(self, code: str) -> dict[str, str]:
        """What holds for an office where its regulation leaves a choice."""
        async with self.reading() as connection:
            return await organisation.load_options(connection, code)

    async def end_of_log(self) -> int:
        """The position of the last entry."""
        async with self.reading() as connection:
            return await log.end(connection)

    async def passed_deadlines(self, now: datetime, limit: int) -> list[str]:
        """Open deadlines that have passed and are not on record as such, the longest overdue first."""
        passed = (
            select(t.deadlines.c.id)
            .where(t.deadlines.c.status == "OPEN", t.deadlines.c.passed_at.is_(None), t.deadlines.c.due_at <= now)
            .order_by(t.deadlines.c.due_at)
            .limit(limit)
        )
        async with self.reading() as connection:
            return list((await connection.execute(passed)).scalars())

    async def open_cases(self, after: str, limit: int) -> list[str]:
        """The ids of cases that are not concluded, in order, a page at a time."""
        page = select(t.cases.c.id).where(t.cases.c.closed_at.is_(None), t.cases.c.id > after)
        async with self.reading() as connection:
            return list((await connection.execute(page.order_by(t.cases.c.id).limit(limit))).scalars())

    # -------------------------------------------------------------------------------------------- writing

    async def write(
        self,
        before: CaseFile | None,
        steps: Sequence[tuple[Entry, CaseFile]],
        *,
        first: Sequence[Entry] = (),
        answered: Answered | None = None,
    ) -> int:
        """Write a changed file and its entries in one transaction; ``first`` are entries of the office that go before.

        Gives the log's position right after.

        Raises:
            Stale: the file has moved on, or a constraint stands against it.
        """
        async with self.writing() as connection:
            for entry in first:
                await organisation.put(connection, entry)
            await casefiles.write_file(connection, before, steps[-1][1])
            position = await log.append(connection, [*((entry, None) for entry in first), *steps])
            if answered:
                await connection.execute(
                    insert(t.idempotency_keys), [_answered_row(answered, position, steps[-1][0].at)]
                )
            return position

    async def write_organisation(self, entries: Sequence[Entry]) -> int:
        """Write entries about an office, and the rows they put.

        Raises:
            Stale: a constraint stands against it.
        """
        async with self.writing() as connection:
            for entry in entries:
                await organisation.put(connection, entry)
            return await log.append(connection, [(entry, None) for entry in entries])

    async def known_schemes(self, ids: Iterable[str]) -> set[str]:
        """Those of the level schemes that are recorded."""
        async with self.reading() as connection:
            return await organisation.known_schemes(connection, ids)

    # -------------------------------------------------------------------------------------------- idempotency

    async def answered(self, officer_id: str, mutation: str, key: str) -> Answered | None:
        """What was answered under an idempotency key."""
        keys = t.idempotency_keys.c
        same = (keys.officer_id == officer_id) & (keys.mutation == mutation) & (keys.key == key)
        async with self.reading() as connection:
            row = (await connection.execute(select(t.idempotency_keys).where(same))).mappings().first()
        if row is None:
            return None
        return Answered(**{name: value for name, value in row.items() if name != "at"})

    async def forget_answers(self, before: datetime) -> int:
        """Drop idempotency keys that are older; gives how many."""
        async with self.writing() as connection:
            result = await connection.execute(delete(t.idempotency_keys).where(t.idempotency_keys.c.at < before))
            return result.rowcount


def _lost_a_race(error: DBAPIError) -> bool:
    """Whether another transaction made this one impossible, so that trying again makes sense."""
    if isinstance(error, OperationalError):
        return "locked" in str(error.orig)
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) in _LOST_RACES


def _answered_row(answered: Answered, position: int, at: datetime) -> dict[str, Any]:
    return {
        "officer_id": answered.officer_id,
        "mutation": answered.mutation,
        "key": answered.key,
        "input_digest": answered.input_digest,
        "position": position,
        "result": answered.result,
        "at": at,
    }


__all__ = ["Answered", "Loaded", "Officer", "Stale", "Store"]
