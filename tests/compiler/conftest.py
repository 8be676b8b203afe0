"""A country on each database, for all tests of the compiler."""

from __future__ import annotations

from asyncio import Runner
from collections.abc import Iterator
from typing import Any

import pytest

from caserisk_graphql.engine.compiler.plan import CompiledStatement
from tests.compiler.asking import Asked, copied, settled
from tests.support.databases import KINDS, PostgresDatabases, SqliteFiles

Bound = list[tuple[str, list[Any]]]
"""Statements with their values."""


@pytest.fixture(scope="session")
def on_sqlite(sqlite_supply: SqliteFiles) -> Iterator[Asked]:
    """Return the country on SQLite."""
    url = sqlite_supply.fresh()
    with Runner() as runner:
        asked = settled(runner, url)
        yield asked
        runner.run(asked.world.close())
    sqlite_supply.take_back(url)


@pytest.fixture(scope="session")
def on_postgresql(on_sqlite: Asked, postgresql_supply: PostgresDatabases) -> Iterator[Asked]:
    """Return the same country on PostgreSQL."""
    url = postgresql_supply.fresh()
    asked = copied(on_sqlite, url)
    yield asked
    asked.runner.run(asked.world.close())
    postgresql_supply.take_back(url)


@pytest.fixture(params=KINDS)
def asked(request: pytest.FixtureRequest) -> Asked:
    """Return the country on SQLite and on PostgreSQL, with a compiler that has seen nothing."""
    found: Asked = request.getfixturevalue(f"on_{request.param}")
    found.forget()
    return found


@pytest.fixture
def bound(monkeypatch: pytest.MonkeyPatch) -> Bound:
    """Collect the statements that are bound to requests during a test, with their values."""
    found: Bound = []
    bind = CompiledStatement.bind

    def noted(statement: CompiledStatement, *given: Any) -> list[Any]:
        values = bind(statement, *given)
        found.append((statement.text, values))
        return values

    monkeypatch.setattr(CompiledStatement, "bind", noted)
    return found
