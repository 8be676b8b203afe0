"""SQLAlchemy's engine for a database: its pool of connections, and how each of them is set up."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from caserisk.store.database.statement_count import count_statements

WRITE_TRANSACTION = {"caserisk_writes": True}
"""Execution options of a connection whose next transaction is going to write."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what a command answered is on disk
    "foreign_keys=ON",
    "recursive_triggers=ON",  # a row that REPLACE deletes is refused like any other
    "busy_timeout=15000",  # how long a writer waits for another one; then the command is decided anew
)


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Make an engine for ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        ValueError: the URL is of another database.
    """
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise ValueError(f"not a database that is supported: {parsed.drivername}; use sqlite:///… or postgresql://…")
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 0,  # opening and closing extra connections costs more than waiting for one of the pool
        "hide_parameters": True,  # errors are logged, and bound parameters hold personal data
        "json_serializer": _to_json,
        "json_deserializer": msgspec.json.decode,
    }
    if driver.startswith("postgresql"):
        options["connect_args"] = {"server_settings": {"timezone": "UTC", "jit": "off"}}
    engine = create_async_engine(parsed.set(drivername=driver), **options)
    event.listen(engine.sync_engine, "before_cursor_execute", _count_statement)
    if driver.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _configure_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _to_json(value: object) -> str:
    """Encode a document in UTF-8, Chinese not escaped."""
    return msgspec.json.encode(value).decode()


def _count_statement(_: object, __: object, statement: str, *___: object) -> None:
    if not statement.startswith("BEGIN"):
        count_statements()


def _configure_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # sqlite3 begins no transactions by itself; `_begin_sqlite` does
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once for a transaction that writes: taking it later may fail half-way."""
    writes = connection.get_execution_options().get("caserisk_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
