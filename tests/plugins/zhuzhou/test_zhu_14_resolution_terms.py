"""ZHU-14 「规定一级、二级、三级、四级风险案件必须在接到预警通知后,分别在半个月、一个月、三个月、半年之内结案,
并确保息诉罢访」"""

from __future__ import annotations

from datetime import timedelta

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import at, dispose, look, receive, regulation, resolve, rules, warn
from tests.support.world import ZHUZHOU, StaffedOffice, World

LEVELS = ["level-1", "level-2", "level-3", "level-4"]
TERMS = ["P15D", "P1M", "P3M", "P6M"]
DUE = {
    "2011-11-10": ["2011-11-25", "2011-12-12", "2012-02-10", "2012-05-10"],  # 10 December is a Saturday
    "2011-08-31": ["2011-09-15", "2011-09-30", "2011-11-30", "2012-02-29"],  # the last day of a shorter month
    "2011-12-31": ["2012-01-16", "2012-01-31", "2012-03-31", "2012-07-02"],  # 31 March: a working Saturday
    "2011-11-30": ["2011-12-15", "2011-12-30", "2012-02-29", "2012-05-30"],  # the corresponding day, no month's end
}
"""The last days in time of the four levels, by the day of receipt (A-04, A-05)."""

DEADLINES = "deadlines { kind rule startsOn term dueOn dueAt status met metAt overdue calendarComplete }"


async def deadline_of(api: Api, office: StaffedOffice, warned: Warned) -> Answer:
    """Return the one deadline of a warning."""
    found = await look(api.of(office, Role.CASE_HANDLER), warned.warning, DEADLINES)
    [deadline] = found["deadlines"]
    answer: Answer = deadline
    return answer


@pytest.mark.parametrize(
    ("received", "numbering"), [*((received, "positional") for received in DUE), ("2011-11-10", "national")]
)
async def test_each_number_has_its_period(
    world: World, api: Api, zhuzhou: StaffedOffice, received: str, numbering: str
) -> None:
    """The period goes by the number, whichever colour it has (A-01)."""
    await world.registrar.option(ZHUZHOU, "numbering", numbering)
    world.now = at(received)

    deadlines = [await deadline_of(api, zhuzhou, await receive(api, zhuzhou, level=level)) for level in LEVELS]

    assert [deadline["dueOn"] for deadline in deadlines] == DUE[received]
    assert [deadline["term"] for deadline in deadlines] == TERMS
    assert {deadline["startsOn"] for deadline in deadlines} == {received}
    assert {(deadline["kind"], deadline["rule"]) for deadline in deadlines} == {("RESOLUTION", "ZHU-14")}
    assert all(deadline["calendarComplete"] for deadline in deadlines)


async def test_the_regulation_states_the_periods(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER), zhuzhou, "terms { level { code } deadline term reasons { rule assumed } }"
    )

    assert [(term["level"]["code"], term["term"]) for term in found["terms"]] == list(zip(LEVELS, TERMS, strict=True))
    reasons = found["terms"][0]["reasons"]
    assert reasons[0] == {"rule": "ZHU-14", "assumed": False}
    assert {reason["rule"] for reason in reasons if reason["assumed"]} == {"A-02", "A-03", "A-04", "A-05", "A-32"}


async def test_no_period_runs_before_the_receipt(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-1")
    issued = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "acknowledgedAt dueAt deadlines { id }")
    world.now += timedelta(days=9)

    await api.of(zhuzhou, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warned.warning)

    assert issued == {"acknowledgedAt": None, "dueAt": None, "deadlines": []}
    assert (await deadline_of(api, zhuzhou, warned))["startsOn"] == "2026-01-14"


@pytest.mark.parametrize("received", ["00:00:00", "23:59:59"])
async def test_the_day_of_receipt_is_not_counted(world: World, api: Api, zhuzhou: StaffedOffice, received: str) -> None:
    world.now = at("2011-11-10", received)

    deadline = await deadline_of(api, zhuzhou, await receive(api, zhuzhou, level="level-1"))

    assert (deadline["startsOn"], deadline["dueOn"]) == ("2011-11-10", "2011-11-25")
    assert deadline["dueAt"] == "2011-11-26T00:00:00+08:00"


@pytest.mark.parametrize(("roll", "due"), [("forward", "2011-12-12"), ("none", "2011-12-10")])
async def test_a_last_day_off_moves_on(world: World, api: Api, zhuzhou: StaffedOffice, roll: str, due: str) -> None:
    await world.registrar.option(ZHUZHOU, "roll", roll)
    world.now = at("2011-11-10")

    deadline = await deadline_of(api, zhuzhou, await receive(api, zhuzhou, level="level-2"))

    assert deadline["dueOn"] == due


@pytest.mark.parametrize(
    ("time", "status", "met"),
    [(("2011-11-25", "23:59:59"), "MET", True), (("2011-11-26", "00:00:00"), "MISSED", False)],
    ids=["last second", "midnight"],
)
async def test_the_last_second_is_in_time(
    world: World, api: Api, zhuzhou: StaffedOffice, time: tuple[str, str], status: str, met: bool
) -> None:
    world.now = at("2011-11-10")
    warned = await dispose(api, zhuzhou, level="level-1")
    world.now = at(*time)
    overdue = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "overdue")

    await resolve(api, zhuzhou, warned)

    deadline = await deadline_of(api, zhuzhou, warned)
    assert overdue == {"overdue": not met}
    assert (deadline["status"], deadline["met"], deadline["overdue"]) == (status, met, False)
    assert deadline["metAt"] == world.now.isoformat()


@pytest.mark.parametrize("outcome", ["RESOLVED_NOT_SETTLED", "REFERRED_TO_LEGAL_REMEDY"])
async def test_only_a_settlement_meets_the_period(api: Api, zhuzhou: StaffedOffice, outcome: str) -> None:
    """A-32: in time, and closed all the same; what the text asks for is 息诉罢访."""
    warned = await dispose(api, zhuzhou, level="level-1")

    await resolve(api, zhuzhou, warned, outcome=outcome)

    deadline = await deadline_of(api, zhuzhou, warned)
    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "status overdue dueAt closure { outcome }")
    assert (deadline["status"], deadline["met"], deadline["metAt"]) == ("MISSED", False, None)
    assert found == {"status": "RESOLVED", "overdue": False, "dueAt": None, "closure": {"outcome": outcome}}


async def test_beyond_the_known_calendar_it_says_so(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    world.now = at("2026-08-10")

    deadline = await deadline_of(api, zhuzhou, await receive(api, zhuzhou, level="level-4"))

    assert (deadline["dueOn"], deadline["calendarComplete"]) == ("2027-02-10", False)


async def test_the_term_carries_its_reasons(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await receive(api, zhuzhou, level="level-3")

    found = await look(
        api.of(zhuzhou, Role.CASE_HANDLER), warned.case, "deadlines { label reasons { rule plugin pluginVersion } }"
    )

    [deadline] = found["deadlines"]
    assert deadline["label"] == "接到预警通知后结案并息诉罢访的期限"
    assert rules(deadline["reasons"])[0] == "ZHU-14"
    assert {reason["plugin"] for reason in deadline["reasons"]} == {"caserisk-zhuzhou"}
