"""A marked country on SQLite, for all tests of authority."""

from __future__ import annotations

from asyncio import Runner
from collections.abc import Iterator

import pytest

from tests.authority.country import settle
from tests.authority.country_api import EXECUTORS, CountryApi
from tests.support.databases import SqliteFiles
from tests.support.world import World


@pytest.fixture(scope="session")
def asked(sqlite_supply: SqliteFiles) -> Iterator[CountryApi]:
    """Provide the country's API."""
    url = sqlite_supply.fresh()
    with Runner() as runner:
        world = World(url)
        country = runner.run(settle(world))
        yield CountryApi(runner, world, country)
        runner.run(world.close())
    sqlite_supply.take_back(url)


@pytest.fixture(params=EXECUTORS)
def executor(request: pytest.FixtureRequest) -> str:
    """Choose the executor."""
    chosen: str = request.param
    return chosen
