"""SD-14 「有的市院将风险评估作为网上办案的必经程序」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import approve, look, open_case, regulation, rules, submit
from tests.support.world import StaffedOffice, World

YANTAI = "370600"


@pytest.fixture
async def yantai(world: World) -> StaffedOffice:
    """Return a municipal office of the province."""
    return await world.office(YANTAI)


async def next_stage_open(api: Api, office: StaffedOffice, case: str) -> bool:
    """Tell whether a case may enter its next stage."""
    gates = (await look(api.of(office, Role.CASE_HANDLER), case, "gates { act open }"))["gates"]
    return {gate["act"]: bool(gate["open"]) for gate in gates}["NEXT_STAGE"]


async def test_the_choice_is_offered_and_off(api: Api, yantai: StaffedOffice) -> None:
    found = await regulation(
        api.of(yantai, Role.CASE_HANDLER), yantai, "options { key value default choices reasons { rule } }"
    )

    [option] = found["options"]
    assert (option["key"], option["value"], option["choices"]) == ("online_gate", "off", ["off", "on"])
    assert rules(option["reasons"]) == ["SD-14"]


async def test_by_default_stages_follow_freely(api: Api, yantai: StaffedOffice) -> None:
    case = await open_case(api, yantai)

    assert await next_stage_open(api, yantai, case)


async def test_chosen_it_holds_the_next_stage_back(world: World, api: Api, yantai: StaffedOffice) -> None:
    await world.registrar.option(YANTAI, "online_gate", "on")
    case, handler = await open_case(api, yantai), api.of(yantai, Role.CASE_HANDLER)
    following = (await look(handler, case, "nextStages { key }"))["nextStages"][0]["key"]

    [error] = await handler.refused("advanceCase", case=case, toStage=following)

    assert error["code"] == "GATE_CLOSED"
    assert rules(error["reasons"]) == ["SD-14"]


async def test_chosen_it_opens_with_the_confirmation(world: World, api: Api, yantai: StaffedOffice) -> None:
    await world.registrar.option(YANTAI, "online_gate", "on")
    case = await open_case(api, yantai)

    assessment = await submit(api, yantai, case, level=None)
    submitted = await next_stage_open(api, yantai, case)
    await approve(api, yantai, assessment, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    confirmed = await next_stage_open(api, yantai, case)

    assert (submitted, confirmed) == (False, True)


async def test_one_citys_choice_is_its_own(
    world: World, api: Api, yantai: StaffedOffice, shandong: StaffedOffice
) -> None:
    await world.registrar.option(YANTAI, "online_gate", "on")

    chosen = await regulation(api.of(yantai, Role.CASE_HANDLER), yantai, "options { value }")
    province = await regulation(api.of(shandong, Role.CASE_HANDLER), shandong, "options { value }")
    case = await open_case(api, shandong)

    assert (chosen, province) == ({"options": [{"value": "on"}]}, {"options": [{"value": "off"}]})
    assert await next_stage_open(api, shandong, case)
