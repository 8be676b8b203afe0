"""ZHU-06 「组建了由分管控申工作的副检察长担任召集人、主要业务部门负责人为成员的评估专家委员会,
负责对风险案件进行评估定级」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.flows import HEAD_AND_LEADER
from tests.support.regions import another_department, approve, look, open_case, refusals, regulation, submit
from tests.support.world import StaffedOffice, World


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


async def rated(api: Api, office: StaffedOffice) -> str:
    """Submit an assessment that only the committee has to decide on, and return its id."""
    assessment = await submit(api, office, await open_case(api, office), level="level-2")
    await approve(api, office, assessment, *HEAD_AND_LEADER)
    return assessment


async def test_the_step_says_who_sits(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await look(
        api.of(zhuzhou, Role.CASE_HANDLER),
        await rated(api, zhuzhou),
        "nextReview { committee { convener { role function } members { role function } } }",
    )

    assert found["nextReview"]["committee"] == {
        "convener": {"role": "DEPUTY_CHIEF_PROCURATOR", "function": "COMPLAINTS"},
        "members": [{"role": "DEPARTMENT_HEAD", "function": "BUSINESS"}],
    }


async def test_who_took_part_and_how_they_voted_is_on_record(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    elsewhere = await another_department(world, zhuzhou)
    body = [office.officer_id(Role.DEPARTMENT_HEAD) for office in (zhuzhou, elsewhere)]
    body.append(zhuzhou.officer_id(Role.DEPUTY_CHIEF_PROCURATOR))
    assessment = await rated(api, zhuzhou)

    await approve(
        api,
        zhuzhou,
        assessment,
        Role.EXPERT_COMMITTEE,
        participants=body,
        votes={"inFavour": 2, "against": 0, "abstained": 1},
    )

    found = await look(
        api.of(zhuzhou, Role.CASE_HANDLER),
        assessment,
        "reviews { participants { id } votes { inFavour against abstained } }",
    )
    *earlier, decision = found["reviews"]
    assert earlier == [{"participants": [], "votes": None}] * 2
    assert [officer["id"] for officer in decision["participants"]] == body
    assert decision["votes"] == {"inFavour": 2, "against": 0, "abstained": 1}


async def test_where_nobody_is_named_all_who_sit_on_it_took_part(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await rated(api, zhuzhou)

    await approve(api, zhuzhou, assessment, Role.EXPERT_COMMITTEE)

    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), assessment, "reviews { participants { roles } }")
    seated = [officer["roles"] for officer in found["reviews"][-1]["participants"]]
    assert sorted(seated) == [["DEPARTMENT_HEAD"], ["DEPUTY_CHIEF_PROCURATOR"]]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ((Role.DEPARTMENT_HEAD,), ["participants"]),  # without its convener
        ((Role.DEPUTY_CHIEF_PROCURATOR,), ["participants"]),  # the convener alone
        ((Role.DEPUTY_CHIEF_PROCURATOR, Role.DEPARTMENT_HEAD, Role.EXPERT_COMMITTEE), ["participants", "2"]),
        ((Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR), ["participants", "1"]),
    ],
)
async def test_others_are_not_the_committee(
    api: Api, zhuzhou: StaffedOffice, body: tuple[Role, ...], path: list[str]
) -> None:
    decision = {"assessment": await rated(api, zhuzhou), "verdict": "APPROVED"}

    [error] = await api.of(zhuzhou, Role.EXPERT_COMMITTEE).refused(
        "reviewAssessment", participants=[zhuzhou.officer_id(role) for role in body], **decision
    )

    assert (error["code"], error["path"]) == ("INVALID", path)


@pytest.mark.parametrize("votes", [{"inFavour": 3, "against": 0}, {"inFavour": 3, "against": -1}])
async def test_each_who_took_part_has_one_vote(api: Api, zhuzhou: StaffedOffice, votes: Answer) -> None:
    decision = {"assessment": await rated(api, zhuzhou), "verdict": "APPROVED"}

    [error] = await api.of(zhuzhou, Role.EXPERT_COMMITTEE).refused("reviewAssessment", votes=votes, **decision)

    assert (error["code"], error["path"]) == ("INVALID", ["votes"])


async def test_a_member_decides_on_no_case_of_their_own(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """A head who was given the case meanwhile, and was the only one: the chief procurator takes that seat."""
    assessment = await rated(api, zhuzhou)
    case = (await look(api.of(zhuzhou, Role.CASE_HANDLER), assessment, "case { id }"))["case"]["id"]
    head = zhuzhou.viewer(Role.DEPARTMENT_HEAD).officer
    await world.registrar.officer(
        zhuzhou.office, head.name, (Role.CASE_HANDLER, *head.roles), id=head.id, department_id=head.department_id
    )
    await api.of(zhuzhou, Role.CASE_MANAGER).do(
        "assignCase", case=case, department=zhuzhou.department().id, handler=head.id
    )
    decision = {"assessment": assessment, "verdict": "APPROVED"}
    body = [zhuzhou.officer_id(Role.DEPUTY_CHIEF_PROCURATOR), head.id]

    [error] = await api.of(zhuzhou, Role.EXPERT_COMMITTEE).refused("reviewAssessment", participants=body, **decision)
    await api.of(zhuzhou, Role.EXPERT_COMMITTEE).do("reviewAssessment", **decision)

    assert (error["code"], error["path"]) == ("INVALID", ["participants", "1"])
    found = await look(api.of(zhuzhou, Role.CASE_MANAGER), assessment, "reviews { participants { roles } }")
    seated = [officer["roles"] for officer in found["reviews"][-1]["participants"]]
    assert sorted(seated) == [["CHIEF_PROCURATOR"], ["DEPUTY_CHIEF_PROCURATOR"]]


async def test_one_person_is_no_committee(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """Nobody is left but the chief, who then holds every seat."""
    assessment = await rated(api, zhuzhou)
    for role in (Role.DEPARTMENT_HEAD, Role.DEPUTY_CHIEF_PROCURATOR):
        officer = zhuzhou.viewer(role).officer
        await world.registrar.officer(zhuzhou.office, officer.name, officer.roles, id=officer.id, active=False)

    [error] = await api.of(zhuzhou, Role.EXPERT_COMMITTEE).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED"
    )

    assert error["code"] == "WRONG_STATE"
    assert "缺少召集人或成员" in error["message"]


async def test_one_reviewer_is_no_committee(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await submit(api, zhuzhou, await open_case(api, zhuzhou), level="level-2")

    [error] = await api.of(zhuzhou, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment",
        assessment=assessment,
        verdict="APPROVED",
        participants=[zhuzhou.officer_id(Role.DEPARTMENT_HEAD)],
    )

    assert (error["code"], error["path"]) == ("INVALID", ["participants"])


async def test_deputy_convenes_and_heads_sit(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER), zhuzhou, "responsibilities { responsibility { duties { key roles } } }"
    )

    for item in found["responsibilities"]:
        duties = {duty["key"]: duty["roles"] for duty in item["responsibility"]["duties"]}
        assert duties["committee-convener"] == ["DEPUTY_CHIEF_PROCURATOR"]
        assert duties["committee-member"] == ["DEPARTMENT_HEAD"]
