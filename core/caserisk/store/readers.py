"""Readers: connections of the driver itself, for a statement that answers with one row and needs nothing around it.

What SQLAlchemy adds to a statement costs more than most of these statements do. A statement sees one moment by itself,
so no transaction is begun for it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store.counting import count

REFUSED = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the drivers raise."""

_MOST = {"postgresql": 10, "sqlite": 4}
"""Connections of a process that are read by at once."""

_STATEMENTS = 500
"""Prepared statements that a connection keeps."""


_STEPS = 100_000
"""Steps of SQLite after which it asks whether a statement is still wanted: some milliseconds, more than most take."""


class Readers(Protocol):
    """Connections to read by."""

    @property
    def busy(self) -> int:
        """How many are in use."""
        ...

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        """The first row that a statement of the driver answers; None where there is none.

        Whoever stops waiting for it ends the statement.

        Raises:
            sqlite3.Error, asyncpg.PostgresError: the database refused it; see `REFUSED`.
        """
        ...

    async def close(self) -> None:
        """Close them all."""
        ...


def readers_of(engine: AsyncEngine) -> Readers:
    """Readers of the database of an engine; they connect when they are first asked."""
    return _Postgresql(engine.url) if engine.dialect.name == "postgresql" else _Sqlite(engine.url)


class _Postgresql:
    def __init__(self, url: URL) -> None:
        self._url = url
        self._opening = asyncio.Lock()
        self._pool: Any = None

    @property
    def busy(self) -> int:
        return self._pool.get_size() - self._pool.get_idle_size() if self._pool else 0

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        count()
        pool = self._pool or await self._open()
        async with pool.acquire() as connection:
            row: Sequence[Any] | None = await connection.fetchrow(statement, *values)
            return row

    async def close(self) -> None:
        if self._pool:
            await self._pool.close()

    async def _open(self) -> Any:
        async with self._opening:
            if self._pool is None:
                given = self._url.translate_connect_args(username="user")
                self._pool = await asyncpg.create_pool(
                    **given,
                    **self._url.query,
                    min_size=0,
                    max_size=_MOST["postgresql"],
                    statement_cache_size=_STATEMENTS,
                    max_cached_statement_lifetime=0,
                    reset=_leave,
                    server_settings={
                        "timezone": "UTC",
                        "jit": "off",
                        "default_transaction_read_only": "on",
                        "plan_cache_mode": "force_generic_plan",  # to plan such a statement takes longer than to run it
                    },
                )
            return self._pool


async def _leave(_: Any) -> None:
    """A statement leaves nothing behind on its connection that would have to be reset."""


class _Wanted:
    """Whether somebody still waits for a statement."""

    __slots__ = ("no_more",)

    def __init__(self) -> None:
        self.no_more = False

    def end(self) -> bool:
        """Asked by SQLite every so often while it runs: whether to end it."""
        return self.no_more


class _Sqlite:
    """A connection for each of a few threads: a statement is one hop to a thread and back."""

    def __init__(self, url: URL) -> None:
        self._path = str(url.database)
        self._threads = ThreadPoolExecutor(_MOST["sqlite"], thread_name_prefix="caserisk-reader")
        self._own = local()
        self.busy = 0
        self._opened: list[sqlite3.Connection] = []

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        count()
        self.busy += 1
        wanted = _Wanted()
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._row, statement, values, wanted)
        except asyncio.CancelledError:
            wanted.no_more = True
            raise
        finally:
            self.busy -= 1

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()

    def _row(self, statement: str, values: Sequence[Any], wanted: _Wanted) -> Sequence[Any] | None:
        connection = getattr(self._own, "connection", None) or self._connect()
        connection.set_progress_handler(wanted.end, _STEPS)
        cursor = connection.execute(statement, values)
        try:
            row: Sequence[Any] | None = cursor.fetchone()
            return row
        finally:
            cursor.close()  # a statement that is not at its end holds its snapshot

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
        )
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA busy_timeout=15000")
        self._opened.append(connection)
        self._own.connection = connection
        return connection
