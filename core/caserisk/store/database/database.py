"""One database: SQLite for one machine, PostgreSQL for many."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

from caserisk.store.database.errors import DRIVER_ERRORS
from caserisk.store.database.row_reader import row_reader
from caserisk.store.database.snapshot import Snapshot
from caserisk.store.database.transaction import Transaction, begin
from caserisk.store.statements import JsonQuery, Values

T = TypeVar("T")


class Database:
    """A database with three ways to it.

    - `read`: one statement outside a transaction that answers with one row;
    - `snapshot`: a consistent, read-only view for many statements;
    - `transaction`: changes that are committed together, or not at all.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.dialect = engine, engine.dialect
        self._row_reader = row_reader(engine.url)

    async def close(self) -> None:
        """Close all connections."""
        await self._row_reader.close()
        await self.engine.dispose()

    async def read(self, query: JsonQuery[T], values: Values) -> T | None:
        """Return the document that a query answers with; None where it finds no row.

        Raises:
            DBAPIError: the database refused it, or is away.
        """
        statement = query.for_dialect(self.dialect)
        row = await self.read_row(statement.text, statement.bind(values))
        return query.decode(row[0]) if row else None

    async def read_row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """Return the first row of a statement that is written for the driver; None where there is none.

        Cancelling the call ends the statement in the database too.

        Raises:
            DBAPIError: the database refused it, or is away.
        """
        try:
            return await self._row_reader.row(statement, values)
        except DRIVER_ERRORS as error:
            raise DBAPIError(None, None, error) from error

    def snapshot(self) -> Snapshot:
        """Return a read-only view of one moment: that of its first statement."""
        return Snapshot(self.engine)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """Begin a transaction that commits at the end of the ``async with``; an exception in it leaves nothing behind.

        Raises:
            Stale: another transaction made this one impossible, or a constraint stands against it.
            DBAPIError: the database refused a statement, or is away.
        """
        return begin(self.engine)

    @asynccontextmanager
    async def listen(self, channel: str, notify: Callable[[], None]) -> AsyncIterator[bool]:
        """Call back whenever a committed transaction notified a channel; yield False where no database can: SQLite."""
        if self.dialect.name != "postgresql":
            yield False
            return
        async with self.engine.connect() as connection:
            # Otherwise the connection would sit in a transaction for as long as it listens, and hold back vacuum.
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            driver: Any = (await connection.get_raw_connection()).driver_connection
            await driver.add_listener(channel, lambda *_: notify())
            yield True

    def connections_in_use(self) -> Mapping[str, int]:
        """Count the connections in use: in ``transactions`` and snapshots, and for single ``statements``."""
        in_use = {"statements": self._row_reader.busy}
        pool = self.engine.sync_engine.pool  # the base class of pools does not count
        return {"transactions": pool.checkedout(), **in_use} if isinstance(pool, QueuePool) else in_use
