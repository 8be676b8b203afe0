"""Transactions: on connections of SQLAlchemy's pool, but with statements given to the driver itself.

SQLAlchemy compiles the statements once and keeps the connections; its execution of a statement costs more than the
database's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from caserisk.redaction import redact
from caserisk.store.database.errors import DRIVER_ERRORS, Stale, is_lost_race
from caserisk.store.database.statement_count import count_statements
from caserisk.store.statements import JsonQuery, Statement, Values

T = TypeVar("T")

DriverRows = Sequence[Sequence[Any]]
"""Rows as the driver returns them, values included: a moment of SQLite is text."""


class Transaction(ABC):
    """A transaction that writes."""

    def __init__(self, dialect: Dialect, driver: Any) -> None:
        self.dialect, self._driver = dialect, driver

    @abstractmethod
    async def rows(self, statement: Statement, values: Values) -> DriverRows:
        """Run a statement; return the rows that it answers with."""

    @abstractmethod
    async def many(self, statement: Statement, values: Iterable[Values]) -> DriverRows:
        """Run a statement once for each set of values; return the rows of all of them in order."""

    async def read(self, query: JsonQuery[T], values: Values) -> T | None:
        """Return the document that a query answers with; None where it finds no row."""
        found = await self.rows(query, values)
        return query.decode(found[0][0]) if found else None


class _PostgresqlTransaction(Transaction):
    async def rows(self, statement: Statement, values: Values) -> DriverRows:
        written = statement.for_dialect(self.dialect)
        count_statements()
        found: DriverRows = await self._driver.fetch(written.text, *written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> DriverRows:
        written = statement.for_dialect(self.dialect)
        bound = [written.bind(item) for item in values]
        if not bound:
            return ()
        count_statements(len(bound))
        found: DriverRows = await self._driver.fetchmany(written.text, bound)
        return found


class _SqliteTransaction(Transaction):
    async def rows(self, statement: Statement, values: Values) -> DriverRows:
        written = statement.for_dialect(self.dialect)
        count_statements()
        found: DriverRows = await self._driver.execute_fetchall(written.text, written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> DriverRows:
        # One by one: sqlite3's `executemany` discards the rows that a RETURNING gives.
        return [row for item in values for row in await self.rows(statement, item)]


@asynccontextmanager
async def begin(engine: AsyncEngine) -> AsyncIterator[Transaction]:
    """Begin a transaction on a connection of an engine's pool; see `Database.transaction`."""
    try:
        async with engine.connect() as pooled:
            driver = await _driver_connection(pooled)
            if _is_closed(driver):  # while it lay in the pool; nothing is lost yet
                await pooled.invalidate()
                driver = await _driver_connection(pooled)
            try:
                if engine.dialect.name == "postgresql":
                    # READ COMMITTED, PostgreSQL's default: the statement that numbers an entry after the log's lock is
                    # taken has to see what other writers committed until then.
                    async with driver.transaction():
                        yield _PostgresqlTransaction(engine.dialect, driver)
                else:
                    # Take the write lock at once: taking it later fails where another transaction wrote meanwhile.
                    await driver.execute_fetchall("BEGIN IMMEDIATE")
                    yield _SqliteTransaction(engine.dialect, driver)
                    await driver.commit()  # after an exception the pool rolls back instead
            except DRIVER_ERRORS as error:
                if _is_closed(driver):
                    await pooled.invalidate()
                raise DBAPIError(None, None, error) from error
    except DBAPIError as error:
        if error.orig and is_lost_race(error.orig):
            raise Stale(redact(error.orig)) from error
        raise


async def _driver_connection(pooled: AsyncConnection) -> Any:
    return (await pooled.get_raw_connection()).driver_connection


def _is_closed(driver: Any) -> bool:
    """Tell whether the server has closed a connection; a SQLite file has no server."""
    return bool(driver.is_closed()) if hasattr(driver, "is_closed") else False
