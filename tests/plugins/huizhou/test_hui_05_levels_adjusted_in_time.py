"""HUI-05 「承办人要根据案情变化和社会舆情等情况及时调整评估等级,作出相应的风险预警,拟定具体的应对措施,
全程跟踪处理」"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api, Client
from tests.support.flows import Warned
from tests.support.regions import (
    WORK_PLAN,
    approve,
    assess,
    chain,
    conclude,
    happened,
    heard,
    look,
    open_case,
    resolve,
    rules,
    submit,
    told,
    warn,
)
from tests.support.world import StaffedOffice, World

DAY = timedelta(days=1)


@pytest.fixture
def handler(api: Api, huizhou: StaffedOffice) -> Client:
    """Return the handler of the cases."""
    return api.of(huizhou, Role.CASE_HANDLER)


@pytest.fixture
async def warned(world: World, api: Api, huizhou: StaffedOffice) -> Warned:
    """Return a case of level 2 under its warning, a day ago."""
    warned = await warn(api, huizhou, level="level-2")
    world.now += DAY
    return warned


async def levels(client: Client, warned: Warned) -> Answer:
    """Return the level in force of a case and that of its warning."""
    found = await look(client, warned.case, "level { code } activeWarning { id level { code } }")
    running = found["activeWarning"]
    return {"case": found["level"], "warning": running and running["level"]}


async def level_as_of(client: Client, case: str, moment: datetime) -> str | None:
    """Return the code of the level that was in force at a moment."""
    found = await look(client, case, f'levelAsOf(at: "{moment.isoformat()}") {{ code }}')
    return found["levelAsOf"] and str(found["levelAsOf"]["code"])


def both(code: str) -> Answer:
    """Return a level that is in force in the case and in its warning."""
    return {"case": {"code": code}, "warning": {"code": code}}


async def test_a_raise_holds_from_submission(api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-1")

    found = await look(handler, warned.warning, "id status acknowledgedAt")
    assert await levels(handler, warned) == both("level-1")
    assert await look(handler, assessment, "status level { code }") == {"status": "IN_REVIEW", "level": None}
    assert found == {"id": warned.warning, "status": "ISSUED", "acknowledgedAt": None}  # the same warning goes on
    assert (await happened(handler, warned.case)).count("warning LEVEL_ADJUSTED") == 1


async def test_an_approved_raise_stays(api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned) -> None:
    assessment = await assess(api, huizhou, warned.case, level="level-1")

    found = await look(handler, assessment, "status level { code } warning { id } pendingIssue { automatic }")
    assert found["status"] == "CONFIRMED"
    assert (found["level"], found["warning"], found["pendingIssue"]) == (
        {"code": "level-1"},
        {"id": warned.warning},
        None,
    )
    assert await levels(handler, warned) == both("level-1")
    assert (await happened(handler, warned.case)).count("warning LEVEL_ADJUSTED") == 1


async def test_a_returned_raise_brings_back_the_old(
    world: World, api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    """As a new entry: the level that held for a day stays on record (A-51)."""
    raised_at = world.now
    assessment = await submit(api, huizhou, warned.case, level="level-1")
    world.now += DAY

    await approve(api, huizhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert await levels(handler, warned) == both("level-2")
    moments = [raised_at - DAY, raised_at, world.now - timedelta(seconds=1), world.now]
    in_force = [await level_as_of(handler, warned.case, moment) for moment in moments]
    assert in_force == ["level-2", "level-1", "level-1", "level-2"]
    timeline = await happened(handler, warned.case)
    assert (timeline.count("case LEVEL_CHANGED"), timeline.count("warning LEVEL_ADJUSTED")) == (3, 2)


async def test_a_withdrawn_raise_brings_back_the_old(
    world: World, api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-1")
    world.now += DAY

    await handler.do("withdrawAssessment", assessment=assessment, reason="误报")

    assert await levels(handler, warned) == both("level-2")
    assert await level_as_of(handler, warned.case, world.now - timedelta(seconds=1)) == "level-1"
    timeline = await happened(handler, warned.case)
    assert (timeline.count("case LEVEL_CHANGED"), timeline.count("warning LEVEL_ADJUSTED")) == (3, 2)


async def test_the_chief_may_undo_a_raise(api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-1")
    await approve(api, huizhou, assessment, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)

    await approve(api, huizhou, assessment, Role.CHIEF_PROCURATOR, level="level-3")

    assert await levels(handler, warned) == both("level-3")
    assert (await happened(handler, warned.case)).count("warning LEVEL_ADJUSTED") == 2


async def test_a_lowering_waits_for_confirmation(
    world: World, api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-3")
    submitted = await levels(handler, warned)
    await approve(api, huizhou, assessment, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    signed = await levels(handler, warned)
    world.now += DAY

    await approve(api, huizhou, assessment, Role.CHIEF_PROCURATOR)

    assert (submitted, signed, await levels(handler, warned)) == (both("level-2"), both("level-2"), both("level-3"))
    moments = [world.now - timedelta(seconds=1), world.now]
    assert [await level_as_of(handler, warned.case, moment) for moment in moments] == ["level-2", "level-3"]


async def test_a_returned_lowering_changes_nothing(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-3")

    await approve(api, huizhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert await levels(handler, warned) == both("level-2")
    assert "warning LEVEL_ADJUSTED" not in await happened(handler, warned.case)


async def test_a_confirmed_no_risk_lifts_the_warning(
    world: World, api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    assessment = await submit(api, huizhou, warned.case, level=None)
    submitted = await levels(handler, warned)

    await approve(api, huizhou, assessment, *chain(huizhou, None))

    assert submitted == both("level-2")
    assert await levels(handler, warned) == {"case": None, "warning": None}
    assert await look(handler, warned.warning, "status nextActs { act }") == {"status": "LIFTED", "nextActs": []}
    assert await level_as_of(handler, warned.case, world.now) is None
    assert await level_as_of(handler, warned.case, world.now - DAY) == "level-2"


@pytest.mark.parametrize("level", ["level-1", "level-3", None], ids=["raised", "lowered", "no risk"])
async def test_a_concluded_case_is_tracked_to_the_end(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned, level: str | None
) -> None:
    """Its warning runs, so the case is assessed as long as that does."""
    await conclude(api, huizhou, warned.case)

    await assess(api, huizhou, warned.case, level=level)

    found = await look(handler, warned.warning, "status level { code }")
    lifted = {"status": "LIFTED", "level": {"code": "level-2"}}
    assert found == ({"status": "ISSUED", "level": {"code": level}} if level else lifted)
    assert (await look(handler, warned.case, "warnings { totalCount }"))["warnings"] == {"totalCount": 1}


async def test_after_its_warning_a_concluded_case_is_left_alone(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    await conclude(api, huizhou, warned.case)
    await resolve(api, huizhou, warned)

    [error] = await handler.refused(
        "submitAssessment", case=warned.case, hasRisk=True, proposedLevel="level-1", plan=WORK_PLAN
    )

    assert error["code"] == "WRONG_STATE"
    assert await look(handler, warned.case, "activeWarning { id }") == {"activeWarning": None}


async def test_a_conclusion_leaves_a_review_that_adjusts(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    assessment = await submit(api, huizhou, warned.case, level="level-3")
    await conclude(api, huizhou, warned.case)
    in_review = await look(handler, assessment, "status")

    await approve(api, huizhou, assessment, *chain(huizhou, "level-3"))

    assert in_review == {"status": "IN_REVIEW"}
    assert await levels(handler, warned) == both("level-3")


@pytest.mark.parametrize("level", ["level-1", "level-3"], ids=["warns by itself", "is issued"])
async def test_a_review_after_the_conclusion_warns_of_nothing(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned, level: str
) -> None:
    """The warning that it might have adjusted was lifted meanwhile."""
    assessment = await submit(api, huizhou, warned.case, level=level)
    await conclude(api, huizhou, warned.case)
    await api.of(huizhou, Role.CHIEF_PROCURATOR).do("liftWarning", warning=warned.warning, reason="风险消除")

    await approve(api, huizhou, assessment, *chain(huizhou, level))

    found = await look(handler, assessment, "status pendingIssue { automatic } case { activeWarning { id } }")
    assert found == {"status": "CONFIRMED", "pendingIssue": None, "case": {"activeWarning": None}}
    assert (await look(handler, warned.case, "warnings { totalCount }"))["warnings"] == {"totalCount": 1}
    [error] = await handler.refused("issueWarning", case=warned.case)
    assert error["code"] == "WRONG_STATE"


async def test_a_raise_in_review_ends_with_the_case(api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    """The warning that it issued was resolved, so none runs when the case is concluded."""
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level="level-3")
    raised = await submit(api, huizhou, case, level="level-1")
    warning = (await look(handler, case, "activeWarning { id }"))["activeWarning"]["id"]
    await resolve(api, huizhou, Warned(case=case, assessment=raised, warning=warning))

    await conclude(api, huizhou, case)

    assert await look(handler, raised, "status") == {"status": "WITHDRAWN"}
    found = await look(handler, case, "level { code } activeWarning { id } warnings { totalCount }")
    assert found == {"level": {"code": "level-3"}, "activeWarning": None, "warnings": {"totalCount": 1}}


async def test_a_first_level_is_no_raise(world: World, api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    """It is in force once confirmed (A-51)."""
    case = await open_case(api, huizhou)
    assessment = await submit(api, huizhou, case, level="level-1")
    submitted = await look(handler, case, "level { code } activeWarning { id }")

    await approve(api, huizhou, assessment, *chain(huizhou, "level-1"))

    assert submitted == {"level": None, "activeWarning": None}
    assert await level_as_of(handler, case, world.now) == "level-1"
    assert await level_as_of(handler, case, world.now - timedelta(seconds=1)) is None


async def test_from_no_risk_to_risk_is_none(api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level=None)

    await submit(api, huizhou, case, level="level-1")

    assert await look(handler, case, "level { code } activeWarning { id }") == {"level": None, "activeWarning": None}


async def test_a_raise_may_be_the_first_warning(api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    """From level 3, which waits for the handler's own warning, to level 2, which warns by itself."""
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level="level-3")

    await submit(api, huizhou, case, level="level-2")

    found = await look(handler, case, "activeWarning { level { code } issuedBy { id } }")
    assert found["activeWarning"] == {"level": {"code": "level-2"}, "issuedBy": None}


async def test_a_warning_running_leaves_none_to_issue(api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    """The raise that warned was returned: the warning goes on at the old level, and no second one is due."""
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level="level-3")
    raised = await submit(api, huizhou, case, level="level-1")
    await approve(api, huizhou, raised, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    [error] = await handler.refused("issueWarning", case=case)

    assert error["code"] == "WRONG_STATE"
    found = await look(handler, case, "warnings { nodes { status level { code } } }")
    assert found["warnings"]["nodes"] == [{"status": "ISSUED", "level": {"code": "level-3"}}]


async def test_a_returned_raise_warns_nobody_anew(
    api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned
) -> None:
    """The warning was resolved meanwhile; that the old level is back is no reason for another one."""
    raised = await submit(api, huizhou, warned.case, level="level-1")
    await resolve(api, huizhou, warned)

    await approve(api, huizhou, raised, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    found = await look(handler, warned.case, "level { code } activeWarning { id } warnings { totalCount }")
    assert found == {"level": {"code": "level-2"}, "activeWarning": None, "warnings": {"totalCount": 1}}


async def test_an_assessment_warns_once(api: Api, huizhou: StaffedOffice, handler: Client) -> None:
    """The raise warned when it was submitted, and the warning was resolved before the last approval."""
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level="level-3")
    raised = await submit(api, huizhou, case, level="level-1")
    warning = (await look(handler, case, "activeWarning { id }"))["activeWarning"]["id"]
    await resolve(api, huizhou, Warned(case=case, assessment=raised, warning=warning))

    await approve(api, huizhou, raised, *chain(huizhou, "level-1"))

    found = await look(
        handler, raised, "status warning { id } pendingIssue { automatic } case { activeWarning { id } }"
    )
    assert found == {
        "status": "CONFIRMED",
        "warning": {"id": warning},
        "pendingIssue": None,
        "case": {"activeWarning": None},
    }


async def test_the_department_is_told_both_ways(api: Api, huizhou: StaffedOffice, warned: Warned) -> None:
    head = api.of(huizhou, Role.DEPARTMENT_HEAD)
    await assess(api, huizhou, warned.case, level="level-1")
    raised = (await heard(head)).count("预警等级变化")

    await assess(api, huizhou, warned.case, level="level-3")

    assert raised == 1
    assert (await heard(head)).count("预警等级变化") == 2


async def test_the_handler_tracks_to_the_end(api: Api, huizhou: StaffedOffice, handler: Client, warned: Warned) -> None:
    await handler.do(
        "recordDisposition", case=warned.case, warning=warned.warning, measure="joint-action", description="部门联动"
    )

    answer = await handler.do(
        "resolveWarning",
        "warning { status responsibility { handles duties { key roles } reasons { rule } } }",
        warning=warned.warning,
        outcome="SETTLED",
    )

    responsibility = answer["warning"]["responsibility"]
    assert answer["warning"]["status"] == "RESOLVED"
    assert responsibility["handles"] == ["CASE_HANDLER"]
    assert [duty["key"] for duty in responsibility["duties"]] == ["reassess", "warn", "measures", "track"]
    assert {tuple(duty["roles"]) for duty in responsibility["duties"]} == {("CASE_HANDLER",)}
    assert rules(responsibility["reasons"]) == ["HUI-05", "A-13"]


@pytest.mark.parametrize("level", ["level-3", None])
async def test_hub_and_leader_hear_that_a_level_is_lowered(
    api: Api, huizhou: StaffedOffice, warned: Warned, level: str | None
) -> None:
    """As of a raise (A-13): once it is approved, and each once."""
    hub, leader = api.of(huizhou, Role.COMPLAINTS_OFFICER), api.of(huizhou, Role.LEADER_IN_CHARGE)
    assessment = await submit(api, huizhou, warned.case, level=level)
    before = [(await heard(client)).count("风险等级已调整") for client in (hub, leader)]

    await approve(api, huizhou, assessment, *chain(huizhou, level))

    for client in (hub, leader):
        lowered = [notice for notice in await told(client) if notice["subject"] == "风险等级已调整"]
        assert ["A-13" in rules(notice["reasons"]) for notice in lowered] == [True]
    assert before == [0, 0]


async def test_who_else_was_warned_hears_it_too(world: World, api: Api, huizhou: StaffedOffice) -> None:
    await world.registrar.option(huizhou.code, "also_warn", "publicity")
    warned, publicity = await warn(api, huizhou, level="level-1"), api.of(huizhou, Role.PUBLICITY_OFFICER)

    await assess(api, huizhou, warned.case, level="level-3")

    assert await heard(publicity) == ["风险等级已调整", "一级、二级风险预警信息"]


async def test_a_raise_warns_the_hub_and_tells_the_leader(api: Api, huizhou: StaffedOffice, warned: Warned) -> None:
    await submit(api, huizhou, warned.case, level="level-1")

    hub, leader = [await heard(api.of(huizhou, role)) for role in (Role.COMPLAINTS_OFFICER, Role.LEADER_IN_CHARGE)]
    assert (hub.count("一级、二级风险预警信息"), hub.count("风险等级已调整")) == (2, 0)  # of the warning, of the raise
    assert leader.count("风险等级已调整") == 1
