"""Who leaves hands over: what hangs on an officer is known, and goes to somebody who can take it on."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caserisk.domain.vocabulary import ErrorCode, Role
from caserisk.store import tables as t
from caserisk.succession import LeftBehind, find_left_behind, hand_over
from tests.core.regulation.made_up import refusal
from tests.support.databases import Databases
from tests.support.flows import submit
from tests.support.stored import stored_values
from tests.support.world import HUIZHOU, World


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is handed over is the same on any."""
    return databases.fresh("sqlite")


async def test_what_hangs_on_an_officer_is_known(world: World) -> None:
    office = await world.office(HUIZHOU)
    case = await world.open_case(office, "惠检公诉〔2026〕1号")
    await submit(world, office, case, level="level-3")

    left = {
        role: await find_left_behind(world.runner, office.office, office.viewer(role).officer)
        for role in (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.INSPECTOR)
    }

    business = office.department()
    assert [item.number for item in left[Role.CASE_HANDLER].cases] == ["惠检公诉〔2026〕1号"]
    assert left[Role.DEPARTMENT_HEAD].reviews == ("惠检公诉〔2026〕1号",)
    assert [(found.id, post) for found, post in left[Role.DEPARTMENT_HEAD].posts] == [(business.id, "head_id")]
    assert [post for _, post in left[Role.LEADER_IN_CHARGE].posts] == ["leader_in_charge_id"]
    inspector = office.viewer(Role.INSPECTOR).officer
    assert left[Role.INSPECTOR] == LeftBehind(officer=inspector, posts=(), cases=(), reviews=())


async def test_posts_and_cases_are_handed_over_on_record(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, business, roles = (
        await world.open_case(office),
        office.department(),
        (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD),
    )
    successor = await world.registrar.officer(office.office, "接任", roles, department_id=business.id)

    for role in roles:
        left = await find_left_behind(world.runner, office.office, office.viewer(role).officer)
        await hand_over(world.runner, office.office, left, successor)

    department, loaded = await world.store.department(business.id), await world.store.load(case, ())
    assert department is not None
    assert (department.head_id, department.leader_in_charge_id) == (successor.id, business.leader_in_charge_id)
    assert loaded is not None
    assert loaded.file is not None
    assert loaded.file.case.handler_id == successor.id
    kinds = await stored_values(world.store, select(t.events.c.kind).order_by(t.events.c.position.desc()).limit(3))
    assert "ASSIGNED" in kinds


@pytest.mark.parametrize("role", [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD])
async def test_who_cannot_take_it_on_is_refused(world: World, role: Role) -> None:
    office = await world.office(HUIZHOU)
    case = await world.open_case(office)
    left = await find_left_behind(world.runner, office.office, office.viewer(role).officer)

    others = (office.viewer(Role.CASE_MANAGER).officer, left.officer)
    problems = [await refusal(hand_over(world.runner, office.office, left, other)) for other in others]

    assert [problem.code for problem in problems] == [ErrorCode.INVALID] * 2
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    assert loaded.file.case.handler_id == office.officer_id(Role.CASE_HANDLER)
