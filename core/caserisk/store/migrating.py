"""Migrations: bring a database to the schema of this version. Any number of processes may start at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, func, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store.database.engine import WRITE_TRANSACTION

_MIGRATION_LOCK = 0x6D696772  # the key of an advisory lock: any number that nothing else in the database uses
_VERSIONS = Path(__file__).parent / "migrations" / "versions"
_ALEMBIC_VERSION = table("alembic_version", column("version_num"))


class NewerSchema(Exception):
    """The database was brought to its schema by a later version of this program."""


async def migrate(engine: AsyncEngine) -> str:
    """Bring a database, an empty one too, to the newest schema; return its revision.

    One process does it in one transaction while others wait: a database is never left half-way.

    Raises:
        NewerSchema: the database is ahead of this program.
    """
    newest = newest_revision()
    # Without the lock: most processes find their database up to date.
    if await current_revision(engine) == newest:
        return newest
    async with engine.connect() as connection:
        # On SQLite the others wait for the lock of this transaction.
        await connection.execution_options(**WRITE_TRANSACTION)
        async with connection.begin():
            if connection.dialect.name == "postgresql":
                await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            await connection.run_sync(_upgrade)
    return newest


def newest_revision() -> str:
    """Return the revision that this program brings databases to: that of the last file of versions."""
    return known_revisions()[-1]


def known_revisions() -> list[str]:
    """List the revisions that this program knows, the oldest first."""
    return sorted(path.name[1:5] for path in _VERSIONS.glob("v????_*.py"))


async def current_revision(engine: AsyncEngine) -> str | None:
    """Return the revision of a database; None for one that was never migrated."""
    async with engine.connect() as connection:
        return await connection.run_sync(_revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_ALEMBIC_VERSION.name):
        return None
    revision: str | None = connection.execute(select(_ALEMBIC_VERSION.c.version_num)).scalar_one_or_none()
    return revision


def _upgrade(connection: Connection) -> None:
    # Imported here, as most processes find their database up to date and need not load it.
    from alembic import command
    from alembic.config import Config

    _check_known(_revision(connection))  # under the lock: another process may have migrated meanwhile
    config = Config()
    config.set_main_option("script_location", "caserisk.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _check_known(revision: str | None) -> None:
    known = known_revisions()
    if revision is not None and revision not in known:
        raise NewerSchema(
            f"数据库结构版本为{revision},本程序只识别{'、'.join(known)};请使用更新版本的程序 / "
            f"the database is at revision {revision}; this program knows {', '.join(known)}: use a newer one"
        )
