"""One consistent view of the data for all that a request reads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")

Row = dict[str, Any]

_AGAIN = 0.05
"""Seconds after which a statement that was interrupted and goes on is interrupted again."""


class Snapshot:
    """A read-only transaction, begun by the first statement; statements run one after the other on its connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self._closed = False
        self._reading: set[asyncio.Task[list[Row]]] = set()
        self._interrupt: Callable[[], Awaitable[None]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def rows(self, statement: Select[Any]) -> list[Row]:
        """The rows of a statement, by label. Whoever stops waiting for them leaves the connection whole.

        Raises:
            RuntimeError: the snapshot was closed, perhaps meanwhile.
        """
        reading = asyncio.create_task(self._rows(statement))
        self._reading.add(reading)
        reading.add_done_callback(self._done)
        return await asyncio.shield(reading)

    def _done(self, reading: asyncio.Task[list[Row]]) -> None:
        self._reading.discard(reading)
        if not reading.cancelled():
            reading.exception()  # it is told to whoever still waits, which need not be anybody

    async def _rows(self, statement: Select[Any]) -> list[Row]:
        try:
            async with self._lock:
                connection = await self._connected()
                result = await self._interruptible(connection.execute(statement))
                return [dict(row) for row in result.mappings()]
        except asyncio.CancelledError:
            if self._closed:
                raise _closed() from None
            raise

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """The first row that a statement of the driver answers; None where there is none.

        After an error the transaction is of no use: whoever reads on begins another.

        Raises:
            DBAPIError: the database refused it.
        """
        async with self._lock:
            try:
                connection = await self._connected()
                result = await self._interruptible(connection.exec_driver_sql(statement, tuple(values)))
            except DBAPIError:
                await self._end()
                raise
            return result.first()

    async def _connected(self) -> AsyncConnection:
        if self._closed:
            raise _closed()
        if self._connection is None:
            self._connection = await self._open()
        return self._connection

    async def close(self) -> None:
        """End the transaction, if one was begun, and what is still read in it."""
        self._closed = True
        for reading in self._reading:
            reading.cancel()
        async with self._lock:
            await self._end()

    async def _interruptible(self, statement: Awaitable[T]) -> T:
        """What a statement answers; the database ends it when nobody waits for it any more."""
        if self._interrupt is None:
            return await statement
        running = asyncio.ensure_future(statement)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():  # what has not quite begun is not interrupted
                await self._interrupt()
                await asyncio.wait({running}, timeout=_AGAIN)
            await asyncio.gather(running, return_exceptions=True)
            raise

    async def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots anyway
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:
                self._interrupt = await _interruption(connection)
        except BaseException:
            await connection.close()
            raise
        return connection


async def _interruption(connection: AsyncConnection) -> Callable[[], Awaitable[None]]:
    """What ends the statement that runs on a connection of SQLite; PostgreSQL's driver does so by itself."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    interrupt: Callable[[], Awaitable[None]] = driver.interrupt
    return interrupt


def _closed() -> RuntimeError:
    return RuntimeError("this snapshot was closed; take another")
