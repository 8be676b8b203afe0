"""SD-07 「在作出处理决定或采取强制措施前,全面评估论证引发风险的可能性」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import approve, assess, look, new_case, open_case, submit
from tests.support.world import StaffedOffice

GATED = ["DISPOSITION_DECISION", "COMPULSORY_MEASURE"]
HELD_BACK = [*GATED, "CONCLUSION"]
"""With what 一案一评 holds back (SD-15, A-50)."""

QUOTE = "在作出处理决定或采取强制措施前,全面评估论证引发风险的可能性"


async def gates(api: Api, office: StaffedOffice, case: str) -> dict[str, Answer]:
    """Return the gates of a case by act."""
    client = api.of(office, Role.CASE_HANDLER)
    found = await look(client, case, "gates { act open reasons { rule assumed plugin citation { document quote } } }")
    return {gate["act"]: gate for gate in found["gates"]}


async def closed(api: Api, office: StaffedOffice, case: str) -> list[str]:
    """Return the acts that are held back."""
    return [act for act, gate in (await gates(api, office, case)).items() if not gate["open"]]


async def test_both_acts_are_held_back_before(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)

    found = await gates(api, shandong, case)

    citation = {"document": "山东省人民检察院", "quote": QUOTE}
    reason = {"rule": "SD-07", "assumed": False, "plugin": "caserisk-shandong", "citation": citation}
    assert [act for act, gate in found.items() if not gate["open"]] == HELD_BACK
    assert [found[act]["reasons"] for act in GATED] == [[reason], [reason]]


@pytest.mark.parametrize("act", GATED)
async def test_neither_act_is_done_unassessed(api: Api, shandong: StaffedOffice, act: str) -> None:
    case, handler = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)
    before = await look(handler, case, "version")

    [error] = await handler.refused("recordAct", case=case, act=act, description="拟作出")

    assert error["code"] == "GATE_CLOSED"
    [reason] = error["reasons"]
    assert (reason["rule"], reason["citation"], reason["plugin"]) == ("SD-07", {"quote": QUOTE}, "caserisk-shandong")
    assert await look(handler, case, "version") == before


@pytest.mark.parametrize("level", ["orange", None], ids=["risk", "no risk"])
async def test_both_open_once_confirmed_only(api: Api, shandong: StaffedOffice, level: str | None) -> None:
    case = await open_case(api, shandong)

    assessment = await submit(api, shandong, case, level=level)
    after_submission = await closed(api, shandong, case)
    await approve(api, shandong, assessment, Role.DEPARTMENT_HEAD)
    after_department = await closed(api, shandong, case)
    await approve(api, shandong, assessment, Role.LEADER_IN_CHARGE)
    after_leader = await closed(api, shandong, case)

    assert (after_submission, after_department, after_leader) == (HELD_BACK, HELD_BACK, [])


@pytest.mark.parametrize("act", GATED)
async def test_an_assessed_case_is_decided(api: Api, shandong: StaffedOffice, act: str) -> None:
    case = await open_case(api, shandong)
    await assess(api, shandong, case, level="blue")

    answer = await api.of(shandong, Role.CASE_HANDLER).do("recordAct", case=case, act=act, description="已作出")

    assert answer["case"]["id"] == case


async def test_a_returned_assessment_opens_nothing(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    assessment = await submit(api, shandong, case, level="blue")

    await approve(api, shandong, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert await closed(api, shandong, case) == HELD_BACK


async def test_a_withdrawn_assessment_opens_nothing(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    assessment = await submit(api, shandong, case, level="blue")

    await api.of(shandong, Role.CASE_HANDLER).do("withdrawAssessment", assessment=assessment, reason="情况有变")

    assert await closed(api, shandong, case) == HELD_BACK


async def test_a_second_assessment_closes_nothing_again(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    await assess(api, shandong, case, level="blue")

    await submit(api, shandong, case, level="orange")

    assert await closed(api, shandong, case) == []


async def test_the_next_stage_is_not_held_back(api: Api, shandong: StaffedOffice) -> None:
    case, handler = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)
    following = (await look(handler, case, "nextStages { key }"))["nextStages"][0]["key"]

    answer = await handler.do("advanceCase", case=case, toStage=following)

    assert answer["case"]["stage"] == {"key": following}


async def test_no_case_is_opened_after_its_decision(api: Api, shandong: StaffedOffice) -> None:
    """A case that begins in a later stage has the decision behind it, and would never have been assessed before it."""
    handler = api.of(shandong, Role.CASE_HANDLER)

    [error] = await handler.refused("openCase", **new_case(shandong, stage="follow-up"))
    answer = await handler.do("openCase", **new_case(shandong, stage="decision"))

    assert (error["code"], [reason["rule"] for reason in error["reasons"]]) == ("GATE_CLOSED", ["SD-07"])
    assert answer["case"]["stage"] == {"key": "decision"}
