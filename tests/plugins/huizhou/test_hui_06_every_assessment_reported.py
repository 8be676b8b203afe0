"""HUI-06 「案管系统即时将风险评估情况自动分类、自动报备给控申部门和分管领导」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Answer, Api
from tests.support.regions import WORK_PLAN, approve, open_case, rules, submit, told
from tests.support.world import StaffedOffice

NOTICES = "notices { subject toDepartment { id } toRole toOfficer { id } reasons { rule assumed } }"


async def reported(api: Api, office: StaffedOffice, level: str | None) -> Answer:
    """Return the answer of a submission: an assessment, as it is right after."""
    case = await open_case(api, office)
    return await api.of(office, Role.CASE_HANDLER).do(
        "submitAssessment",
        f"assessment {{ status {NOTICES} }} case {{ id }}",
        case=case,
        hasRisk=level is not None,
        proposedLevel=level,
        plan=WORK_PLAN,
    )


@pytest.mark.parametrize("level", ["level-1", "level-3", None])
async def test_hub_and_leader_hear_of_each(api: Api, huizhou: StaffedOffice, level: str | None) -> None:
    """With the submission itself, before anybody has reviewed it, and without risk too."""
    answer = await reported(api, huizhou, level)

    hub = {"toDepartment": {"id": huizhou.department(DepartmentFunction.COMPLAINTS).id}, "toOfficer": None}
    leader = {"toDepartment": None, "toOfficer": {"id": huizhou.officer_id(Role.LEADER_IN_CHARGE)}}
    why = {"subject": "风险评估报备", "reasons": [{"rule": "HUI-06", "assumed": False}]}
    assert answer["assessment"]["status"] == "IN_REVIEW"
    *reports, to_review = answer["assessment"]["notices"]
    assert reports == [hub | why | {"toRole": None}, leader | why | {"toRole": "LEADER_IN_CHARGE"}]
    assert (to_review["subject"], to_review["toRole"]) == ("风险评估待您审批", "DEPARTMENT_HEAD")


async def test_it_is_one_with_the_assessment(api: Api, huizhou: StaffedOffice) -> None:
    """The same transaction: nobody can see the one without the other."""
    answer = await reported(api, huizhou, "level-2")

    events = await api.of(huizhou, Role.CHIEF_PROCURATOR).ask(
        """query ($case: ID!) { events(where: { case: $case }) { endCursor events { cursor at
             ... on CaseChange { of_case: kind } ... on AssessmentChange { of_assessment: kind } } } }""",
        case=answer["case"]["id"],
    )

    kinds = {event.get("of_case") or event["of_assessment"]: event for event in events["events"]["events"]}
    assert answer["cursor"] == events["events"]["endCursor"] == kinds["NOTICES_SENT"]["cursor"]
    assert kinds["NOTICES_SENT"]["at"] == kinds["SUBMITTED"]["at"]


async def test_a_refused_assessment_is_not_reported(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)

    await api.of(huizhou, Role.CASE_HANDLER).refused("submitAssessment", case=case, hasRisk=False)

    assert await told(api.of(huizhou, Role.COMPLAINTS_OFFICER)) == []


async def test_another_assessment_is_reported_again(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)
    returned = await submit(api, huizhou, case, level="level-3")
    await approve(api, huizhou, returned, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    await submit(api, huizhou, case, level="level-3")

    for role in (Role.COMPLAINTS_OFFICER, Role.LEADER_IN_CHARGE):
        notices = await told(api.of(huizhou, role))
        assert [rules(notice["reasons"]) for notice in notices] == [["HUI-06"], ["HUI-06"]]


async def test_others_are_not_told(api: Api, huizhou: StaffedOffice) -> None:
    await reported(api, huizhou, "level-2")

    others = [Role.CASE_MANAGER, Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR, Role.CASE_HANDLER]
    assert [await told(api.of(huizhou, role)) for role in others] == [[]] * 4
