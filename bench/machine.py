"""The conditions of a run: the machine, the versions, the data."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types

from bench.databases import Database
from bench.servers import postgraphile
from caserisk.store.tables import metadata

_PACKAGES = (
    "caserisk",
    "SQLAlchemy",
    "asyncpg",
    "aiosqlite",
    "strawberry-graphql",
    "graphql-core",
    "starlette",
    "uvicorn",
    "uvloop",
    "httptools",
    "msgspec",
)


async def versions(database: Database) -> list[str]:
    """Return a line for the machine and one for each kind of software."""
    connection = await asyncpg.connect(database.url)
    try:
        server = await connection.fetchval("SHOW server_version")
        buffers = await connection.fetchval("SHOW shared_buffers")
    finally:
        await connection.close()
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return [
        f"{os.cpu_count()} cores of {_processor()}, {_memory():.0f} GiB, {platform.system()} {platform.release()}",
        f"PostgreSQL {server} (shared_buffers {buffers}, jit off), SQLite {sqlite3.sqlite_version}",
        f"Python {platform.python_version()}: {packages}",
        f"PostGraphile {postgraphile.VERSION} on Node {postgraphile.NODE_VERSION}",
    ]


async def row_counts(database: Database) -> Mapping[str, int]:
    """Count the rows of the tables, the fullest first; small tables are left out."""
    connection = await asyncpg.connect(database.url)
    try:
        counts = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in metadata.tables}  # noqa: S608  # our own names
    finally:
        await connection.close()
    full = {name: count for name, count in counts.items() if count > database.cases / 10}
    return dict(sorted(full.items(), key=lambda item: -item[1]))


def _processor() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _memory() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1024**3
