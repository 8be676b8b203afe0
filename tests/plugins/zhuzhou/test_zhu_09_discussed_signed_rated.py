"""ZHU-09 「经部门讨论研究、分管领导审核签字后提交评估专家委员会评定风险等级」"""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import another_department, approve, look, next_reviewer, open_case, refusals, submit
from tests.support.staffing import employ, lead
from tests.support.world import StaffedOffice, World

IN_TURN = [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.EXPERT_COMMITTEE]


async def test_department_leader_and_committee_in_turn(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")
    seen = []

    while role := await next_reviewer(api.of(zhuzhou, Role.CASE_HANDLER), assessment):
        seen.append(role)
        await approve(api, zhuzhou, assessment, role)

    assert seen == IN_TURN
    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), assessment, "status reviews { step { role label } }")
    labels = ["部门讨论研究", "分管领导审核签字", "评估专家委员会评定风险等级"]
    assert found["status"] == "CONFIRMED"
    assert [review["step"]["label"] for review in found["reviews"]] == labels


async def test_nobody_speaks_out_of_turn(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")
    word = {"assessment": assessment, "verdict": "APPROVED"}

    for role in IN_TURN:
        others = [other for other in IN_TURN if other is not role]
        codes = await refusals(api, zhuzhou, others, "reviewAssessment", **word)
        await api.of(zhuzhou, role).do("reviewAssessment", **word)

        assert codes == ["FORBIDDEN"] * 2


async def test_preliminary_and_final_level_are_kept(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-4")
    await approve(api, zhuzhou, assessment, *IN_TURN[:2])

    await approve(api, zhuzhou, assessment, Role.EXPERT_COMMITTEE, level="level-2")

    found = await look(
        api.of(zhuzhou, Role.CASE_HANDLER), assessment, "proposedLevel { code } level { code } case { level { code } }"
    )
    assert found["proposedLevel"] == {"code": "level-4"}
    assert found["level"] == found["case"]["level"] == {"code": "level-2"}


async def test_another_departments_people_have_no_say(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    elsewhere = await another_department(world, zhuzhou)
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")

    codes = await refusals(api, elsewhere, IN_TURN[:2], "reviewAssessment", assessment=assessment, verdict="APPROVED")

    assert codes == ["NOT_FOUND"] * 2  # they do not even see the case


async def test_one_person_does_not_discuss_sign_and_rate(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    alone = api.client(await employ(world, zhuzhou, *IN_TURN))
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-3")
    word = {"assessment": assessment, "verdict": "APPROVED"}

    await alone.do("reviewAssessment", **word)
    errors = await alone.refused("reviewAssessment", **word)
    await approve(api, zhuzhou, assessment, Role.DEPUTY_CHIEF_PROCURATOR)  # in the place of the leader in charge
    errors += await alone.refused("reviewAssessment", **word)

    assert ["已审批过前面环节" in error["message"] for error in errors] == [True] * 2
    assert await next_reviewer(alone, assessment) is Role.EXPERT_COMMITTEE


async def test_a_department_without_a_leader_does_not_wait_for_one(
    world: World, api: Api, zhuzhou: StaffedOffice
) -> None:
    await lead(world, zhuzhou, None)
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-3")
    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD)
    word = {"assessment": assessment, "verdict": "APPROVED"}

    [error] = await api.of(zhuzhou, Role.CHIEF_PROCURATOR).refused("reviewAssessment", **word)
    await approve(api, zhuzhou, assessment, Role.DEPUTY_CHIEF_PROCURATOR)

    assert f"部门「{zhuzhou.department().name}」没有可以审批的分管领导" in error["message"]
    assert await next_reviewer(api.of(zhuzhou, Role.CASE_HANDLER), assessment) is Role.EXPERT_COMMITTEE


async def test_after_the_last_word_nobody_reviews(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")
    await approve(api, zhuzhou, assessment, *IN_TURN)

    [error] = await api.of(zhuzhou, Role.EXPERT_COMMITTEE).refused(
        "reviewAssessment", assessment=assessment, verdict="RETURNED"
    )

    assert error["code"] == "WRONG_STATE"
