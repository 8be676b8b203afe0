"""One consistent view of the data for all that a request reads."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Row = dict[str, Any]


class Snapshot:
    """A read-only transaction, begun by the first statement; statements run one after the other on its connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._lock = asyncio.Lock()
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def rows(self, statement: Select[Any]) -> list[Row]:
        """The rows of a statement, by label. Whoever stops waiting for them leaves the connection whole.

        Raises:
            RuntimeError: the snapshot was closed.
        """
        return await asyncio.shield(self._rows(statement))

    async def _rows(self, statement: Select[Any]) -> list[Row]:
        async with self._lock:
            result = await (await self._connected()).execute(statement)
            return [dict(row) for row in result.mappings()]

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """The first row that a statement of the driver answers; None where there is none.

        After an error the transaction is of no use: whoever reads on begins another.

        Raises:
            DBAPIError: the database refused it.
        """
        async with self._lock:
            try:
                result = await (await self._connected()).exec_driver_sql(statement, tuple(values))
            except DBAPIError:
                await self._end()
                raise
            return result.first()

    async def _connected(self) -> AsyncConnection:
        if self._closed:
            raise RuntimeError("this snapshot was closed; take another")
        if self._connection is None:
            self._connection = await self._open()
        return self._connection

    async def close(self) -> None:
        """End the transaction, if one was begun."""
        async with self._lock:
            self._closed = True
            await self._end()

    async def _end(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _open(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            if connection.dialect.name == "postgresql":  # SQLite's transactions are snapshots anyway
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        except BaseException:
            await connection.close()
            raise
        return connection
