"""The registrar: names without blanks, each role once, the nearest office above as the parent, posts for who may."""

from __future__ import annotations

from functools import partial

import pytest

from caserisk.domain.vocabulary import DepartmentFunction, ErrorCode, Role
from tests.core.regulation.made_up import refusal
from tests.support.databases import Databases
from tests.support.world import HUIZHOU, ZHUZHOU, World


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


# ------------------------------------------------------------------------------------------------ posts


async def test_a_head_is_of_the_department(world: World) -> None:
    office = await world.office(ZHUZHOU)
    business, complaints = office.department(), office.department(DepartmentFunction.COMPLAINTS)
    head, leader = (office.viewer(role).officer for role in (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE))
    enter = partial(world.registrar.department, office.office, "控申处", DepartmentFunction.COMPLAINTS)

    elsewhere = await refusal(enter(id=complaints.id, head_id=head.id))
    nowhere = await refusal(enter(head_id=head.id))
    led = await enter(id=complaints.id, leader_in_charge_id=leader.id)

    assert (elsewhere.code, elsewhere.path, nowhere.path) == (ErrorCode.INVALID, ("head",), ("head",))
    assert led.leader_in_charge_id == leader.id  # a leader in charge may be of any department
    moving = world.registrar.officer(office.office, head.name, head.roles, id=head.id, department_id=complaints.id)
    away = await refusal(moving)
    assert (away.code, away.path) == (ErrorCode.INVALID, ("department",))
    assert business.name in str(away.message)


async def test_who_left_is_appointed_to_nothing(world: World) -> None:
    office, other = await world.office(ZHUZHOU), await world.office(HUIZHOU)
    business, head = office.department(), office.viewer(Role.DEPARTMENT_HEAD).officer
    deputy = office.viewer(Role.DEPUTY_CHIEF_PROCURATOR).officer
    await world.registrar.officer(office.office, deputy.name, deputy.roles, id=deputy.id, active=False)
    enter = partial(world.registrar.department, office.office, "公诉一处", business.function, id=business.id)

    for stranger in (deputy.id, other.officer_id(Role.LEADER_IN_CHARGE), "officer_none"):
        problem = await refusal(enter(leader_in_charge_id=stranger))
        assert problem.code is ErrorCode.NOT_FOUND

    # Who left while in a post stays in it until somebody else is appointed; the name can be changed all the same.
    await world.registrar.officer(
        office.office, head.name, head.roles, id=head.id, department_id=business.id, active=False
    )
    renamed = await enter(head_id=head.id)
    assert (renamed.name, renamed.head_id) == ("公诉一处", head.id)
