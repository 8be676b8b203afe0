"""Whom an occasion is told to: the core's defaults beneath what a region says, and nobody twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import pytest

from caserisk import baseline
from caserisk.domain.rules import Issuing, NoticeRule, Occasion, ReviewStep
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support.api import Api
from tests.support.databases import Databases
from tests.support.regions import another_department, approve, heard, look, open_case, submit, told
from tests.support.world import StaffedOffice, World


def tell(said: str, **to: object) -> NoticeRule:
    """Make a rule of a region."""
    return NoticeRule(subject=Text(said, said), reasons=(REASON,), **to)  # type: ignore[arg-type]


SAID: Mapping[Occasion, tuple[NoticeRule, ...]] = {
    Occasion.CASE_ASSIGNED: (tell("市:分案", to_undertaking=True),),
    Occasion.ASSESSMENT_SUBMITTED: (tell("市:报备", to_role=Role.LEADER_IN_CHARGE),),
    Occasion.ASSESSMENT_RETURNED: (tell("市:退回", to_role=Role.CASE_HANDLER),),
    Occasion.WARNING_RECEIVED: (tell("市:已签收", to_function=DepartmentFunction.COMPLAINTS),),
}
CHAIN = tuple(
    ReviewStep(key=role.value, label=Text(role.zh, role.en), role=role, reasons=(REASON,))
    for role in (Role.LEADER_IN_CHARGE, Role.DEPARTMENT_HEAD)
)
ISSUING = Issuing(roles=(Role.RISK_OFFICER, Role.CASE_MANAGER), lifted_by=(Role.RISK_OFFICER,), reasons=(REASON,))


@dataclass(frozen=True, slots=True)
class Place:
    """A city that says of some occasions whom to tell; the leader reviews first, two roles may issue."""

    world: World
    api: Api
    city: StaffedOffice

    async def heard(self, role: Role) -> list[str]:
        """Return what the officer of a role was notified of, the newest first."""
        return await heard(self.api.of(self.city, role))

    async def opened(self) -> str:
        """Open a case of the handler by the handler, of which nobody is told."""
        return await open_case(self.api, self.city)


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def place(database: str) -> AsyncIterator[Place]:
    """Provide the city."""
    made_up = region(
        CITY,
        notices=lambda occasion: SAID.get(occasion),
        review_steps=lambda has_risk: CHAIN if has_risk else (),
        issuing=lambda: ISSUING,
    )
    async with World(database, registry=beside_the_others(made_up)) as world:
        yield Place(world, Api(world), await world.office(CITY))


def test_the_core_answers_every_occasion() -> None:
    assert set(baseline.NOTICES) == set(Occasion)


async def test_a_region_that_says_nothing_leaves_the_cores_default(place: Place) -> None:
    case = await place.opened()
    assessment = await submit(place.api, place.city, case, level="orange")
    await approve(place.api, place.city, assessment, Role.LEADER_IN_CHARGE)

    assert await place.heard(Role.DEPARTMENT_HEAD) == ["风险评估待您审批"]


async def test_a_report_is_no_request(place: Place) -> None:
    """The leader who is told of every assessment is asked for a review all the same."""
    await submit(place.api, place.city, await place.opened(), level="orange")

    assert sorted(await place.heard(Role.LEADER_IN_CHARGE)) == ["市:报备", "风险评估待您审批"]


async def test_whom_the_region_tells_the_core_does_not_tell_again(place: Place) -> None:
    case = await place.opened()
    assessment = await submit(place.api, place.city, case, level="orange")

    await approve(place.api, place.city, assessment, Role.LEADER_IN_CHARGE, verdict="RETURNED", comment="补充")

    assert await place.heard(Role.CASE_HANDLER) == ["市:退回"]


async def test_who_belongs_to_a_department_that_is_told_is_not_told_again(place: Place) -> None:
    """Neither the handler in person, nor the head by their role."""
    case, beside = await place.opened(), await another_department(place.world, place.city)

    await place.api.of(place.city, Role.CASE_MANAGER).do(
        "assignCase",
        case=case,
        department=beside.department().id,
        handler=beside.officer_id(Role.CASE_HANDLER),
    )

    for role in (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD):
        assert await heard(place.api.of(beside, role)) == ["市:分案"]
    assert await place.heard(Role.CASE_HANDLER) == await place.heard(Role.DEPARTMENT_HEAD) == []


async def test_a_review_goes_on_in_the_new_department(place: Place) -> None:
    case, beside = await place.opened(), await another_department(place.world, place.city)
    assessment = await submit(place.api, place.city, case, level="orange")

    await place.api.of(place.city, Role.CASE_MANAGER).do(
        "assignCase", case=case, department=beside.department().id, handler=beside.officer_id(Role.CASE_HANDLER)
    )

    notices = {item["subject"]: item["id"] for item in await told(place.api.of(beside, Role.LEADER_IN_CHARGE))}
    chief = place.api.of(place.city, Role.CHIEF_PROCURATOR)
    found = await look(chief, notices["风险评估待您审批"], "assessment { id }")
    assert found == {"assessment": {"id": assessment}}


async def test_all_who_may_issue_a_warning_hear_that_it_waits(place: Place) -> None:
    assessment = await submit(place.api, place.city, await place.opened(), level="orange")

    await approve(place.api, place.city, assessment, Role.LEADER_IN_CHARGE, Role.DEPARTMENT_HEAD)

    assert await place.heard(Role.RISK_OFFICER) == await place.heard(Role.CASE_MANAGER) == ["预警待您发布"]
    assert (await place.heard(Role.CASE_HANDLER))[0] == "风险评估已确认"


async def test_without_risk_nothing_waits_to_be_issued(place: Place) -> None:
    await submit(place.api, place.city, await place.opened(), level=None)

    assert await place.heard(Role.RISK_OFFICER) == await place.heard(Role.CASE_MANAGER) == []


async def test_a_region_may_tell_of_what_the_core_tells_nobody(place: Place) -> None:
    case = await place.opened()
    assessment = await submit(place.api, place.city, case, level="orange")
    await approve(place.api, place.city, assessment, Role.LEADER_IN_CHARGE, Role.DEPARTMENT_HEAD)
    issued = await place.api.of(place.city, Role.RISK_OFFICER).do("issueWarning", case=case)

    await place.api.of(place.city, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=issued["warning"]["id"])

    assert (await place.heard(Role.COMPLAINTS_OFFICER))[0] == "市:已签收"


async def test_nobody_is_told_in_person_what_they_did_themselves(place: Place) -> None:
    """A handler who records a petition does not hear of it; the hub does."""
    case = await place.opened()

    await place.api.of(place.city, Role.CASE_HANDLER).do(
        "recordPetition", case=case, channel="来信", description="来信"
    )

    assert await place.heard(Role.CASE_HANDLER) == []
    assert len(await place.heard(Role.COMPLAINTS_OFFICER)) == 1


async def test_whom_their_own_act_leaves_something_to_do_is_told(database: str) -> None:
    """A handler whose assessment needs no review, and who issues the warning that is due from it."""
    issuing = Issuing(roles=(Role.CASE_HANDLER,), lifted_by=(), reasons=(REASON,))
    made_up = region(CITY, review_steps=lambda: (), issuing=lambda: issuing)
    async with World(database, registry=beside_the_others(made_up)) as world:
        api, office = Api(world), await world.office(CITY)

        await submit(api, office, await open_case(api, office), level="orange")

        assert await heard(api.of(office, Role.CASE_HANDLER)) == ["预警待您发布"]


@pytest.mark.parametrize("handled", [True, False], ids=["to a handler", "to nobody yet"])
async def test_opening_for_somebody_else_is_an_assignment(database: str, handled: bool) -> None:
    """Where it names no handler yet, the handlers of the department hear of it."""
    async with World(database) as world:
        api, office = Api(world), await world.office(CITY)
        elsewhere = await another_department(world, office)
        who = {"handler": office.officer_id(Role.CASE_HANDLER)} if handled else {"handler": None}

        await api.of(office, Role.CASE_MANAGER).do(
            "openCase",
            number="检公诉〔2026〕1号",
            title="故意伤害案",
            cause="故意伤害",
            office=CITY,
            department=office.department().id,
            **who,
        )

        assert await heard(api.of(office, Role.CASE_HANDLER)) == ["案件已分配给您"]
        assert await heard(api.of(office, Role.DEPARTMENT_HEAD)) == ["案件已分配给本部门"]
        assert await heard(api.of(elsewhere, Role.CASE_HANDLER)) == []
