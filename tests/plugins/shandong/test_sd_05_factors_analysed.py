"""SD-05 「各相关业务部门认真分析可能产生社会风险的各种因素」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import NO_FACTORS, WORK_PLAN, look, open_case, refusals, regulation
from tests.support.world import StaffedOffice

FACTOR = "social-risk-factors"
FOUND = "被害人对拟作不起诉决定反应强烈"


async def test_the_form_asks_for_the_factors(api: Api, shandong: StaffedOffice) -> None:
    handler = api.of(shandong, Role.CASE_HANDLER)

    rules = await regulation(handler, shandong, "factors { key kind required options { value } }")

    assert rules == {"factors": [{"key": FACTOR, "kind": "TEXT", "required": True, "options": []}]}


@pytest.mark.parametrize("has_risk", [True, False])
async def test_an_assessment_without_factors_is_refused(api: Api, shandong: StaffedOffice, has_risk: bool) -> None:
    case, handler = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)
    level = "blue" if has_risk else None

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=has_risk, proposedLevel=level, plan=WORK_PLAN
    )

    assert (error["code"], error["path"]) == ("INVALID", ["answers"])
    assert FACTOR in error["message"]
    assert await look(handler, case, "assessments { totalCount }") == {"assessments": {"totalCount": 0}}


async def test_a_blank_answer_is_no_analysis(api: Api, shandong: StaffedOffice) -> None:
    case, handler = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=False, answers=[{"factor": FACTOR, "value": "  "}]
    )

    assert (error["code"], error["path"]) == ("INVALID", ["answers", "0", "value"])


@pytest.mark.parametrize("answers", [NO_FACTORS, [{"factor": FACTOR, "value": FOUND}]], ids=["none found", "found"])
async def test_factors_or_their_absence_are_kept(
    api: Api, shandong: StaffedOffice, answers: list[dict[str, str]]
) -> None:
    case, handler = await open_case(api, shandong), api.of(shandong, Role.CASE_HANDLER)

    answer = await handler.do(
        "submitAssessment",
        "assessment { answers { factor { key required } value } }",
        case=case,
        hasRisk=False,
        answers=answers,
    )

    kept = [{"factor": {"key": FACTOR, "required": True}, "value": item["value"]} for item in answers]
    assert answer["assessment"] == {"answers": kept}


async def test_only_who_handles_the_case_analyses(api: Api, shandong: StaffedOffice) -> None:
    case = await open_case(api, shandong)
    others = [Role.COMPLAINTS_OFFICER, Role.CASE_MANAGER, Role.DEPARTMENT_HEAD]

    codes = await refusals(api, shandong, others, "submitAssessment", case=case, hasRisk=False, answers=NO_FACTORS)

    assert codes == ["FORBIDDEN"] * 3
