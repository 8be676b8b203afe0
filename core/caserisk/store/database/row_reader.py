"""Connections of the drivers themselves, for a statement that answers with one row and needs nothing around it.

SQLAlchemy's execution costs more than most of these statements do. A statement sees one moment by itself, so no
transaction is begun for it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import local
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import URL

from caserisk.store.database.statement_count import count_statements

_MAX_POSTGRESQL_CONNECTIONS = 10
_MAX_SQLITE_CONNECTIONS = 4

_PREPARED_STATEMENT_CACHE_SIZE = 500
"""Prepared statements that each connection keeps."""

_SQLITE_STEPS_PER_CHECK = 100_000
"""Steps of SQLite's virtual machine between two checks for a cancellation: a few milliseconds."""


class _PostgresqlRowReader:
    """Some read-only connections of its own, opened as they are needed."""

    def __init__(self, url: URL) -> None:
        self._url = url
        # The idle ones, with None for each that is not open. asyncpg's own pool runs a task for every release, which
        # takes as long as all the rest of a short statement.
        self._idle: asyncio.LifoQueue[Any] = asyncio.LifoQueue()
        for _ in range(_MAX_POSTGRESQL_CONNECTIONS):
            self._idle.put_nowait(None)

    @property
    def busy(self) -> int:
        return _MAX_POSTGRESQL_CONNECTIONS - self._idle.qsize()

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        count_statements()
        connection = await self._idle.get()
        try:
            if connection is None or connection.is_closed():
                connection = await self._connect()
            row: Sequence[Any] | None = await connection.fetchrow(statement, *values)
            return row
        finally:
            # Also after a cancellation: asyncpg waits for its end before the next statement on the connection.
            self._idle.put_nowait(connection)

    async def close(self) -> None:
        for _ in range(_MAX_POSTGRESQL_CONNECTIONS):
            connection = await self._idle.get()
            if connection is not None:
                await connection.close()

    async def _connect(self) -> Any:
        return await asyncpg.connect(
            **self._url.translate_connect_args(username="user"),
            **self._url.query,
            statement_cache_size=_PREPARED_STATEMENT_CACHE_SIZE,
            # By default asyncpg drops a statement after five minutes; it would be prepared and planned anew.
            max_cached_statement_lifetime=0,
            server_settings={
                "timezone": "UTC",  # a moment within JSON is written in the zone of the session
                "jit": "off",
                "default_transaction_read_only": "on",
                "plan_cache_mode": "force_generic_plan",  # planning takes longer than running them
            },
        )


class _Cancellation:
    """A flag that the event loop sets, and that the thread of a statement reads.

    A `threading.Event` would do, but making one takes 4 µs: a tenth of what most statements take.
    """

    __slots__ = ("requested",)

    def __init__(self) -> None:
        self.requested = False

    def is_requested(self) -> bool:
        """Tell whether the statement is to be ended."""
        return self.requested


class _SqliteRowReader:
    """A few threads with a connection each: a statement costs one hop to a thread and back."""

    def __init__(self, url: URL) -> None:
        self._path = str(url.database)
        self._threads = ThreadPoolExecutor(_MAX_SQLITE_CONNECTIONS, thread_name_prefix="caserisk-reader")
        self._of_thread = local()
        self.busy = 0
        # Those of `_of_thread` cannot be listed from another thread, and `close` has to close them all.
        self._opened: list[sqlite3.Connection] = []

    async def row(self, statement: str, values: Sequence[Any]) -> Sequence[Any] | None:
        count_statements()
        self.busy += 1
        cancellation = _Cancellation()
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._row, statement, values, cancellation
            )
        except asyncio.CancelledError:
            cancellation.requested = True
            raise
        finally:
            self.busy -= 1

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        for connection in self._opened:
            connection.close()

    def _row(self, statement: str, values: Sequence[Any], cancellation: _Cancellation) -> Sequence[Any] | None:
        connection = getattr(self._of_thread, "connection", None) or self._connect()
        # SQLite calls it every so many steps while a statement runs; a true answer ends the statement.
        connection.set_progress_handler(cancellation.is_requested, _SQLITE_STEPS_PER_CHECK)
        cursor = connection.execute(statement, values)
        try:
            row: Sequence[Any] | None = cursor.fetchone()
            return row
        finally:
            cursor.close()  # a statement that is not at its end holds its snapshot

    def _connect(self) -> sqlite3.Connection:
        # `check_same_thread` is off because `close` is called from another thread, when these have ended.
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=_PREPARED_STATEMENT_CACHE_SIZE
        )
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA busy_timeout=15000")
        self._opened.append(connection)
        self._of_thread.connection = connection
        return connection


RowReader = _PostgresqlRowReader | _SqliteRowReader


def row_reader(url: URL) -> RowReader:
    """Make the row reader for a database's URL."""
    return _PostgresqlRowReader(url) if url.get_backend_name() == "postgresql" else _SqliteRowReader(url)
