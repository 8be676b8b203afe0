"""Fixtures of the adversarial tests: a city's office, a county below it, and an office of another region."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.support.api import Api
from tests.support.databases import KINDS, Supply
from tests.support.world import SHANDONG, ZHUZHOU, StaffedOffice, World

COUNTY = "430281"
"""A county of Zhuzhou."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """An API with a city's office in Zhuzhou, one of a county beneath it, and one of another region."""

    api: Api
    city: StaffedOffice
    county: StaffedOffice
    elsewhere: StaffedOffice

    @property
    def world(self) -> World:
        """Return the world that the API stands on."""
        return self.api.world


async def settle(world: World) -> Country:
    """Register the three offices."""
    city, county, elsewhere = [await world.office(code) for code in (ZHUZHOU, COUNTY, SHANDONG)]
    return Country(api=Api(world), city=city, county=county, elsewhere=elsewhere)


@pytest.fixture
async def country(world: World) -> Country:
    """Provide three offices for one test alone."""
    return await settle(world)


@pytest.fixture(scope="module", params=KINDS)
def lasting_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Provide a database for all tests of a module: for those that are not disturbed by what others wrote there."""
    supply: Supply = request.getfixturevalue(f"{request.param}_supply")
    url = supply.fresh()
    yield url
    supply.take_back(url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lasting_country(lasting_database: str) -> AsyncIterator[Country]:
    """Provide three offices for all tests of a module."""
    async with World(lasting_database) as world:
        yield await settle(world)
