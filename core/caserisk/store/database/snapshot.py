"""Snapshots: one consistent view of the data for all that a request reads."""

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

_RETRY_INTERRUPT_INTERVAL = 0.05
"""Seconds after which a statement that goes on although it was interrupted is interrupted again."""


class Snapshot:
    """A read-only transaction, begun by its first statement; statements run one after the other on its connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        # Without it two first statements would open a connection each, and see two different moments.
        self._lock = asyncio.Lock()
        self._closed = False
        self._running: set[asyncio.Task[list[Row]]] = set()
        self._interrupt: Callable[[], Awaitable[None]] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def rows(self, statement: Select[Any]) -> list[Row]:
        """Return the rows of a statement, by label.

        A caller that is cancelled leaves the statement running: its siblings in the request read on here.

        Raises:
            RuntimeError: the snapshot is closed, perhaps since the call began.
        """
        running = asyncio.create_task(self._rows(statement))
        self._running.add(running)
        running.add_done_callback(self._forget)
        return await asyncio.shield(running)

    def _forget(self, done: asyncio.Task[list[Row]]) -> None:
        self._running.discard(done)
        if not done.cancelled():
            done.exception()  # marks it as seen: the caller may be gone, and asyncio would warn

    async def _rows(self, statement: Select[Any]) -> list[Row]:
        try:
            async with self._lock:
                connection = await self._connected()
                result = await self._interruptible(connection.execute(statement))
                return [dict(row) for row in result.mappings()]
        except asyncio.CancelledError:
            if self._closed:  # the caller was not cancelled, and has to be told why there is no answer
                raise _closed() from None
            raise

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """Return the first row of a statement that is written for the driver; None where there is none.

        Cancelling the call ends the statement.

        Raises:
            DBAPIError: the database refused it. The transaction is ended; the next statement begins another one.
            RuntimeError: the snapshot is closed.
        """
        async with self._lock:
            try:
                connection = await self._connected()
                result = await self._interruptible(connection.exec_driver_sql(statement, tuple(values)))
            except DBAPIError:
                # PostgreSQL refuses every further statement of a transaction in which one has failed.
                await self._end()
                raise
            return result.first()

    async def close(self) -> None:
        """End the transaction, if one was begun, and the statements that run in it; nothing can be read any more."""
        self._closed = True
        # Cancelled before the lock is taken: each holds it while its statement runs.
        for running in self._running:
            running.cancel()
        async with self._lock:
            await self._end()

    async def _connected(self) -> AsyncConnection:
        if self._closed:
            raise _closed()
        if self._connection is None:
            self._connection = await self._open()
        return self._connection

    async def _open(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots anyway
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            else:
                # PostgreSQL's driver ends a statement by itself when its caller is cancelled; SQLite's has to be told.
                driver: Any = (await connection.get_raw_connection()).driver_connection
                self._interrupt = driver.interrupt
        # A cancellation too: the connection has to go back to the pool whatever happens.
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _interruptible(self, statement: Awaitable[T]) -> T:
        """Return what a statement answers with; when the call is cancelled, the database ends the statement."""
        if self._interrupt is None:
            return await statement
        running = asyncio.ensure_future(statement)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():  # an interrupt does nothing to a statement that has not quite begun
                await self._interrupt()
                await asyncio.wait({running}, timeout=_RETRY_INTERRUPT_INTERVAL)
            await asyncio.gather(running, return_exceptions=True)
            raise


def _closed() -> RuntimeError:
    return RuntimeError("this snapshot was closed; take another")
