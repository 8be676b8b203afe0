"""What every assessment goes through: returned and submitted anew, one in review at a time, the last one holds."""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.regions import WORK_PLAN, approve, assess, look, open_case, staffed, submit
from tests.support.world import SHANDONG, ZHUZHOU, World

ASSESSMENTS = "assessments { nodes { id status } } currentAssessment { id }"


async def test_a_returned_assessment_is_submitted_anew(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    first = await submit(api, office, case, level="level-1")
    await approve(api, office, first, Role.DEPARTMENT_HEAD, verdict="RETURNED", comment="请补充")

    second = await submit(api, office, case, level="level-2")

    found = await look(api.of(office, Role.CASE_HANDLER), case, ASSESSMENTS)
    assert found["assessments"]["nodes"] == [{"id": second, "status": "IN_REVIEW"}, {"id": first, "status": "RETURNED"}]
    assert found["currentAssessment"] == {"id": second}


async def test_after_a_return_the_earlier_is_current(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    confirmed = await assess(api, office, case, level="level-2")
    returned = await submit(api, office, case, level="level-1")

    await approve(api, office, returned, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    found = await look(api.of(office, Role.CASE_HANDLER), case, ASSESSMENTS)
    assert found["currentAssessment"] == {"id": confirmed}


async def test_a_returned_assessment_is_reviewed_no_more(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    assessment = await submit(api, office, await open_case(api, office), level="level-1")
    await approve(api, office, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    [error] = await api.of(office, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED"
    )

    assert error["code"] == "WRONG_STATE"
    assert "已退回" in error["message"]


async def test_in_review_no_other_is_submitted(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    assessment = await submit(api, office, case, level="level-1")

    [error] = await handler.refused(
        "submitAssessment", case=case, hasRisk=True, proposedLevel="level-4", plan=WORK_PLAN
    )

    assert error["code"] == "WRONG_STATE"
    found = await look(handler, case, ASSESSMENTS)
    assert found["assessments"]["nodes"] == [{"id": assessment, "status": "IN_REVIEW"}]


async def test_a_confirmed_one_supersedes_the_last(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, client = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    first = await assess(api, office, case, level="blue")

    second = await submit(api, office, case, level="orange")
    in_review = await look(client, first, "status pendingIssue { roles }")
    await approve(api, office, second, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    confirmed = await look(client, first, "status pendingIssue { roles }")

    assert in_review == {"status": "CONFIRMED", "pendingIssue": {"roles": ["DEPARTMENT_HEAD"]}}
    assert confirmed == {"status": "SUPERSEDED", "pendingIssue": None}


async def test_a_superseded_assessment_warns_of_nothing(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, head = await open_case(api, office), api.of(office, Role.DEPARTMENT_HEAD)
    first = await assess(api, office, case, level="blue")
    second = await assess(api, office, case, level="orange")

    [error] = await head.refused("issueWarning", case=case, assessment=first)
    answer = await head.do("issueWarning", "warning { assessment { id } level { code } }", case=case)

    assert error["code"] == "WRONG_STATE"
    assert answer["warning"] == {"assessment": {"id": second}, "level": {"code": "orange"}}


async def test_another_cases_assessment_is_not_found(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, other = await open_case(api, office), await open_case(api, office)
    await assess(api, office, case, level="blue")
    foreign = await assess(api, office, other, level="blue")

    [error] = await api.of(office, Role.DEPARTMENT_HEAD).refused("issueWarning", case=case, assessment=foreign)

    assert (error["code"], error["path"]) == ("NOT_FOUND", ["assessment"])
