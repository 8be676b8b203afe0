"""ZHU-03 「要求案件承办部门拟作出处理决定时,必须对案件办理当中存在的风险进行自评,制定工作预案」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import WORK_PLAN, approve, look, new_case, open_case, rules, submit
from tests.support.world import StaffedOffice

DECISION = {"act": "DISPOSITION_DECISION", "description": "拟不起诉"}


async def closed(api: Api, office: StaffedOffice, case: str) -> list[str]:
    """Return the acts that are held back."""
    gates = (await look(api.of(office, Role.CASE_HANDLER), case, "gates { act open }"))["gates"]
    return [gate["act"] for gate in gates if not gate["open"]]


async def test_nothing_is_decided_without_self_assessment(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("recordAct", case=case, **DECISION)

    assert error["code"] == "GATE_CLOSED"
    stated = error["reasons"][0]
    assert (stated["rule"], stated["assumed"], stated["plugin"]) == ("ZHU-03", False, "caserisk-zhuzhou")
    assert stated["citation"]["quote"].endswith("必须对案件办理当中存在的风险进行自评,制定工作预案")


async def test_the_decision_and_the_conclusion_are_held_back(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)

    assert await closed(api, zhuzhou, case) == ["DISPOSITION_DECISION", "CONCLUSION"]


async def test_a_risk_without_plan_is_refused(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused(
        "submitAssessment", case=case, hasRisk=True, proposedLevel="level-2"
    )

    assert (error["code"], error["path"]) == ("INVALID", ["plan"])
    assert await closed(api, zhuzhou, case) == ["DISPOSITION_DECISION", "CONCLUSION"]


@pytest.mark.parametrize("level", ["level-2", None], ids=["risk", "no risk"])
async def test_an_empty_plan_is_none(api: Api, zhuzhou: StaffedOffice, level: str | None) -> None:
    """Neither where a plan has to come with the assessment, nor where it may."""
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=level is not None, proposedLevel=level, plan={"sections": []}
    )

    assert (error["code"], error["path"]) == ("INVALID", ["plan", "sections"])
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}
    assert await closed(api, zhuzhou, case) == ["DISPOSITION_DECISION", "CONCLUSION"]


async def test_self_assessed_with_plan_is_enough(api: Api, zhuzhou: StaffedOffice) -> None:
    """Assessed by the department itself: nobody has reviewed it yet."""
    case = await open_case(api, zhuzhou)
    assessment = await submit(api, zhuzhou, case, level="level-4", plan=WORK_PLAN)
    handler = api.of(zhuzhou, Role.CASE_HANDLER)

    await handler.do("recordAct", case=case, **DECISION)

    assert await look(handler, assessment, "status") == {"status": "IN_REVIEW"}


async def test_withdrawn_it_is_no_self_assessment(api: Api, zhuzhou: StaffedOffice) -> None:
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)
    assessment = await submit(api, zhuzhou, case, level="level-4")

    await handler.do("withdrawAssessment", assessment=assessment, reason="情况有变")

    assert await closed(api, zhuzhou, case) == ["DISPOSITION_DECISION", "CONCLUSION"]
    [error] = await handler.refused("recordAct", case=case, **DECISION)
    assert error["code"] == "GATE_CLOSED"


async def test_returned_it_is_no_self_assessment(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    assessment = await submit(api, zhuzhou, case, level="level-4")

    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("recordAct", case=case, **DECISION)
    assert "ZHU-03" in rules(error["reasons"])


async def test_without_risk_no_plan_is_needed(api: Api, zhuzhou: StaffedOffice) -> None:
    """A-24: an assumption, and the gate says so."""
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)

    answer = await handler.do("submitAssessment", case=case, hasRisk=False)

    assert answer["assessment"]["status"] == "CONFIRMED"
    assert await closed(api, zhuzhou, case) == []
    gates = (await look(handler, case, "gates { act reasons { rule assumed } }"))["gates"]
    reasons = {gate["act"]: gate["reasons"] for gate in gates}["DISPOSITION_DECISION"]
    assert {"rule": "A-24", "assumed": True} in reasons


async def test_no_case_is_concluded_before_it_is_confirmed(api: Api, zhuzhou: StaffedOffice) -> None:
    """A-50: an assessment in review lets the decision be made, but is none that a case could be concluded on."""
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)
    conclusion = {"case": case, "act": "CONCLUSION", "description": "办结"}

    refused = await handler.refused("recordAct", **conclusion)
    await submit(api, zhuzhou, case, level="level-1")
    refused += await handler.refused("recordAct", **conclusion)

    assert [(error["code"], rules(error["reasons"])) for error in refused] == [("GATE_CLOSED", ["ZHU-03", "A-50"])] * 2


async def test_no_case_is_opened_after_its_decision(api: Api, zhuzhou: StaffedOffice) -> None:
    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("openCase", **new_case(zhuzhou, stage="follow-up"))

    assert (error["code"], rules(error["reasons"])) == ("GATE_CLOSED", ["ZHU-03", "A-24"])
