"""The registrar: names without blanks around them, each role once, the nearest office above as the parent."""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.databases import Databases
from tests.support.world import World


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is registered is the same on any."""
    return databases.fresh("sqlite")


async def test_each_role_is_held_once(world: World) -> None:
    office = await world.registrar.office("430200", " 株洲市人民检察院 ")

    officer = await world.registrar.officer(
        office, " 李检 ", [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.CASE_HANDLER]
    )

    assert officer.roles == (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
    assert (office.name, officer.name, officer.active) == ("株洲市人民检察院", "李检", True)


async def test_the_nearest_office_above_is_the_parent(world: World) -> None:
    province = await world.registrar.office("430000", "湖南省人民检察院")
    county = await world.registrar.office("430281", "醴陵市人民检察院")
    city = await world.registrar.office("430200", "株洲市人民检察院")
    branch = await world.registrar.office("430200-2", "株洲市人民检察院分院")

    assert (province.parent_id, province.path) == (None, "/430000/")
    assert (county.parent_id, county.path) == (province.id, "/430000/430281/")
    assert (city.parent_id, city.path) == (province.id, "/430000/430200/")
    assert (branch.parent_id, branch.path) == (city.id, "/430000/430200/430200-2/")
