"""Engines: SQLite for one machine, PostgreSQL for many."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from caserisk.store.counting import count

WRITES = {"caserisk_writes": True}
"""Execution options of a connection that is going to write."""

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "recursive_triggers=ON",  # a row that REPLACE deletes is refused like any other
    "busy_timeout=15000",
)


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``.

    Raises:
        ValueError: the URL is of another database.
    """
    parsed = make_url(url)
    driver = _DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise ValueError(f"not a database that is supported: {parsed.drivername}; use sqlite:///… or postgresql://…")
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 0,  # connections that come and go cost more than requests that wait for one
        "hide_parameters": True,  # what goes wrong is told without the data it went wrong with
        "json_serializer": _json,
        "json_deserializer": msgspec.json.decode,
    }
    if driver.startswith("postgresql"):
        options["connect_args"] = {"server_settings": {"timezone": "UTC", "jit": "off"}}
    engine = create_async_engine(parsed.set(drivername=driver), **options)
    event.listen(engine.sync_engine, "before_cursor_execute", _count)
    if driver.startswith("sqlite"):
        event.listen(engine.sync_engine, "connect", _configure_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _json(value: object) -> str:
    """A document as it is stored: in UTF-8, Chinese not escaped."""
    return msgspec.json.encode(value).decode()


def _count(_: object, __: object, statement: str, *___: object) -> None:
    if not statement.startswith("BEGIN"):
        count()


def _configure_sqlite(connection: DBAPIConnection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where a transaction is going to write: it is never lost half-way."""
    writes = connection.get_execution_options().get("caserisk_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
