"""Installations with limits of their own, and what is slow there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.support.databases import Databases
from tests.support.installation import Installation, installed_at

Install = Callable[..., AbstractAsyncContextManager[Installation]]


@pytest.fixture(params=["on", "off"], ids=["compiled", "reference"])
def executor(request: pytest.FixtureRequest) -> str:
    """Choose whether the compiler answers what is stored."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def install(tmp_path: Path, executor: str) -> Install:
    """Install an application with either executor; limits are given by their names."""

    def install(database: str | None = None, **limits: float) -> AbstractAsyncContextManager[Installation]:
        chosen = {f"CASERISK_{name.upper()}": str(value) for name, value in limits.items()}
        where = {} if database is None else {"CASERISK_DATABASE_URL": database}
        return installed_at({"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_COMPILER": executor, **where, **chosen})

    return install


@pytest.fixture
async def here(install: Install) -> AsyncIterator[Installation]:
    """Return an installation with the default limits."""
    async with install() as installation:
        yield installation


@pytest.fixture(params=["sqlite", "postgresql"])
def slow(request: pytest.FixtureRequest, databases: Databases, install: Install) -> Install:
    """Install an application whose cases take minutes to be read, on either database."""
    database = databases.blank(request.param)

    @asynccontextmanager
    async def slow(**limits: float) -> AsyncIterator[Installation]:
        async with install(database, **limits) as installation:
            await installation.open_case()
            await _slow_down(installation.opened.store.database.engine)
            yield installation

    return slow


async def _slow_down(engine: AsyncEngine) -> None:
    """Put a view in the place of the cases that counts for a long time first."""
    if engine.dialect.name == "postgresql":
        waits = "(SELECT count(*) FROM pg_sleep(300)) > 0"
    else:
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000)"
        waits = f"({numbers} SELECT count(*) FROM n) > 0"
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE cases RENAME TO stored_cases"))
        await connection.execute(text(f"CREATE VIEW cases AS SELECT * FROM stored_cases WHERE {waits}"))
