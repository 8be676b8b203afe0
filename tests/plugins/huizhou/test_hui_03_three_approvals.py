"""HUI-03 「提交部门负责人、分管检察长和检察长审批」"""

from __future__ import annotations

import pytest

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import WORK_PLAN, approve, look, next_reviewer, open_case, refusals, rules, submit
from tests.support.staffing import employ, retire
from tests.support.world import StaffedOffice, World

IN_TURN = [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.CHIEF_PROCURATOR]


@pytest.mark.parametrize("level", ["level-1", "level-3", None])
async def test_all_three_approve_every_assessment(api: Api, huizhou: StaffedOffice, level: str | None) -> None:
    """Whatever the level (A-11), and without risk too (A-24)."""
    assessment, client = await submit(api, huizhou, await open_case(api, huizhou), level=level), None
    client, seen = api.of(huizhou, Role.CASE_HANDLER), []

    while role := await next_reviewer(client, assessment):
        seen.append((role, (await look(client, assessment, "status"))["status"]))
        await approve(api, huizhou, assessment, role)

    found = await look(client, assessment, "status level { code } reviews { verdict by { roles } }")
    assert seen == [(role, "IN_REVIEW") for role in IN_TURN]
    assert (found["status"], found["level"]) == ("CONFIRMED", level and {"code": level})
    assert found["reviews"] == [{"verdict": "APPROVED", "by": {"roles": [str(role)]}} for role in IN_TURN]


async def test_out_of_turn_nobody_approves(api: Api, huizhou: StaffedOffice) -> None:
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level="level-2")
    word = {"assessment": assessment, "verdict": "APPROVED"}

    for role in IN_TURN:
        others = [other for other in IN_TURN if other is not role]
        codes = await refusals(api, huizhou, others, "reviewAssessment", **word)
        await api.of(huizhou, role).do("reviewAssessment", **word)

        assert codes == ["FORBIDDEN"] * 2


async def test_who_submits_never_approves(world: World, api: Api, huizhou: StaffedOffice) -> None:
    """A department head who handles a case of their own."""
    roles = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
    officer = await world.registrar.officer(huizhou.office, "兼任", roles, department_id=huizhou.department().id)
    both = api.client(Viewer(officer=officer, office=huizhou.office))
    case = await open_case(api, huizhou)
    await api.of(huizhou, Role.CASE_MANAGER).do(
        "assignCase", case=case, department=huizhou.department().id, handler=officer.id
    )
    answer = await both.do("submitAssessment", case=case, hasRisk=False, plan=WORK_PLAN)

    [error] = await both.refused("reviewAssessment", assessment=answer["assessment"]["id"], verdict="APPROVED")

    assert error["code"] == "FORBIDDEN"
    assert "提交人" in error["message"]
    await approve(api, huizhou, answer["assessment"]["id"], Role.DEPARTMENT_HEAD)  # the department's other head may


async def test_a_head_who_handles_a_case_does_not_block_it(world: World, api: Api, huizhou: StaffedOffice) -> None:
    """The only head of the department: the leader in charge approves for them, and each tier once (HUI-04 opens)."""
    viewer = await employ(world, huizhou, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
    await retire(world, huizhou.viewer(Role.DEPARTMENT_HEAD))
    both, case = api.client(viewer), await open_case(api, huizhou)
    given = {"case": case, "department": huizhou.department().id, "handler": viewer.officer.id}
    await api.of(huizhou, Role.CASE_MANAGER).do("assignCase", **given)
    answer = await both.do("submitAssessment", case=case, hasRisk=True, proposedLevel="level-3", plan=WORK_PLAN)
    word = {"assessment": answer["assessment"]["id"], "verdict": "APPROVED"}
    refused = []

    for role in (Role.LEADER_IN_CHARGE, Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR):
        refused += await both.refused("reviewAssessment", **word)
        assert (await look(both, word["assessment"], "nextReviewRole"))["nextReviewRole"] == str(role)
        await api.of(huizhou, role).do("reviewAssessment", **word)

    found = await look(both, word["assessment"], "status reviews { stoodInAs step { role } }")
    assert [error["code"] for error in refused] == ["FORBIDDEN"] * 3
    assert found["status"] == "CONFIRMED"
    assert [review["stoodInAs"] for review in found["reviews"]] == ["LEADER_IN_CHARGE", "DEPUTY_CHIEF_PROCURATOR", None]
    [following, *_] = (await look(both, case, "nextStages { key }"))["nextStages"]
    await both.do("advanceCase", case=case, toStage=following["key"])


async def test_one_person_is_not_three_approvals(world: World, api: Api, huizhou: StaffedOffice) -> None:
    alone = api.client(await employ(world, huizhou, *IN_TURN))
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level="level-3")
    word = {"assessment": assessment, "verdict": "APPROVED"}

    await alone.do("reviewAssessment", **word)
    [error] = await alone.refused("reviewAssessment", **word)

    assert error["code"] == "FORBIDDEN"
    assert "已审批过前面环节" in error["message"]


async def test_the_chief_sets_the_level(api: Api, huizhou: StaffedOffice) -> None:
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level="level-1")

    [error] = await api.of(huizhou, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED", level="level-2"
    )
    await approve(api, huizhou, assessment, *IN_TURN[:2])
    answer = await approve(api, huizhou, assessment, Role.CHIEF_PROCURATOR, level="level-2")

    assert (error["code"], error["path"]) == ("INVALID", ["level"])
    assert answer["assessment"]["level"] == {"code": "level-2"}


@pytest.mark.parametrize("returned_by", IN_TURN)
async def test_each_of_them_may_return_it(api: Api, huizhou: StaffedOffice, returned_by: Role) -> None:
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level="level-2")
    await approve(api, huizhou, assessment, *IN_TURN[: IN_TURN.index(returned_by)])

    await approve(api, huizhou, assessment, returned_by, verdict="RETURNED", comment="请补充")

    found = await look(
        api.of(huizhou, Role.CASE_HANDLER), assessment, "status nextReview { role } reviews { verdict comment }"
    )
    assert (found["status"], found["nextReview"]) == ("RETURNED", None)
    assert found["reviews"][-1] == {"verdict": "RETURNED", "comment": "请补充"}


async def test_the_chain_says_where_it_comes_from(api: Api, huizhou: StaffedOffice) -> None:
    assessment = await submit(api, huizhou, await open_case(api, huizhou), level=None)

    step = (
        await look(
            api.of(huizhou, Role.CASE_HANDLER), assessment, "nextReview { label reasons { rule citation { quote } } }"
        )
    )["nextReview"]

    assert step["label"] == "部门负责人审批"
    assert rules(step["reasons"]) == ["HUI-03", "A-11", "A-24"]
    assert step["reasons"][0]["citation"] == {"quote": "提交部门负责人、分管检察长和检察长审批"}
