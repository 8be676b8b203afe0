"""Bulk inserts, with every constraint and trigger on."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import Column, Table
from sqlalchemy.engine import Dialect

Row = tuple[Any, ...]


class Writer(Protocol):
    """A connection that rows are put through."""

    async def put(self, rows: Mapping[Table, Sequence[Row]]) -> None:
        """Insert rows into tables in one transaction, in the order given."""
        ...

    async def finish(self) -> None:
        """Gather the statistics that statements are planned by."""
        ...


def encoder(dialect: Dialect) -> Callable[[Column[Any], Any], Any]:
    """Return how the values of columns are handed to a driver, as the store's own engine does."""
    processors: dict[Column[Any], Any] = {}

    def encode(column: Column[Any], value: Any) -> Any:
        if column not in processors:
            processors[column] = column.type.dialect_impl(dialect).bind_processor(dialect)
        process = processors[column]
        return process(value) if process else value

    return encode


class _Postgresql:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put(self, rows: Mapping[Table, Sequence[Row]]) -> None:
        async with self._connection.transaction():
            for table, records in rows.items():
                names = [column.name for column in table.columns]
                await self._connection.copy_records_to_table(table.name, records=records, columns=names)

    async def finish(self) -> None:
        await self._connection.execute("VACUUM (ANALYZE)")


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def put(self, rows: Mapping[Table, Sequence[Row]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for table, records in rows.items():
            values = ", ".join("?" for _ in table.columns)
            self._connection.executemany(f"INSERT INTO {table.name} VALUES ({values})", records)  # noqa: S608  # our own names
        self._connection.execute("COMMIT")

    async def finish(self) -> None:
        self._connection.execute("ANALYZE")


def writer(url: str) -> AbstractAsyncContextManager[Writer]:
    """Open a writer into the database of a URL; unlike the store, nothing waits for the disk."""
    path = url.removeprefix("sqlite:///")
    return _postgresql(url) if path == url else _sqlite(path)


@asynccontextmanager
async def _postgresql(url: str) -> AsyncIterator[Writer]:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off")
        yield _Postgresql(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def _sqlite(path: str) -> AsyncIterator[Writer]:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        yield _Sqlite(connection)
    finally:
        connection.close()
