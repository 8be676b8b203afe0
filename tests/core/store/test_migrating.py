"""Migrating: an empty database becomes what the tables say, with its guards, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store.engine import create_engine
from caserisk.store.guards import guards
from caserisk.store.migrating import NewerSchema, current_revision, migrate
from caserisk.store.tables import metadata
from tests.support.databases import KINDS, Databases

_TABLES = "SELECT type, name, sql FROM sqlite_master WHERE type <> 'trigger' AND tbl_name <> 'alembic_version'"
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, collation_name, column_default
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'
"""
_INDEXES = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"

CATALOGUES = {"sqlite": (_TABLES,), "postgresql": (_COLUMNS, _CONSTRAINTS, _INDEXES)}
"""Everything a database knows of its tables, their columns, constraints and indexes."""

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
}


@pytest.fixture(params=KINDS)
def blank(request: pytest.FixtureRequest, databases: Databases) -> list[str]:
    """The URLs of two empty databases of one kind."""
    return [databases.blank(request.param) for _ in range(2)]


@pytest.fixture
async def engine(blank: list[str]) -> AsyncIterator[AsyncEngine]:
    """An empty database."""
    engine = create_engine(blank[0])
    yield engine
    await engine.dispose()


@pytest.fixture
async def another(blank: list[str]) -> AsyncIterator[AsyncEngine]:
    """Another one."""
    engine = create_engine(blank[1])
    yield engine
    await engine.dispose()


async def catalogue(engine: AsyncEngine) -> set[tuple[Any, ...]]:
    """What a database knows of itself, white space aside."""
    async with engine.connect() as connection:
        rows = [row for query in CATALOGUES[engine.dialect.name] for row in await connection.execute(text(query))]
    return {tuple(" ".join(value.split()) if isinstance(value, str) else value for value in row) for row in rows}


def differences(connection: Connection) -> list[Any]:
    """What alembic would change to make a database what the tables say."""
    context = MigrationContext.configure(connection, opts={"compare_server_default": True})
    found: list[Any] = compare_metadata(context, metadata)
    return found


async def test_a_migrated_database_is_what_the_tables_say(engine: AsyncEngine, another: AsyncEngine) -> None:
    async with another.begin() as connection:
        await connection.run_sync(metadata.create_all)

    await migrate(engine)

    assert await catalogue(engine) == await catalogue(another)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_migrated_database_has_every_guard(engine: AsyncEngine) -> None:
    await migrate(engine)

    async with engine.connect() as connection:
        triggers = (await connection.execute(text(TRIGGERS[engine.dialect.name]))).scalars().all()
    assert sorted(triggers) == sorted(guard.name for guard in guards(engine.dialect.name))


async def test_migrating_again_changes_nothing(engine: AsyncEngine) -> None:
    assert await current_revision(engine) is None
    revision = await migrate(engine)
    before = await catalogue(engine)

    assert await migrate(engine) == revision

    assert await current_revision(engine) == revision
    assert await catalogue(engine) == before


async def test_servers_that_start_at_once_migrate_once(engine: AsyncEngine) -> None:
    servers = [create_engine(engine.url.render_as_string(hide_password=False)) for _ in range(4)]

    revisions = await asyncio.gather(*(migrate(server) for server in servers))

    assert set(revisions) == {await current_revision(engine)}
    for server in servers:
        await server.dispose()


async def test_a_database_of_a_later_version_is_refused(engine: AsyncEngine) -> None:
    await migrate(engine)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(NewerSchema, match="9999"):
        await migrate(engine)

    assert await current_revision(engine) == "9999"
