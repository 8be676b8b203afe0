"""Transactions: on connections of SQLAlchemy's pool, but with statements given to the driver itself.

SQLAlchemy compiles the statements once and keeps the connections; its execution of a statement costs more than the
database's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from caserisk.redaction import redact
from caserisk.store.database.errors import DRIVER_ERRORS, Stale, is_lost_race
from caserisk.store.database.statement_count import count_statements
from caserisk.store.statements import JsonQuery, Statement, Values

T = TypeVar("T")

Rows = Sequence[Sequence[Any]]


class Transaction(ABC):
    """A transaction that writes."""

    def __init__(self, dialect: Dialect, driver: Any) -> None:
        self.dialect = dialect
        self._driver = driver

    @property
    @abstractmethod
    def disconnected(self) -> bool:
        """Tell whether the database has closed the connection."""

    @abstractmethod
    def begun(self) -> AbstractAsyncContextManager[None]:
        """Begin it, and commit it at the end of the ``async with``."""

    @abstractmethod
    async def rows(self, statement: Statement, values: Values) -> Rows:
        """Return the rows that a statement answers with, as the driver gives them."""

    @abstractmethod
    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        """Run a statement once for each set of values; return the rows of all in their order."""

    async def read(self, query: JsonQuery[T], values: Values) -> T | None:
        """Return the document that a query answers with; None where it finds no row."""
        found = await self.rows(query, values)
        return query.decode(found[0][0]) if found else None


class _PostgresqlTransaction(Transaction):
    @property
    def disconnected(self) -> bool:
        return bool(self._driver.is_closed())

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[None]:
        async with self._driver.transaction():
            yield

    async def rows(self, statement: Statement, values: Values) -> Rows:
        written = statement.for_dialect(self.dialect)
        count_statements()
        found: Rows = await self._driver.fetch(written.text, *written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        written = statement.for_dialect(self.dialect)
        bound = [written.bind(item) for item in values]
        if not bound:
            return ()
        count_statements(len(bound))
        found: Rows = await self._driver.fetchmany(written.text, bound)
        return found


class _SqliteTransaction(Transaction):
    """A transaction whose every statement is a hop to the connection's thread and back."""

    disconnected = False

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[None]:
        # The write lock is taken at once: upgrading a read transaction fails where another one has written meanwhile.
        await self._driver.execute_fetchall("BEGIN IMMEDIATE")
        yield
        await self._driver.commit()  # after an exception the pool rolls back instead

    async def rows(self, statement: Statement, values: Values) -> Rows:
        written = statement.for_dialect(self.dialect)
        count_statements()
        found: Rows = await self._driver.execute_fetchall(written.text, written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        return [row for item in values for row in await self.rows(statement, item)]


@asynccontextmanager
async def begin(engine: AsyncEngine) -> AsyncIterator[Transaction]:
    """Begin a transaction on a connection of an engine's pool; see `Database.transaction`."""
    try:
        async with engine.connect() as pooled:
            transaction = await _on(pooled)
            if transaction.disconnected:  # while it lay in the pool; nothing is lost yet
                await pooled.invalidate()
                transaction = await _on(pooled)
            try:
                async with transaction.begun():
                    yield transaction
            except DRIVER_ERRORS as error:
                if transaction.disconnected:
                    await pooled.invalidate()
                raise DBAPIError(None, None, error) from error
    except DBAPIError as error:
        if error.orig and is_lost_race(error.orig):
            raise Stale(redact(error.orig)) from error
        raise


async def _on(pooled: AsyncConnection) -> Transaction:
    driver = (await pooled.get_raw_connection()).driver_connection
    of_dialect = _PostgresqlTransaction if pooled.dialect.name == "postgresql" else _SqliteTransaction
    return of_dialect(pooled.dialect, driver)
