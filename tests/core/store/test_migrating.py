"""Migrating: an empty database becomes what the tables say, with its triggers, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    URL,
    BigInteger,
    Connection,
    Inspector,
    Integer,
    SmallInteger,
    String,
    Text,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store.database import create_engine
from caserisk.store.migrating import NewerSchema, current_revision, known_revisions, migrate, newest_revision
from caserisk.store.tables import metadata
from tests.core.store.expected_schema import COLUMNS, PERMANENT, PRIMARY_KEYS, TRIGGERS, UNIQUE
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

POSTGRESQL_ALONE = {"ix_cases_texts"}
"""What SQLite cannot have."""

_TRIGGER_NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'",
}


@pytest.fixture(params=KINDS)
def blank(request: pytest.FixtureRequest, databases: Databases) -> list[str]:
    """Return the URLs of two empty databases of one kind."""
    return [databases.blank(request.param) for _ in range(2)]


@pytest.fixture
async def engine(blank: list[str]) -> AsyncIterator[AsyncEngine]:
    """Open an empty database."""
    engine = create_engine(blank[0])
    yield engine
    await engine.dispose()


@pytest.fixture
async def another(blank: list[str]) -> AsyncIterator[AsyncEngine]:
    """Open another empty database."""
    engine = create_engine(blank[1])
    yield engine
    await engine.dispose()


async def catalogue(engine: AsyncEngine) -> set[tuple[Any, ...]]:
    """Read what a database knows of its schema, white space aside."""
    async with engine.connect() as connection:
        rows = [row for query in CATALOGUES[engine.dialect.name] for row in await connection.execute(text(query))]
    return {tuple(" ".join(value.split()) if isinstance(value, str) else value for value in row) for row in rows}


def differences(connection: Connection) -> list[Any]:
    """List what alembic would change to make a database what the tables say."""

    def meant(_: Any, name: str | None, *__: Any) -> bool:
        return connection.dialect.name == "postgresql" or name not in POSTGRESQL_ALONE

    context = MigrationContext.configure(connection, opts={"compare_server_default": True, "include_object": meant})
    found: list[Any] = compare_metadata(context, metadata)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """A schema in the words of `expected_schema`."""

    columns: Mapping[str, Sequence[str]]
    primary_keys: Mapping[str, str]
    unique: Mapping[str, set[str]]


def schema_of(connection: Connection) -> Schema:
    """Read the schema of a database."""
    found = inspect(connection)
    tables = [name for name in found.get_table_names() if name != "alembic_version"]
    unique = {table: unique_in(found, table) for table in tables}
    return Schema(
        columns={table: columns_in(found, table) for table in tables},
        primary_keys={table: " ".join(found.get_pk_constraint(table)["constrained_columns"]) for table in tables},
        unique={table: columns for table, columns in unique.items() if columns},
    )


def columns_in(found: Inspector, table: str) -> list[str]:
    """Describe the columns of a table as `COLUMNS` does."""
    owners = {
        key["constrained_columns"][0]: key["referred_table"]
        for key in found.get_foreign_keys(table)
        if len(key["constrained_columns"]) == 1
    }
    return [
        column["name"]
        + (f">{owners[column['name']]}" if column["name"] in owners else f":{kind_of(column)}")
        + ("?" if column["nullable"] else "")
        for column in found.get_columns(table)
    ]


def unique_in(found: Inspector, table: str) -> set[str]:
    """List the columns that are unique together, as `UNIQUE` does."""
    constraints = {" ".join(item["column_names"]) for item in found.get_unique_constraints(table)}
    indexes = [item["column_names"] for item in found.get_indexes(table) if item["unique"]]
    return constraints | {" ".join(map(str, columns)) for columns in indexes}


def kind_of(column: ReflectedColumn) -> str:
    """Name the kind of a column, the same on both databases."""
    match column["type"]:
        case sqlite.VARCHAR(length=20) | postgresql.TIMESTAMP(timezone=True):
            return "moment"
        case Text():
            return "text"
        case String():
            return "key"
        case type_ if isinstance(type_, BigInteger) or column["name"] == "position":
            return "long"  # the position of an entry is SQLite's row id, which is an INTEGER
        case SmallInteger():
            return "short"
        case Integer():
            return "int"
        case type_:
            return {"BOOLEAN": "bool", "JSON": "json", "DATE": "date"}[str(type_)]


async def test_a_migrated_database_is_what_the_tables_say(engine: AsyncEngine, another: AsyncEngine) -> None:
    async with another.begin() as connection:
        if another.dialect.name == "postgresql":
            await connection.execute(text("CREATE EXTENSION pg_trgm"))
        await connection.run_sync(metadata.create_all)

    await migrate(engine)

    assert await catalogue(engine) == await catalogue(another)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_migrated_database_has_the_tables_that_are_written_out(engine: AsyncEngine) -> None:
    await migrate(engine)

    async with engine.connect() as connection:
        schema = await connection.run_sync(schema_of)
    assert schema == Schema(
        columns={table: columns.split() for table, columns in COLUMNS.items()},
        primary_keys=PRIMARY_KEYS,
        unique=UNIQUE,
    )


async def test_a_review_refers_to_the_one_before(engine: AsyncEngine) -> None:
    await migrate(engine)

    async with engine.connect() as connection:
        keys = await connection.run_sync(lambda on: inspect(on).get_foreign_keys("reviews"))
    [before] = [key for key in keys if key["referred_table"] == "reviews"]
    assert before["constrained_columns"] == ["assessment_id", "after_turn"]
    assert before["referred_columns"] == ["assessment_id", "turn"]


async def test_a_migrated_database_has_every_trigger(engine: AsyncEngine) -> None:
    await migrate(engine)

    async with engine.connect() as connection:
        triggers = (await connection.execute(text(_TRIGGER_NAMES[engine.dialect.name]))).scalars().all()
    truncations = {f"refuse_{table}_truncate" for table in PERMANENT} if engine.dialect.name == "postgresql" else set()
    assert sorted(triggers) == sorted(TRIGGERS | truncations)


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


@pytest.fixture
def blank_postgresql(databases: Databases) -> URL:
    """Return the URL of an empty PostgreSQL database."""
    return make_url(databases.blank("postgresql"))


@pytest.fixture
async def unprivileged(blank_postgresql: URL) -> AsyncIterator[AsyncEngine]:
    """Open it as a role that may create tables in it and no more."""
    url = blank_postgresql
    role = f"role_{uuid4().hex[:12]}"
    owner = create_engine(url.render_as_string(hide_password=False))
    engine = create_engine(url.set(username=role).render_as_string(hide_password=False))
    await _carry_out(owner, f"CREATE ROLE {role} LOGIN", f"GRANT ALL ON SCHEMA public TO {role}")
    yield engine
    await engine.dispose()
    await _carry_out(owner, f"DROP OWNED BY {role} CASCADE", f"DROP ROLE {role}")
    await owner.dispose()


async def _carry_out(engine: AsyncEngine, *statements: str) -> None:
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def test_a_role_that_may_not_add_extensions_goes_without_the_index_of_texts(
    unprivileged: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    revision = await migrate(unprivileged)

    assert await current_revision(unprivileged) == revision
    names = {row[0] for row in await catalogue(unprivileged)}
    assert {"ix_cases_gravest", "ix_cases_texts"} & names == {"ix_cases_gravest"}
    [warning] = [record for record in caplog.records if record.name == "caserisk.migrations"]
    assert "CREATE EXTENSION pg_trgm" in warning.getMessage()
    assert "permission denied" in warning.getMessage()


def test_the_files_are_the_revisions_in_their_order() -> None:
    """Compare with alembic's order, as the program tells without alembic whether a database is up to date."""
    config = Config()
    config.set_main_option("script_location", "caserisk.store:migrations")
    versions = ScriptDirectory.from_config(config)

    assert [version.revision for version in versions.walk_revisions()][::-1] == known_revisions()
    assert newest_revision() == versions.get_current_head()
