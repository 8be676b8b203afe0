"""Connections: of the engine's pool, but spoken to by the driver's own words.

SQLAlchemy writes the statements and keeps the connections; between the two it costs more than the database does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from caserisk.store.counting import count
from caserisk.store.readers import REFUSED
from caserisk.store.statements import Document, Statement, Values

T = TypeVar("T")

Rows = Sequence[Sequence[Any]]


class Connection(ABC):
    """A connection. Without a transaction around it, each statement sees a moment of its own and commits by itself."""

    def __init__(self, dialect: Dialect, driver: Any) -> None:
        self.dialect = dialect
        self._driver = driver

    @property
    @abstractmethod
    def lost(self) -> bool:
        """Whether the database has hung up."""

    @abstractmethod
    def transaction(self) -> AbstractAsyncContextManager[None]:
        """A transaction that is going to write; it commits at the end, or leaves nothing behind."""

    @abstractmethod
    async def rows(self, statement: Statement, values: Values) -> Rows:
        """The rows that a statement answers."""

    @abstractmethod
    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        """The rows that a statement answers for one set of values after the other."""

    async def document(self, document: Document[T], values: Values) -> T | None:
        """The document that a statement answers; None where there is none."""
        found = await self.rows(document, values)
        return document.read(found[0][0]) if found else None


class _PostgreSQL(Connection):
    @property
    def lost(self) -> bool:
        return bool(self._driver.is_closed())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        async with self._driver.transaction():
            yield

    async def rows(self, statement: Statement, values: Values) -> Rows:
        written = statement.written(self.dialect)
        count()
        found: Rows = await self._driver.fetch(written.text, *written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        written = statement.written(self.dialect)
        bound = [written.bind(item) for item in values]
        count(len(bound))
        found: Rows = await self._driver.fetchmany(written.text, bound)
        return found


class _SQLite(Connection):
    """Each call is a hop to the connection's thread and back."""

    lost = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        await self._driver.execute_fetchall("BEGIN IMMEDIATE")
        yield
        await self._driver.commit()  # what does not come so far is rolled back by the pool

    async def rows(self, statement: Statement, values: Values) -> Rows:
        written = statement.written(self.dialect)
        count()
        found: Rows = await self._driver.execute_fetchall(written.text, written.bind(values))
        return found

    async def many(self, statement: Statement, values: Iterable[Values]) -> Rows:
        return [row for item in values for row in await self.rows(statement, item)]


@asynccontextmanager
async def connected(engine: AsyncEngine) -> AsyncIterator[Connection]:
    """A connection from an engine's pool.

    Raises:
        DBAPIError: the database refused a statement, or is away.
    """
    async with engine.connect() as pooled:
        connection = await _connection(pooled)
        if connection.lost:
            await pooled.invalidate()
            connection = await _connection(pooled)
        try:
            yield connection
        except REFUSED as error:
            if connection.lost:
                await pooled.invalidate()
            raise DBAPIError(None, None, error) from error


async def _connection(pooled: AsyncConnection) -> Connection:
    driver = (await pooled.get_raw_connection()).driver_connection
    of_dialect = _PostgreSQL if pooled.dialect.name == "postgresql" else _SQLite
    return of_dialect(pooled.dialect, driver)
