"""HUI-02 「案件承办人在办理案件的同时,必须对所办案件进行风险评估,拟定风险等级和预警工作预案」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import WORK_PLAN, look, open_case, plan, refusals, submit
from tests.support.world import StaffedOffice

OTHERS = [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR]


async def test_level_and_plan_are_proposed_together(api: Api, huizhou: StaffedOffice) -> None:
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level="level-2")

    found = await look(
        api.of(huizhou, Role.CASE_HANDLER),
        assessment,
        "proposedLevel { code } plan { kind sections { key } proposedBy { roles } } submittedBy { roles }",
    )

    assert found["proposedLevel"] == {"code": "level-2"}
    assert found["plan"]["kind"] == "CONTINGENCY"
    assert [section["key"] for section in found["plan"]["sections"]] == ["demands", "facts", "risks", "measures"]
    assert found["plan"]["proposedBy"] == found["submittedBy"] == {"roles": ["CASE_HANDLER"]}


@pytest.mark.parametrize("level", ["level-3", None], ids=["risk", "no risk"])
async def test_without_a_plan_it_is_refused(api: Api, huizhou: StaffedOffice, level: str | None) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)

    [error] = await handler.refused("submitAssessment", case=case, hasRisk=level is not None, proposedLevel=level)

    assert (error["code"], error["path"]) == ("INVALID", ["plan"])
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}


EMPTY_PLANS = {
    "no section": {"sections": []},
    "no text": {"sections": [{"key": "risks", "text": ""}]},
    "blank text": {"sections": [{"key": "risks", "text": "　\n"}]},
    "a text that nobody sees": {"sections": [{"key": "risks", "text": "\u200b\u2060"}]},
}


@pytest.mark.parametrize("empty", EMPTY_PLANS.values(), ids=EMPTY_PLANS)
@pytest.mark.parametrize("level", ["level-3", None], ids=["risk", "no risk"])
async def test_an_empty_plan_is_none(api: Api, huizhou: StaffedOffice, level: str | None, empty: Answer) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    selection = "version currentAssessment { id } timeline { totalCount }"
    before = await look(handler, case, selection)

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=level is not None, proposedLevel=level, plan=empty
    )

    assert (error["code"], error["path"][:2]) == ("INVALID", ["plan", "sections"])
    assert await look(handler, case, selection) == before


async def test_a_risk_without_level_is_refused(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)

    [error] = await api.of(huizhou, Role.CASE_HANDLER).refused(
        "submitAssessment", case=case, hasRisk=True, plan=WORK_PLAN
    )

    assert (error["code"], error["path"]) == ("INVALID", ["proposedLevel"])
    assert all(code in error["message"] for code in ("level-1", "level-2", "level-3"))


async def test_no_risk_has_plan_without_level(api: Api, huizhou: StaffedOffice) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=False, proposedLevel="level-3", plan=WORK_PLAN
    )
    assessment = await submit(api, huizhou, case, level=None)

    assert (error["code"], error["path"]) == ("INVALID", ["proposedLevel"])
    found = await look(handler, assessment, "hasRisk proposedLevel { code } plan { kind }")
    assert found == {"hasRisk": False, "proposedLevel": None, "plan": {"kind": "CONTINGENCY"}}


async def test_a_section_nobody_knows_is_refused(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)

    [error] = await api.of(huizhou, Role.CASE_HANDLER).refused(
        "submitAssessment", case=case, hasRisk=False, plan=plan("risks", "persons")
    )

    assert (error["code"], error["path"]) == ("INVALID", ["plan", "sections", "1", "key"])


async def test_assessing_is_the_handlers_task(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)

    codes = await refusals(api, huizhou, OTHERS, "submitAssessment", case=case, hasRisk=False, plan=WORK_PLAN)

    assert codes == ["FORBIDDEN"] * len(OTHERS)
