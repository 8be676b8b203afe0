"""ZHU-14 「半个月、一个月、三个月、半年之内结案」: whom a term binds cannot get around it (A-51)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from caserisk import deadline_clock
from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import (
    COMMITMENTS,
    approve,
    assess,
    at,
    chain,
    dispose,
    look,
    open_case,
    plan,
    receive,
    refusals,
    resolve,
    submit,
    warn,
)
from tests.support.world import ZHUZHOU, StaffedOffice, World

RECEIVED, RAISED, PASSED = at("2011-11-10"), at("2011-11-15"), at("2011-11-28")
"""A warning of level 1 received on the 10th is to be concluded by 25 November 2011."""

TERMS = "dueAt overdue deadlines { term startsOn dueOn status met overdue }"
STATISTICS = '{ statistics(office: "430200", from: "2011-01-01", to: "2012-12-31") { overdue } }'


@pytest.fixture
async def received(world: World, api: Api, zhuzhou: StaffedOffice) -> Warned:
    """Return a level 1 warning that was received on 10 November 2011."""
    world.now = RECEIVED
    return await receive(api, zhuzhou, level="level-1")


async def terms(api: Api, office: StaffedOffice, warned: Warned) -> list[tuple[str, str, str]]:
    """Return the term, last day and status of each deadline, the earliest due first."""
    found = await look(api.of(office, Role.CHIEF_PROCURATOR), warned.warning, TERMS)
    return [(item["term"], item["dueOn"], item["status"]) for item in found["deadlines"]]


async def is_overdue(api: Api, office: StaffedOffice, warned: Warned) -> tuple[bool, str | None, int]:
    """Return whether a warning is overdue, its earliest due moment, and how many overdue ones statistics count."""
    chief = api.of(office, Role.CHIEF_PROCURATOR)
    found = await look(chief, warned.warning, TERMS)
    counted = await chief.ask(STATISTICS)
    return found["overdue"], found["dueAt"], counted["statistics"]["overdue"]


async def acknowledge(api: Api, office: StaffedOffice, warned: Warned) -> None:
    """Have the department's head receive a warning."""
    await api.of(office, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)


# ------------------------------------------------------------------------------------------------ raising the level


async def test_a_raise_ends_no_running_term(world: World, api: Api, zhuzhou: StaffedOffice, received: Warned) -> None:
    """Not by its submission, not by its receipt before the review, not by its review before the receipt."""
    running = ("P15D", "2011-11-25", "OPEN")
    world.now = RAISED

    assessment = await submit(api, zhuzhou, received.case, level="level-4")
    submitted = await terms(api, zhuzhou, received)
    await acknowledge(api, zhuzhou, received)
    acknowledged = await terms(api, zhuzhou, received)
    await approve(api, zhuzhou, assessment, *chain(zhuzhou, "level-4"))

    assert submitted == acknowledged == [running]
    assert await terms(api, zhuzhou, received) == [
        ("P15D", "2011-11-25", "CANCELLED"),
        ("P6M", "2012-05-15", "OPEN"),  # from the receipt of the raised level
    ]


async def test_a_reviewed_raise_waits_for_its_receipt(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    world.now = RAISED
    await assess(api, zhuzhou, received.case, level="level-4")
    reviewed = await terms(api, zhuzhou, received)
    world.now = at("2011-11-20")

    await acknowledge(api, zhuzhou, received)

    assert reviewed == [("P15D", "2011-11-25", "OPEN")]
    assert await terms(api, zhuzhou, received) == [
        ("P15D", "2011-11-25", "CANCELLED"),
        ("P6M", "2012-05-21", "OPEN"),
    ]


async def test_a_raise_before_the_receipt_buys_no_time(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """The department raises what it has not received yet, and receives it: the term is that of the reviewed level."""
    world.now = RECEIVED
    warned = await warn(api, zhuzhou, level="level-1")
    assessment = await submit(api, zhuzhou, warned.case, level="level-4")

    await acknowledge(api, zhuzhou, warned)
    acknowledged = await terms(api, zhuzhou, warned)
    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert acknowledged == [("P15D", "2011-11-25", "OPEN")]
    assert await terms(api, zhuzhou, warned) == acknowledged
    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "status level { code } acknowledgedAt")
    assert found == {
        "status": "ACKNOWLEDGED",
        "level": {"code": "level-1"},
        "acknowledgedAt": RECEIVED.isoformat(),
    }


@pytest.mark.parametrize("ticks", [True, False], ids=["noticed", "not noticed yet"])
async def test_a_raise_hides_no_missed_term(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned, ticks: bool
) -> None:
    world.now = PASSED
    if ticks:
        assert await deadline_clock.tick(world.runner) == 1
    late = (True, "2011-11-26T00:00:00+08:00", 1)
    before = await is_overdue(api, zhuzhou, received)

    assessment = await submit(api, zhuzhou, received.case, level="level-4")
    raised = await is_overdue(api, zhuzhou, received)
    await acknowledge(api, zhuzhou, received)
    acknowledged = await is_overdue(api, zhuzhou, received)
    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")
    returned = await is_overdue(api, zhuzhou, received)

    assert before == raised == acknowledged == returned == late
    await approve(api, zhuzhou, await submit(api, zhuzhou, received.case, level="level-4"), *chain(zhuzhou, "level-4"))
    await acknowledge(api, zhuzhou, received)
    # The new level's term runs beside it, and the old one stays late: only the chief's letter sets a new limit.
    assert await is_overdue(api, zhuzhou, received) == late
    assert await terms(api, zhuzhou, received) == [("P15D", "2011-11-25", "OPEN"), ("P6M", "2012-05-28", "OPEN")]


async def test_what_was_missed_is_missed_in_the_end(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    """A returned raise, then a closing that settles nothing: the term was missed at its day, not at the closing."""
    world.now = PASSED
    assessment = await submit(api, zhuzhou, received.case, level="level-4")
    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")
    await api.of(zhuzhou, Role.CASE_HANDLER).do("adoptPlan", warning=received.warning, plan=plan(*COMMITMENTS))

    await resolve(api, zhuzhou, received, outcome="RESOLVED_NOT_SETTLED")

    assert await terms(api, zhuzhou, received) == [("P15D", "2011-11-25", "MISSED")]


async def test_lifting_a_late_warning_leaves_it_missed(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    world.now = PASSED

    await api.of(zhuzhou, Role.EXPERT_COMMITTEE).do("liftWarning", warning=received.warning, reason="风险消除")

    assert await terms(api, zhuzhou, received) == [("P15D", "2011-11-25", "MISSED")]


async def test_lifting_in_time_leaves_nothing_missed(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    world.now = RAISED

    await api.of(zhuzhou, Role.EXPERT_COMMITTEE).do("liftWarning", warning=received.warning, reason="风险消除")

    assert await terms(api, zhuzhou, received) == [("P15D", "2011-11-25", "CANCELLED")]


# ------------------------------------------------------------------------------------------------ an earlier day


@pytest.fixture
async def half_a_year(world: World, api: Api, zhuzhou: StaffedOffice) -> Warned:
    """Return a blue warning in the national numbering, where the gravest level has the shortest term (A-01)."""
    world.now = RECEIVED
    await world.registrar.option(ZHUZHOU, "numbering", "national")
    return await receive(api, zhuzhou, level="level-4")


async def test_an_earlier_day_takes_its_place_at_once(
    world: World, api: Api, zhuzhou: StaffedOffice, half_a_year: Warned
) -> None:
    world.now = RAISED
    assessment = await submit(api, zhuzhou, half_a_year.case, level="level-1")
    await acknowledge(api, zhuzhou, half_a_year)
    in_review = await look(api.of(zhuzhou, Role.CASE_HANDLER), half_a_year.warning, TERMS)

    await approve(api, zhuzhou, assessment, *chain(zhuzhou, "level-1"))

    assert in_review["dueAt"] == "2011-12-01T00:00:00+08:00"
    assert [item["status"] for item in in_review["deadlines"]] == ["OPEN", "OPEN"]
    assert await terms(api, zhuzhou, half_a_year) == [
        ("P15D", "2011-11-30", "OPEN"),
        ("P6M", "2012-05-10", "CANCELLED"),
    ]


async def test_a_returned_raise_leaves_the_old_term_as_it_was(
    world: World, api: Api, zhuzhou: StaffedOffice, half_a_year: Warned
) -> None:
    handler = api.of(zhuzhou, Role.CASE_HANDLER)
    before = await look(handler, half_a_year.warning, f"status level {{ code }} acknowledgedAt {TERMS}")
    world.now = RAISED
    assessment = await submit(api, zhuzhou, half_a_year.case, level="level-1")
    await acknowledge(api, zhuzhou, half_a_year)

    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    after = await look(handler, half_a_year.warning, f"status level {{ code }} acknowledgedAt {TERMS}")
    of_raise, old = after["deadlines"]
    assert (of_raise["term"], of_raise["status"]) == ("P15D", "CANCELLED")
    assert after | {"deadlines": [old]} == before


async def test_a_term_of_a_raise_that_passed_is_missed_all_the_same(
    world: World, api: Api, zhuzhou: StaffedOffice, half_a_year: Warned
) -> None:
    world.now = RAISED
    assessment = await submit(api, zhuzhou, half_a_year.case, level="level-1")
    await acknowledge(api, zhuzhou, half_a_year)
    world.now = at("2011-12-05")

    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert await terms(api, zhuzhou, half_a_year) == [
        ("P15D", "2011-11-30", "MISSED"),
        ("P6M", "2012-05-10", "OPEN"),
    ]


# ------------------------------------------------------------------------------------------------ a risk that is denied


async def test_who_handles_a_warning_does_not_end_it_by_finding_no_risk(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    """Without a warning "no risk" is confirmed at once (A-24); with one it passes the chain of its level."""
    world.now = RAISED

    assessment = await submit(api, zhuzhou, received.case, level=None)
    submitted = await look(api.of(zhuzhou, Role.CASE_HANDLER), received.warning, "status dueAt")
    await approve(api, zhuzhou, assessment, *chain(zhuzhou, "level-1"))

    assert submitted == {"status": "ACKNOWLEDGED", "dueAt": "2011-11-26T00:00:00+08:00"}
    assert await look(api.of(zhuzhou, Role.CASE_HANDLER), received.warning, "status") == {"status": "LIFTED"}


async def test_nor_before_the_warning_is_issued(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)
    risk = await assess(api, zhuzhou, case, level="level-2")

    await submit(api, zhuzhou, case, level=None)
    await api.of(zhuzhou, Role.LEADING_GROUP_OFFICE).do("issueWarning", case=case, assessment=risk)

    found = await look(
        api.of(zhuzhou, Role.CASE_HANDLER), case, "level { code } currentAssessment { status } activeWarning { status }"
    )
    assert found == {
        "level": {"code": "level-2"},
        "currentAssessment": {"status": "IN_REVIEW"},
        "activeWarning": {"status": "ISSUED"},
    }


# ------------------------------------------------------------------------------------------------ a receipt withheld


async def test_a_withheld_receipt_is_recorded_as_delivery(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """A-03: no period runs before the receipt, so the issuer or the hub may put the delivery on record."""
    world.now = RECEIVED
    warned, handler = await warn(api, zhuzhou, level="level-1"), api.of(zhuzhou, Role.CASE_HANDLER)
    offered = await look(handler, warned.warning, "nextActs { act roles }")

    await api.of(zhuzhou, Role.LEADING_GROUP_OFFICE).do("recordDelivery", warning=warned.warning)

    assert {"act": "RECORD_DELIVERY", "roles": ["LEADING_GROUP_OFFICE", "COMPLAINTS_OFFICER"]} in offered["nextActs"]
    assert await terms(api, zhuzhou, warned) == [("P15D", "2011-11-25", "OPEN")]
    found = await look(handler, warned.warning, "status acknowledgedAt receiptAssumed")
    assert found == {"status": "ACKNOWLEDGED", "acknowledgedAt": RECEIVED.isoformat(), "receiptAssumed": True}


async def test_only_issuer_and_hub_record_a_delivery(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-1")
    department = [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, zhuzhou, department, "recordDelivery", warning=warned.warning)
    await api.of(zhuzhou, Role.COMPLAINTS_OFFICER).do("recordDelivery", warning=warned.warning)

    assert codes == ["FORBIDDEN"] * 4


async def test_a_receipt_is_on_record_once(api: Api, zhuzhou: StaffedOffice, received: Warned) -> None:
    """Whoever has received it is not moved by a delivery, nor the other way round."""
    [delivered] = await api.of(zhuzhou, Role.COMPLAINTS_OFFICER).refused("recordDelivery", warning=received.warning)
    [again] = await api.of(zhuzhou, Role.DEPARTMENT_HEAD).refused("acknowledgeWarning", warning=received.warning)

    assert (delivered["code"], again["code"]) == ("WRONG_STATE", "WRONG_STATE")
    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), received.warning, "receiptAssumed")
    assert found == {"receiptAssumed": False}


# ------------------------------------------------------------------------------------------------ days that are entered


async def test_no_day_that_is_entered_moves_a_term(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """Neither the day a measure was taken, nor the one by which a later plan means to resolve the risk."""
    world.now = RECEIVED
    warned, handler = await dispose(api, zhuzhou, level="level-1"), api.of(zhuzhou, Role.CASE_HANDLER)
    before = await look(handler, warned.warning, TERMS)
    later = plan(*COMMITMENTS) | {"resolutionDueOn": "2012-11-10"}
    world.now = RAISED

    await handler.do(
        "recordDisposition",
        case=warned.case,
        warning=warned.warning,
        measure="explanation",
        description="释法说理",
        performedAt=RECEIVED.isoformat(),
    )
    await handler.do("adoptPlan", warning=warned.warning, plan=later)

    assert await look(handler, warned.warning, TERMS) == before


# ------------------------------------------------------------------------------------------------ a letter too early


@pytest.mark.parametrize("flow", [warn, receive], ids=["not received", "received"])
async def test_no_new_limit_before_anything_is_late(world: World, api: Api, zhuzhou: StaffedOffice, flow: Any) -> None:
    """ZHU-18 未按时办结: a letter is no way to turn fifteen days into half a year."""
    world.now = RECEIVED
    warned = await flow(api, zhuzhou, level="level-1")
    before = await terms(api, zhuzhou, warned)
    limits: Sequence[tuple[Role, str]] = [
        (Role.CHIEF_PROCURATOR, "CHIEF_LETTER"),
        (Role.COMPLAINTS_OFFICER, "SUPERVISION_NOTICE"),
        (Role.COMPLAINTS_OFFICER, "TRACKING_FORM"),
    ]

    errors: list[Answer] = []
    for role, kind in limits:
        errors += await api.of(zhuzhou, role).refused(
            "superviseWarning", warning=warned.warning, kind=kind, reason="督办", newLimit="2012-05-10"
        )

    assert [(error["code"], error["path"]) for error in errors] == [("WRONG_STATE", ["newLimit"])] * 3
    assert await terms(api, zhuzhou, warned) == before


# ------------------------------------------------------------------------------------------------ supervision


async def test_a_returned_raise_takes_its_supervision_back(api: Api, zhuzhou: StaffedOffice) -> None:
    """Red asks for a special group at once (ZHU-19); returned, it asks for none."""
    warned, chief = await receive(api, zhuzhou, level="level-3"), api.of(zhuzhou, Role.CHIEF_PROCURATOR)
    assessment = await submit(api, zhuzhou, warned.case, level="level-4")
    raised = await look(chief, warned.warning, "supervisions { kind status }")

    await approve(api, zhuzhou, assessment, Role.DEPARTMENT_HEAD, verdict="RETURNED")

    assert raised == {"supervisions": [{"kind": "SPECIAL_GROUP", "status": "REQUIRED"}]}
    found = await look(chief, warned.warning, "supervisions { id status }")
    [group] = found["supervisions"]
    assert group["status"] == "WITHDRAWN"
    leader = zhuzhou.officer_id(Role.CHIEF_PROCURATOR)
    [error] = await chief.refused(
        "superviseWarning",
        warning=warned.warning,
        supervision=group["id"],
        kind="SPECIAL_GROUP",
        reason="督办",
        leader=leader,
    )
    assert error["code"] == "WRONG_STATE"
