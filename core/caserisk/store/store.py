"""The store: what commands load, and the one place that commits."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Integer, and_, bindparam, delete, func, literal_column, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from caserisk.domain.casefile import CaseFile
from caserisk.domain.events import Entry
from caserisk.domain.organisation import Department, Office, Officer, Roster
from caserisk.redaction import redact
from caserisk.store import casefiles, log, organisation
from caserisk.store import tables as t
from caserisk.store.casefiles import Stale
from caserisk.store.connections import Connection, connected
from caserisk.store.engine import WRITES
from caserisk.store.readers import REFUSED, readers_of
from caserisk.store.statements import Document, Statement, Values, given, inserting

T = TypeVar("T")

_LOST_RACES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock
_INTEGRITY = "23"  # PostgreSQL: the class of violated constraints


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a decision starts from; ``file`` None where a case is to be opened."""

    file: CaseFile | None
    roster: Roster
    options: dict[str, str]
    number_taken: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class IdempotentResult:
    """A command that was done before, under an idempotency key."""

    officer_id: str
    command: str
    key: str
    input_digest: str
    result: dict[str, Any]
    position: int = 0


class Store:
    """State and log in one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, readers_of(engine)
        self._known_schemes: set[str] = set()

    async def close(self) -> None:
        """Close all connections."""
        await self.readers.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees one moment, for many statements."""
        async with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[AsyncConnection]:
        """A connection for what is no command: its transaction commits at the end, or leaves nothing behind."""
        async with self.engine.connect() as connection:
            await connection.execution_options(**WRITES)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """A connection whose transaction commits at the end, or leaves nothing behind.

        Raises:
            Stale: the database refused what another transaction made impossible.
        """
        try:
            async with connected(self.engine) as connection, connection.transaction():
                yield connection
        except DBAPIError as error:
            if error.orig and _lost_a_race(error.orig):
                raise Stale(redact(error.orig)) from error
            raise

    async def read(self, document: Document[T], values: Values) -> T | None:
        """What a statement answers; one statement sees one moment.

        Raises:
            DBAPIError: the database refused it, or is away.
        """
        written = document.written(self.engine.dialect)
        try:
            row = await self.readers.row(written.text, written.bind(values))
        except REFUSED as error:
            raise DBAPIError(None, None, error) from error
        return document.read(row[0]) if row else None

    # -------------------------------------------------------------------------------------------- loading

    async def load(self, target: str, officer_ids: Iterable[str]) -> Loaded | None:
        """The file that an id belongs to, with the roster and the options of its office."""
        document = casefiles.FILES.get(target.partition("_")[0])
        if document is None:
            return None
        found = await self.read(document, {"target": target, "officers": list(officer_ids)})
        return Loaded(file=found.file, roster=found.roster, options=found.options) if found else None

    async def load_office(self, code: str, officer_ids: Iterable[str], *, number: str | None = None) -> Loaded | None:
        """An office where a case is to be opened, and whether its number is taken."""
        values = {"code": code, "officers": list(officer_ids), "number": number}
        found = await self.read(organisation.PLACE, values)
        if found is None:
            return None
        return Loaded(file=None, roster=found.roster, options=found.options, number_taken=found.number_taken)

    async def office(self, code: str) -> Office | None:
        """The office of a division code."""
        return await self.read(organisation.OFFICE, {"code": code})

    async def department(self, id: str) -> Department | None:
        """The department of an id."""
        return await self.read(organisation.DEPARTMENT, {"id": id})

    async def officer(self, id: str) -> Officer | None:
        """The officer of an id."""
        return await self.read(organisation.OFFICER, {"id": id})

    async def options(self, code: str) -> dict[str, str]:
        """What holds for an office where its regulation leaves a choice."""
        return organisation.options_of(code, await self.read(organisation.CHOICES, {"code": code}) or ())

    async def end_of_log(self) -> int:
        """The position of the last entry."""
        return await self.read(log.END, {}) or 0

    async def passed_deadlines(self, now: datetime, limit: int) -> list[str]:
        """Open deadlines that have passed and are not on record as such, the longest overdue first."""
        return await self.read(_PASSED, {"now": now, "limit": limit}) or []

    async def unrecorded_deadlines(self, now: datetime) -> int:
        """How many open deadlines have passed and are not on record as such."""
        return await self.read(_UNRECORDED, {"now": now}) or 0

    async def open_cases(self, after: str, limit: int) -> list[str]:
        """The ids of cases that are not concluded, in order, a page at a time."""
        return await self.read(_OPEN_CASES, {"after": after, "limit": limit}) or []

    # -------------------------------------------------------------------------------------------- writing

    async def write(
        self,
        before: CaseFile | None,
        steps: Sequence[tuple[Entry, CaseFile]],
        *,
        first: Sequence[Entry] = (),
        answered: IdempotentResult | None = None,
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
                await connection.rows(_NEW_ANSWER, _answered_row(answered, position, steps[-1][0].at))
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
        """Those of the level schemes that are recorded; they stay so, and are not asked for again."""
        wanted = set(ids)
        if not wanted <= self._known_schemes:
            self._known_schemes.update(await self.read(organisation.KNOWN_SCHEMES, {"ids": sorted(wanted)}) or ())
        return wanted & self._known_schemes

    # -------------------------------------------------------------------------------------------- idempotency

    async def answered(self, officer_id: str, command: str, key: str) -> IdempotentResult | None:
        """What was answered under an idempotency key."""
        return await self.read(_ANSWERED, {"officer_id": officer_id, "command": command, "key": key})

    async def forget_answers(self, before: datetime) -> int:
        """Drop idempotency keys that are older; gives how many."""
        async with self.writing() as connection:
            return len(await connection.rows(_FORGET, {"before": before}))


_HAS_PASSED = and_(
    t.deadlines.c.status == literal_column("'OPEN'"),
    t.deadlines.c.passed_at.is_(None),
    t.deadlines.c.due_at <= bindparam("now", type_=t.deadlines.c.due_at.type),
)
_UNRECORDED = Document(
    int,
    lambda json: json.answer(select(func.count()).select_from(t.deadlines).where(_HAS_PASSED).scalar_subquery()),
)
_PASSED = Document(
    list[str],
    lambda json: json.texts(
        select(t.deadlines.c.id)
        .where(_HAS_PASSED)
        .order_by(t.deadlines.c.due_at)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_OPEN_CASES = Document(
    list[str],
    lambda json: json.texts(
        select(t.cases.c.id)
        .where(t.cases.c.closed_at.is_(None), t.cases.c.id > bindparam("after", type_=t.cases.c.id.type))
        .order_by(t.cases.c.id)
        .limit(bindparam("limit", type_=Integer()))
    ),
)
_ANSWERED = Document(
    IdempotentResult,
    lambda json: json.answer(json.object(json.row(t.idempotency_keys, IdempotentResult))).where(
        *(column == given(column) for column in t.idempotency_keys.primary_key)
    ),
)
_NEW_ANSWER = Statement(lambda _: inserting(t.idempotency_keys))
_FORGET = Statement(
    lambda _: (
        delete(t.idempotency_keys)
        .where(t.idempotency_keys.c.at < bindparam("before", type_=t.idempotency_keys.c.at.type))
        .returning(t.idempotency_keys.c.key)
    )
)


def _lost_a_race(error: BaseException) -> bool:
    """Whether another transaction made this one impossible, so that trying again makes sense."""
    if isinstance(error, sqlite3.Error):
        return isinstance(error, sqlite3.IntegrityError) or "locked" in str(error)
    sqlstate = str(getattr(error, "sqlstate", ""))
    return sqlstate in _LOST_RACES or sqlstate.startswith(_INTEGRITY)


def _answered_row(answered: IdempotentResult, position: int, at: datetime) -> dict[str, Any]:
    return {
        "officer_id": answered.officer_id,
        "command": answered.command,
        "key": answered.key,
        "input_digest": answered.input_digest,
        "position": position,
        "result": answered.result,
        "at": at,
    }


__all__ = ["IdempotentResult", "Loaded", "Officer", "Stale", "Store"]
