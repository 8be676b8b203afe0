"""Nobody decides alone, and no assessment waits for an empty post: who can review a step in offices of any staff."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from caserisk.domain.policy import reviewers_in_turn
from caserisk.domain.rules import ReviewStep
from caserisk.domain.vocabulary import Role
from caserisk.plugin import Text
from tests.core.regulation.made_up import REASON, beside_the_others, region
from tests.support.api import Api, Client
from tests.support.regions import look, open_case, refusals, told
from tests.support.staffing import employ, lead, retire
from tests.support.world import StaffedOffice, World

CITY = "520100"
"""An invented city, in a province without a regulation."""

HEAD, LEADER, DEPUTY, CHIEF = (
    Role.DEPARTMENT_HEAD,
    Role.LEADER_IN_CHARGE,
    Role.DEPUTY_CHIEF_PROCURATOR,
    Role.CHIEF_PROCURATOR,
)


def step(role: Role, **given: Any) -> ReviewStep:
    """Return the step of a role."""
    made = ReviewStep(key=role.value.lower(), label=Text("审批", "review"), role=role, reasons=(REASON,))
    return replace(made, **given)


class Chain:
    """The chain of a made-up city, which a test sets before it submits."""

    steps: Sequence[ReviewStep] = ()


@pytest.fixture
def chain() -> Chain:
    """Return the chain of the made-up city."""
    return Chain()


@pytest.fixture
async def world(database: str, chain: Chain) -> AsyncIterator[World]:
    """Provide a world with the made-up city."""
    made_up = region(CITY, review_steps=lambda facts, has_risk, level: tuple(chain.steps))  # noqa: ARG005
    async with World(database, registry=beside_the_others(made_up)) as world:
        yield world


@pytest.fixture
async def city(world: World) -> StaffedOffice:
    """Return the office of the made-up city, with an officer of each role."""
    return await world.office(CITY)


async def submitted(api: Api, office: StaffedOffice, handler: Client | None = None, **opened: Any) -> str:
    """Submit an assessment in the city, and return its id."""
    case = await open_case(api, office, **opened)
    answer = await (handler or api.of(office, Role.CASE_HANDLER)).do("submitAssessment", case=case, hasRisk=False)
    return str(answer["assessment"]["id"])


async def turn(client: Client, assessment: str) -> tuple[str | None, str | None]:
    """Return the role of the step whose turn it is, and the role that can review it."""
    found = await look(client, assessment, "nextReview { role } nextReviewRole")
    return found["nextReview"] and found["nextReview"]["role"], found["nextReviewRole"]


async def refused(client: Client, assessment: str) -> str:
    """Return the words with which a review is refused."""
    [error] = await client.refused("reviewAssessment", assessment=assessment, verdict="APPROVED")
    assert error["code"] == "FORBIDDEN"
    return str(error["message"])


async def approve(client: Client, assessment: str) -> None:
    """Approve the next step."""
    await client.do("reviewAssessment", assessment=assessment, verdict="APPROVED")


# ------------------------------------------------------------------------------------------------ nobody alone


async def test_one_person_is_not_three_tiers(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(HEAD), step(LEADER), step(Role.EXPERT_COMMITTEE)), Api(world)
    alone = api.client(await employ(world, city, HEAD, LEADER, Role.EXPERT_COMMITTEE))
    assessment = await submitted(api, city)

    await approve(alone, assessment)
    words = [await refused(alone, assessment)]
    assert await turn(alone, assessment) == ("LEADER_IN_CHARGE", "DEPUTY_CHIEF_PROCURATOR")
    await approve(api.of(city, DEPUTY), assessment)
    words.append(await refused(alone, assessment))
    await approve(api.of(city, Role.EXPERT_COMMITTEE), assessment)

    assert all("已审批过前面环节" in said for said in words)
    found = await look(alone, assessment, "status reviews { stoodInAs by { roles } }")
    assert found["status"] == "CONFIRMED"
    assert [review["stoodInAs"] for review in found["reviews"]] == [None, "DEPUTY_CHIEF_PROCURATOR", None]


async def test_the_present_handler_reviews_nothing(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(HEAD),), Api(world)
    viewer = await employ(world, city, Role.CASE_HANDLER, HEAD)
    both, assessment = api.client(viewer), await submitted(api, city)
    case = (await look(both, assessment, "case { id }"))["case"]["id"]

    # Of an assessment that another handler submitted.
    await both.do("assignCase", case=case, department=city.department().id, handler=viewer.officer.id)

    assert "承办人不得审批" in await refused(both, assessment)
    await approve(api.of(city, HEAD), assessment)


async def test_who_submitted_reviews_nothing_after_giving_the_case_away(
    world: World, chain: Chain, city: StaffedOffice
) -> None:
    chain.steps, api = (step(HEAD),), Api(world)
    viewer = await employ(world, city, Role.CASE_HANDLER, HEAD)
    both = api.client(viewer)
    case = await open_case(api, city)
    given = {"case": case, "department": city.department().id}
    await both.do("assignCase", **given, handler=viewer.officer.id)
    answer = await both.do("submitAssessment", case=case, hasRisk=False)
    await both.do("assignCase", **given, handler=city.officer_id(Role.CASE_HANDLER))

    assert "提交人不得审批" in await refused(both, answer["assessment"]["id"])


async def test_a_step_may_be_anybodys(world: World, chain: Chain, city: StaffedOffice) -> None:
    """Where the regulation says so, of that step alone."""
    chain.steps, api = (step(HEAD), step(LEADER, separate=False)), Api(world)
    alone = api.client(await employ(world, city, HEAD, LEADER))
    assessment = await submitted(api, city)

    await approve(alone, assessment)
    await approve(alone, assessment)

    found = await look(alone, assessment, "status reviews { stoodInAs }")
    assert found == {"status": "CONFIRMED", "reviews": [{"stoodInAs": None}] * 2}


# ------------------------------------------------------------------------------------------------ nobody stuck


async def test_an_empty_post_falls_to_the_tier_above(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(LEADER),), Api(world)
    await lead(world, city, None)
    assessment, head = await submitted(api, city), api.of(city, HEAD)

    assert await turn(head, assessment) == ("LEADER_IN_CHARGE", "DEPUTY_CHIEF_PROCURATOR")
    said = await refused(head, assessment)
    codes = await refusals(
        api, city, (Role.CASE_HANDLER, CHIEF), "reviewAssessment", assessment=assessment, verdict="APPROVED"
    )
    await approve(api.of(city, DEPUTY), assessment)

    assert "有权者:副检察长" in said
    assert f"部门「{city.department().name}」没有可以审批的分管领导" in said
    assert codes == ["FORBIDDEN"] * 2
    assert (await look(head, assessment, "status"))["status"] == "CONFIRMED"


async def test_whoever_stands_in_is_told_that_a_review_waits(world: World, chain: Chain, city: StaffedOffice) -> None:
    """At the submission, and again when the turn passes to an empty post."""
    api, chain.steps = Api(world), (step(HEAD), step(LEADER))
    await lead(world, city, None)

    assessment = await submitted(api, city)
    before = {role: len(await told(api.of(city, role))) for role in (HEAD, DEPUTY, CHIEF)}
    await api.of(city, HEAD).do("reviewAssessment", assessment=assessment, verdict="APPROVED")
    after = {role: len(await told(api.of(city, role))) for role in (HEAD, DEPUTY, CHIEF)}

    assert before == {HEAD: 1, DEPUTY: 0, CHIEF: 0}
    assert after == {HEAD: 1, DEPUTY: 1, CHIEF: 0}


async def test_who_left_since_the_submission_is_stood_in_for(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(Role.EXPERT_COMMITTEE),), Api(world)
    assessment, head, seen = await submitted(api, city), api.of(city, HEAD), []

    for leaving in (Role.EXPERT_COMMITTEE, DEPUTY, CHIEF):
        seen.append((await turn(head, assessment))[1])
        await retire(world, city.viewer(leaving))

    assert seen == ["EXPERT_COMMITTEE", "DEPUTY_CHIEF_PROCURATOR", "CHIEF_PROCURATOR"]
    assert await turn(head, assessment) == ("EXPERT_COMMITTEE", None)


async def test_that_nobody_can_is_told_to_everybody(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(LEADER),), Api(world)
    await retire(world, city.viewer(LEADER), city.viewer(DEPUTY), city.viewer(CHIEF))
    assessment = await submitted(api, city)

    for role in (Role.CASE_HANDLER, HEAD, Role.CASE_MANAGER):
        said = await refused(api.of(city, role), assessment)
        assert "现无人可以审批" in said
        assert f"部门「{city.department().name}」没有可以审批的分管领导" in said
        assert "请由系统管理员" in said

    newcomer = await employ(world, city, LEADER)
    assert await turn(api.of(city, HEAD), assessment) == ("LEADER_IN_CHARGE", "LEADER_IN_CHARGE")
    await approve(api.client(newcomer), assessment)


async def test_two_reviewers_carry_a_chain_of_three(world: World, chain: Chain, city: StaffedOffice) -> None:
    """Who only stood in for a lower tier still has their own word, where nobody else is left."""
    chain.steps, api = (step(HEAD), step(LEADER), step(CHIEF)), Api(world)
    await retire(world, city.viewer(HEAD), city.viewer(DEPUTY))
    assessment, chief = await submitted(api, city), api.of(city, CHIEF)

    await approve(api.of(city, LEADER), assessment)
    assert await turn(chief, assessment) == ("LEADER_IN_CHARGE", "CHIEF_PROCURATOR")
    await approve(chief, assessment)
    assert await turn(chief, assessment) == ("CHIEF_PROCURATOR", "CHIEF_PROCURATOR")
    await approve(chief, assessment)

    found = await look(chief, assessment, "status reviews { stoodInAs }")
    assert found["status"] == "CONFIRMED"
    assert [review["stoodInAs"] for review in found["reviews"]] == ["LEADER_IN_CHARGE", "CHIEF_PROCURATOR", None]


async def test_one_reviewer_carries_none(world: World, chain: Chain, city: StaffedOffice) -> None:
    chain.steps, api = (step(HEAD), step(LEADER)), Api(world)
    await retire(world, city.viewer(HEAD), city.viewer(LEADER), city.viewer(DEPUTY))
    assessment, chief = await submitted(api, city), api.of(city, CHIEF)

    await approve(chief, assessment)

    assert await turn(chief, assessment) == ("LEADER_IN_CHARGE", None)
    assert "现无人可以审批" in await refused(chief, assessment)


async def test_the_regulation_names_who_stands_in(world: World, chain: Chain, city: StaffedOffice) -> None:
    api = Api(world)
    await lead(world, city, None)
    chain.steps = (step(LEADER, stand_ins=(Role.LEADING_GROUP, CHIEF)), step(LEADER, stand_ins=()))
    assessment, group = await submitted(api, city), api.of(city, Role.LEADING_GROUP)

    codes = await refusals(api, city, (DEPUTY, CHIEF), "reviewAssessment", assessment=assessment, verdict="APPROVED")
    await approve(group, assessment)

    assert codes == ["FORBIDDEN"] * 2
    assert await turn(group, assessment) == ("LEADER_IN_CHARGE", None)


@pytest.mark.parametrize(
    ("role", "in_turn"),
    [
        (HEAD, (HEAD, LEADER, DEPUTY, CHIEF)),
        (LEADER, (LEADER, DEPUTY, CHIEF)),
        (CHIEF, (CHIEF,)),
        (Role.EXPERT_COMMITTEE, (Role.EXPERT_COMMITTEE, DEPUTY, CHIEF)),
        (Role.COMPLAINTS_OFFICER, (Role.COMPLAINTS_OFFICER, DEPUTY, CHIEF)),
    ],
)
def test_by_default_the_tiers_above_stand_in(role: Role, in_turn: tuple[Role, ...]) -> None:
    assert reviewers_in_turn(step(role)) == in_turn


# ------------------------------------------------------------------------------------------------ any staff

STAFF = (HEAD, LEADER, DEPUTY, CHIEF, Role.EXPERT_COMMITTEE, Role.CASE_HANDLER)


def staff(random: Random) -> Iterator[tuple[Role, ...]]:
    """Yield the roles of a few officers, most of one role."""
    for _ in range(random.randint(1, 5)):
        yield tuple(random.sample(STAFF, random.choice((1, 1, 2, 3))))


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_said_is_what_is_answered(world: World, chain: Chain, city: StaffedOffice, seed: int) -> None:
    """`nextReviewRole` names a role exactly where somebody is let in, and they are let in by it."""
    random, api = Random(seed), Api(world)  # a repeatable draw
    chain.steps = [step(role, separate=random.random() < 0.8) for role in random.sample(STAFF[:5], 3)]
    await retire(world, *(viewer for role, viewer in city.viewers.items() if role in STAFF[:5]))
    officers = [await employ(world, city, *roles) for roles in staff(random)]
    handlers = [viewer for viewer in officers if Role.CASE_HANDLER in viewer.roles] or [city.viewer(Role.CASE_HANDLER)]
    handler, oversees = random.choice(handlers), api.of(city, Role.CASE_MANAGER)
    case = await open_case(api, city)
    await oversees.do("assignCase", case=case, department=city.department().id, handler=handler.officer.id)
    answer = await api.client(handler).do("submitAssessment", case=case, hasRisk=False)
    assessment = answer["assessment"]["id"]

    for expected in chain.steps:
        own, by = await turn(oversees, assessment)
        assert own == str(expected.role)
        let_in = None
        for viewer in random.sample(officers, len(officers)):
            _, errors = await api.client(viewer).execute(
                "mutation ($input: ReviewAssessmentInput!) { reviewAssessment(input: $input) { errors { code } } }",
                input={"assessment": assessment, "verdict": "APPROVED"},
            )
            assert errors == []
            if (await look(oversees, assessment, "reviews { at }"))["reviews"][chain.steps.index(expected) :]:
                let_in = viewer
                break
        assert (let_in is None) == (by is None)
        if let_in is None:
            return
        [*_, last] = (await look(oversees, assessment, "reviews { stoodInAs by { id } }"))["reviews"]
        assert Role[by or ""] in let_in.roles
        assert last == {"stoodInAs": None if by == own else by, "by": {"id": let_in.officer.id}}
