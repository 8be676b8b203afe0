"""Databases for tests, fast: a SQLite file is migrated once and copied, a PostgreSQL database wiped and used again."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import make_url

from caserisk.store.database import create_engine
from caserisk.store.migrating import migrate
from caserisk.store.tables import metadata

KINDS = ("sqlite", "postgresql")
"""The databases everything runs on."""

SERVER = os.environ.get("CASERISK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
"""A PostgreSQL server, as a superuser, and a database of it to connect to meanwhile."""


class Supply(Protocol):
    """Where databases of one kind come from, for a session. Its methods wait: they are for fixtures."""

    def fresh(self) -> str:
        """Return the URL of a migrated database without a row."""
        ...

    def blank(self) -> str:
        """Return the URL of a database that was never migrated."""
        ...

    def take_back(self, url: str) -> None:
        """Let a database be used again, or delete it."""
        ...


class Databases:
    """Any number of databases for one test, or for many."""

    def __init__(self, supply: Callable[[str], Supply]) -> None:
        self._supply = supply
        self._given: list[tuple[Supply, str]] = []

    def fresh(self, kind: str) -> str:
        """Return the URL of a migrated, empty database; a test that creates other tables asks for a blank one."""
        supply = self._supply(kind)
        return self._give(supply, supply.fresh())

    def blank(self, kind: str) -> str:
        """Return the URL of a database that was never migrated."""
        supply = self._supply(kind)
        return self._give(supply, supply.blank())

    def give_back(self) -> None:
        """Return all databases to their supply, after the test."""
        for supply, url in self._given:
            supply.take_back(url)

    def _give(self, supply: Supply, url: str) -> str:
        self._given.append((supply, url))
        return url


class SqliteFiles:
    """Files of a directory, copied from one that is migrated."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._template = directory / "template.db"
        asyncio.run(_migrate(f"sqlite:///{self._template}"))

    def fresh(self) -> str:
        url = self.blank()
        shutil.copyfile(self._template, _path(url))
        return url

    def blank(self) -> str:
        return f"sqlite:///{self._directory / _new_name()}.db"

    def take_back(self, url: str) -> None:
        _path(url).unlink(missing_ok=True)


class PostgresDatabases:
    """Databases of a server. A wipe takes a few milliseconds, where a copy of a template takes some hundred."""

    def __init__(self) -> None:
        self._made: list[str] = []
        self._clean: list[str] = []
        self._migrated: set[str] = set()

    def fresh(self) -> str:
        if not self._clean:
            self._clean.append(self.blank())
            asyncio.run(_migrate(self._clean[-1]))
            self._migrated.add(self._clean[-1])
        return self._clean.pop()

    def blank(self) -> str:
        name = _new_name()
        asyncio.run(_on(SERVER, f"CREATE DATABASE {name}"))
        asyncio.run(_on(SERVER, f"ALTER DATABASE {name} SET synchronous_commit = off"))  # nothing here has to last
        self._made.append(name)
        return make_url(SERVER).set(database=name).render_as_string(hide_password=False)

    def take_back(self, url: str) -> None:
        if url in self._migrated:
            asyncio.run(_on(url, _WIPE))
            self._clean.append(url)

    def drop(self) -> None:
        """Drop them all, whoever is still connected."""
        for name in self._made:
            asyncio.run(_on(SERVER, f"DROP DATABASE {name} WITH (FORCE)"))


_HANG_UP = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
"""A connection that a test left open holds up nobody."""

_WIPE = ";".join(
    [
        _HANG_UP,
        "SET session_replication_role = replica",  # triggers and references are off, for this session alone
        *(f"DELETE FROM {table.name}" for table in metadata.sorted_tables),
    ]
)


async def unreachable() -> str | None:
    """Tell why there is no PostgreSQL server to test on; None where there is one."""
    try:
        await _on(SERVER, "SELECT 1")
    except (OSError, asyncpg.PostgresError) as error:
        return f"no PostgreSQL at {SERVER} (CASERISK_TEST_POSTGRES): {error}"
    return None


async def _migrate(url: str) -> None:
    engine = create_engine(url)
    try:
        await migrate(engine)
    finally:
        await engine.dispose()


async def _on(url: str, script: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(script)
    finally:
        await connection.close()


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _new_name() -> str:
    """Return a database name that no other test uses, in whatever process."""
    return f"caserisk_test_{uuid4().hex[:16]}"
