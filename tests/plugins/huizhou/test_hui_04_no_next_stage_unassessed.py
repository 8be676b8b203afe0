"""HUI-04 「如不完成“风险评估”环节,将无法进入下一办案流程」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import approve, assess, look, new_case, open_case, regulation, rules, submit
from tests.support.world import HUIZHOU, StaffedOffice, World

IN_TURN = [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.CHIEF_PROCURATOR]


async def refused(api: Api, office: StaffedOffice, case: str) -> list[Answer]:
    """Return why a case cannot enter its next stage."""
    return await api.of(office, Role.CASE_HANDLER).refused("advanceCase", case=case, toStage="examination")


async def closed(api: Api, office: StaffedOffice, case: str) -> list[str]:
    """Return the acts that are held back."""
    gates = (await look(api.of(office, Role.CASE_HANDLER), case, "gates { act open }"))["gates"]
    return [gate["act"] for gate in gates if not gate["open"]]


@pytest.mark.parametrize("level", ["level-2", None], ids=["risk", "no risk"])
async def test_no_next_stage_until_confirmed(api: Api, huizhou: StaffedOffice, level: str | None) -> None:
    case = await open_case(api, huizhou)
    seen = await refused(api, huizhou, case)

    assessment = await submit(api, huizhou, case, level=level)
    for role in IN_TURN:
        seen += await refused(api, huizhou, case)
        await approve(api, huizhou, assessment, role)
    answer = await api.of(huizhou, Role.CASE_HANDLER).do("advanceCase", case=case, toStage="examination")

    assert [error["code"] for error in seen] == ["GATE_CLOSED"] * 4
    assert rules(seen[0]["reasons"]) == ["HUI-04", "A-12"]
    assert seen[0]["reasons"][0]["citation"] == {"quote": "如不完成“风险评估”环节,将无法进入下一办案流程"}
    assert answer["case"]["stage"] == {"key": "examination"}


async def test_the_next_stage_and_the_conclusion_are_held_back(api: Api, huizhou: StaffedOffice) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)

    assert await closed(api, huizhou, case) == ["NEXT_STAGE", "CONCLUSION"]
    await handler.do("recordAct", case=case, act="COMPULSORY_MEASURE", description="拘留")


async def test_no_case_is_concluded_unassessed(api: Api, huizhou: StaffedOffice) -> None:
    """A-50: 每案必评, so a case that passes no stage at all is not concluded either; the text names no such gate."""
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    conclusion = {"case": case, "act": "CONCLUSION", "description": "办结"}

    refused = await handler.refused("recordAct", **conclusion)
    await submit(api, huizhou, case, level=None)
    refused += await handler.refused("recordAct", **conclusion)

    assert [error["code"] for error in refused] == ["GATE_CLOSED"] * 2
    assert rules(refused[0]["reasons"]) == ["HUI-01", "A-50"]
    assert await look(handler, case, "closedAt") == {"closedAt": None}


@pytest.mark.parametrize("stage", ["examination", "decision", "follow-up"])
async def test_no_case_is_opened_behind_the_gate(api: Api, huizhou: StaffedOffice, stage: str) -> None:
    for role in (Role.CASE_HANDLER, Role.CASE_MANAGER, Role.DEPARTMENT_HEAD):
        case = new_case(huizhou, stage=stage, department=huizhou.department().id)
        [error] = await api.of(huizhou, role).refused("openCase", **case)

        assert error["code"] == "GATE_CLOSED"
        assert rules(error["reasons"]) == ["HUI-04", "A-12"]


async def test_a_refused_step_changes_nothing(api: Api, huizhou: StaffedOffice) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    selection = "version stage { key } timeline { totalCount }"
    before = await look(handler, case, selection)

    await refused(api, huizhou, case)

    assert await look(handler, case, selection) == before


async def test_submitted_is_enough_where_chosen(world: World, api: Api, huizhou: StaffedOffice) -> None:
    """A-12, the other reading; returned, it is not complete any more."""
    await world.registrar.option(HUIZHOU, "gate", "submitted")
    case = await open_case(api, huizhou)
    unassessed = await closed(api, huizhou, case)

    assessment = await submit(api, huizhou, case, level="level-2")
    submitted = await closed(api, huizhou, case)
    await approve(api, huizhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")
    returned = await closed(api, huizhou, case)

    assert (unassessed, submitted, returned) == (
        ["NEXT_STAGE", "CONCLUSION"],
        ["CONCLUSION"],
        ["NEXT_STAGE", "CONCLUSION"],
    )


async def test_a_withdrawn_one_is_not_complete(world: World, api: Api, huizhou: StaffedOffice) -> None:
    await world.registrar.option(HUIZHOU, "gate", "submitted")
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    assessment = await submit(api, huizhou, case, level="level-2")

    await handler.do("withdrawAssessment", assessment=assessment, reason="情况有变")

    assert await closed(api, huizhou, case) == ["NEXT_STAGE", "CONCLUSION"]


async def test_the_reading_is_an_option(api: Api, huizhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(huizhou, Role.CASE_HANDLER), huizhou, "options { key value choices reasons { rule assumed } }"
    )

    options = {option.pop("key"): option for option in found["options"]}
    reasons = [{"rule": "A-12", "assumed": True}]
    assert options["gate"] == {"value": "confirmed", "choices": ["confirmed", "submitted"], "reasons": reasons}


async def test_once_assessed_later_stages_are_open(api: Api, huizhou: StaffedOffice) -> None:
    """Once a case (A-23): Huizhou asks for no assessment per stage."""
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    await assess(api, huizhou, case, level=None)

    for stage in ("examination", "decision", "follow-up"):
        await handler.do("advanceCase", case=case, toStage=stage)

    assert await look(handler, case, "stage { key } nextStages { key }") == {
        "stage": {"key": "follow-up"},
        "nextStages": [],
    }
