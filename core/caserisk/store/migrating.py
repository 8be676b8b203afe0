"""Bringing a database up to the schema of this version. Any number of processes may start at once."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store.engine import WRITES

_LOCK = 0x6D696772  # the migrations' advisory lock: any number that no other part of the database uses


class NewerSchema(Exception):
    """The database was brought to its schema by a later version of this program."""


async def migrate(engine: AsyncEngine) -> str:
    """Bring a database, an empty one too, to the newest schema; gives its revision.

    One process does it while others wait, in one transaction: a database is never left half-way.

    Raises:
        NewerSchema: the database is ahead of this program.
    """
    async with engine.connect() as connection:
        await connection.execution_options(**WRITES)
        async with connection.begin():
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            return await connection.run_sync(_upgrade)


async def current_revision(engine: AsyncEngine) -> str | None:
    """The revision a database is at; None for one that was never migrated."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revision)


def _upgrade(connection: Connection) -> str:
    config = Config()
    config.set_main_option("script_location", "caserisk.store:migrations")
    config.attributes["connection"] = connection
    versions = ScriptDirectory.from_config(config)
    _check_known(_revision(connection), [version.revision for version in versions.walk_revisions()])
    command.upgrade(config, "head")
    return str(versions.get_current_head())


def _check_known(revision: str | None, known: list[str]) -> None:
    if revision is not None and revision not in known:
        raise NewerSchema(
            f"数据库结构版本为{revision},本程序只识别{'、'.join(known)};请使用更新版本的程序 / "
            f"the database is at revision {revision}; this program knows {', '.join(known)}: use a newer one"
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()
