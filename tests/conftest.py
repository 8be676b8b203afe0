"""Fixtures for every test that needs a database, or a world to act in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.databases import KINDS, Databases, PostgresDatabases, SqliteFiles, unreachable
from tests.support.world import World


@pytest.fixture(scope="session")
def sqlite_supply(tmp_path_factory: pytest.TempPathFactory) -> SqliteFiles:
    """Provide SQLite databases."""
    return SqliteFiles(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_supply() -> Iterator[PostgresDatabases]:
    """Provide PostgreSQL databases; without a server, tests that want one are skipped."""
    reason = asyncio.run(unreachable())
    if reason:
        pytest.skip(reason)
    supply = PostgresDatabases()
    yield supply
    supply.drop()


@pytest.fixture
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Provide any number of databases, for fixtures that hand them on."""
    databases = Databases(lambda kind: request.getfixturevalue(f"{kind}_supply"))
    yield databases
    databases.give_back()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, databases: Databases) -> str:
    """Provide the URL of a fresh, migrated database: a test that asks for one runs on SQLite and on PostgreSQL."""
    return databases.fresh(request.param)


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """Provide a world on a fresh database."""
    async with World(database) as world:
        yield world
