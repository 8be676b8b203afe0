"""Fixtures for scenarios: the API, and the three offices with everybody in them."""

from __future__ import annotations

import pytest

from tests.support.api import Api
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World


@pytest.fixture
def api(world: World) -> Api:
    """Return the API of a fresh world."""
    return Api(world)


@pytest.fixture
async def shandong(world: World) -> StaffedOffice:
    """Return the provincial office of Shandong."""
    return await world.office(SHANDONG, "山东省人民检察院")


@pytest.fixture
async def huizhou(world: World) -> StaffedOffice:
    """Return the office of Huizhou."""
    return await world.office(HUIZHOU, "惠州市人民检察院")


@pytest.fixture
async def zhuzhou(world: World) -> StaffedOffice:
    """Return the office of Zhuzhou."""
    return await world.office(ZHUZHOU, "株洲市人民检察院")
