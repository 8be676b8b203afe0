"""ZHU-06 「组建了由分管控申工作的副检察长担任召集人、主要业务部门负责人为成员的评估专家委员会,
负责对风险案件进行评估定级」"""

from __future__ import annotations

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.flows import HEAD_AND_LEADER
from tests.support.regions import approve, look, open_case, refusals, regulation, submit
from tests.support.world import StaffedOffice


async def test_the_committee_alone_rates(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER),
        zhuzhou,
        'reviewSteps(level: "level-2") { role decidesLevel reasons { rule assumed } }',
    )

    rating = [step for step in found["reviewSteps"] if step["decidesLevel"]]
    assert [step["role"] for step in rating] == ["EXPERT_COMMITTEE"]
    assert {"rule": "ZHU-06", "assumed": False} in rating[0]["reasons"]


async def test_the_committee_sets_another_level(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-1")
    await approve(api, zhuzhou, assessment, *HEAD_AND_LEADER)

    answer = await approve(api, zhuzhou, assessment, Role.EXPERT_COMMITTEE, level="level-3", comment="反应强烈")

    assert answer["assessment"]["level"] == {"code": "level-3"}
    reviews = (await look(api.of(zhuzhou, Role.CASE_HANDLER), assessment, "reviews { level { code } }"))["reviews"]
    assert reviews == [{"level": None}, {"level": None}, {"level": {"code": "level-3"}}]


async def test_without_its_own_word_the_proposal_stands(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")

    answer = await approve(api, zhuzhou, assessment, *HEAD_AND_LEADER, Role.EXPERT_COMMITTEE)

    assert answer["assessment"]["level"] == {"code": "level-2"}


async def test_earlier_reviewers_set_no_level(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-1")

    [of_head] = await api.of(zhuzhou, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED", level="level-4"
    )
    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD)
    [of_leader] = await api.of(zhuzhou, Role.LEADER_IN_CHARGE).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED", level="level-4"
    )

    assert [(error["code"], error["path"]) for error in (of_head, of_leader)] == [("INVALID", ["level"])] * 2


async def test_nobody_rates_in_its_place(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-1")
    await approve(api, zhuzhou, assessment, *HEAD_AND_LEADER)
    others = [Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR, Role.LEADING_GROUP_OFFICE]

    codes = await refusals(api, zhuzhou, others, "reviewAssessment", assessment=assessment, verdict="APPROVED")

    assert codes == ["FORBIDDEN"] * 3


async def test_deputy_convenes_and_heads_sit(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER), zhuzhou, "responsibilities { responsibility { duties { key roles } } }"
    )

    for item in found["responsibilities"]:
        duties = {duty["key"]: duty["roles"] for duty in item["responsibility"]["duties"]}
        assert duties["committee-convener"] == ["DEPUTY_CHIEF_PROCURATOR"]
        assert duties["committee-member"] == ["DEPARTMENT_HEAD"]
