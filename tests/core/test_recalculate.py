"""A calendar that is published later reaches running terms, and no other day (ZHU-14, A-05)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caserisk import deadline_clock
from caserisk.commands.calendar import due_date_changes
from caserisk.commands.warnings import LiftWarning
from caserisk.domain.casefile import CaseFile
from caserisk.domain.deadlines import Deadline, DeadlinesRecalculated, DeadlinesStarted, start_deadline
from caserisk.domain.events import Entry, Event
from caserisk.domain.folding import fold, open_file
from caserisk.domain.rules import TermRule, TermStart
from caserisk.domain.terms import office_day
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ClosureOutcome, DeadlineKind, Role
from caserisk.recalculate import CountedTerm, recalculate
from caserisk.working_days import Weekdays, parse_calendar
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support import flows
from tests.support.api import Api
from tests.support.case_states import CASE, CASE_OPENED, OFFICE, OPENED, warning
from tests.support.databases import Databases
from tests.support.regions import at, look, receive, warn
from tests.support.world import ZHUZHOU, StaffedOffice, World

# ------------------------------------------------------------------------------------------------ the law


@dataclass(frozen=True)
class Published:
    """A calendar with some days off, and some working weekends, published up to a year."""

    exceptions: frozenset[date]
    last_year: int

    def is_working_day(self, day: date) -> bool:
        """Whether offices work; beyond the last year, whether it is a weekday."""
        return (day.weekday() < 5) is not (self.covers(day) and day in self.exceptions)

    def covers(self, day: date) -> bool:
        """Whether the year is published."""
        return day.year <= self.last_year


terms = st.one_of(
    st.integers(1, 60).map(lambda count: f"P{count}BD"),
    st.builds(lambda months, days: f"P{months}M{days}D", st.integers(0, 14), st.integers(1, 60)),
)
exceptions = st.frozensets(st.dates(date(2026, 11, 1), date(2028, 3, 31)), max_size=120)
moments = st.integers(0, 800 * 24).map(lambda hours: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(hours=hours))


def entry(event: Event, moment: datetime) -> Entry:
    """An event as an entry about the case."""
    return Entry(id="event_1", at=moment, office_id=OFFICE, case_id=CASE, actor_id=None, event=event)


def with_deadline(deadline: Deadline) -> CaseFile:
    """A case under a warning with one deadline."""
    file = replace(open_file(entry(CASE_OPENED, OPENED)), warnings={"warning_1": warning("warning_1")})
    return fold(file, entry(DeadlinesStarted(deadlines=(deadline,)), OPENED))


@given(
    written=terms,
    rolls=st.booleans(),
    starts_on=st.dates(date(2026, 11, 1), date(2027, 12, 31)),
    days=exceptions,
    last_years=st.tuples(st.integers(2025, 2028), st.integers(2025, 2029)).map(sorted),
    now=moments,
)
def test_a_running_term_is_as_if_the_calendar_had_been_known(
    written: str, rolls: bool, starts_on: date, days: frozenset[date], last_years: list[int], now: datetime
) -> None:
    known, later = (Published(days, year) for year in last_years)
    rule = TermRule(
        kind=DeadlineKind.RESOLUTION, rule="ZHU-14", label=Text("期限", "term"), term=written, rolls=rolls, reasons=()
    )
    ids = {"id": "deadline_1", "case_id": CASE, "warning_id": "warning_1"}
    told = start_deadline(rule, **ids, starts_on=starts_on, calendar=known)
    right = start_deadline(rule, **ids, starts_on=starts_on, calendar=later)
    file = with_deadline(told)

    changes = due_date_changes(file, later, now)

    if changes:
        file = fold(file, entry(DeadlinesRecalculated(batch="batch_1", changes=changes), now))
    passed = now >= told.due_at or now >= right.due_at
    expected = told if passed or not right.calendar_complete else right
    assert file.deadlines["deadline_1"] == expected
    assert file.case.due_at == file.warnings["warning_1"].due_at == expected.due_at
    assert due_date_changes(file, later, now) == ()
    assert bool(changes) is (told != expected)


# ------------------------------------------------------------------------------------------------ in Zhuzhou

NOTICE = parse_calendar(b"date,working\n2027-01-01,no\n2027-03-01,no\n2027-03-02,no\n2027-03-06,yes\n")
"""An invented notice of 2027: 1 and 2 March, a Monday and a Tuesday, are holidays."""

DUE = "deadlines { dueOn dueAt calendarComplete status } dueAt"


@pytest.fixture
async def zhuzhou(world: World) -> StaffedOffice:
    """An office of Zhuzhou whose calendar ends with the year, on 30 November 2026."""
    world.now, world.runner.calendar = at("2026-11-30"), Weekdays()
    return await world.office(ZHUZHOU)


async def applied(world: World, batch: str | None = "batch_1") -> list[CountedTerm]:
    """Apply the calendar, and return the terms of all cases."""
    cases = [case async for case in recalculate(world.runner, batch=batch)]
    assert [case.refusal for case in cases] == [None] * len(cases)
    return [term for case in cases for term in case.terms]


async def changes(api: Api, office: StaffedOffice, case: str) -> list[dict[str, Any]]:
    """Return what the log says of due dates that were counted anew."""
    document = """query ($case: ID!) { events(where: { case: $case }) { events {
        ... on CaseChange { kind summary batch dueDateChanges { label dueOnBefore dueOn } }
    } } }"""
    entries = (await api.of(office, Role.CHIEF_PROCURATOR).ask(document, case=case))["events"]["events"]
    return [item for item in entries if item.get("kind") == "DEADLINES_RECALCULATED"]


async def test_a_published_calendar_moves_a_running_term(world: World, zhuzhou: StaffedOffice) -> None:
    api = Api(world)
    warned = await receive(api, zhuzhou, level="level-3")  # three months
    told = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, DUE)
    world.runner.calendar, world.now = NOTICE, at("2026-12-15")

    [foreseen] = await applied(world, batch=None)
    unchanged = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, DUE)
    [counted] = await applied(world)
    again = await applied(world)

    assert (foreseen.deadline.due_on, foreseen.due_on, foreseen.moved) == (date(2027, 3, 1), date(2027, 3, 3), True)
    assert counted == foreseen
    assert again == []
    assert unchanged == told
    assert told["deadlines"] == [
        {"dueOn": "2027-03-01", "dueAt": "2027-03-02T00:00:00+08:00", "calendarComplete": False, "status": "OPEN"}
    ]
    assert await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, DUE) == {
        "deadlines": [
            {"dueOn": "2027-03-03", "dueAt": "2027-03-04T00:00:00+08:00", "calendarComplete": True, "status": "OPEN"}
        ],
        "dueAt": "2027-03-04T00:00:00+08:00",
    }
    assert await changes(api, zhuzhou, warned.case) == [
        {
            "kind": "DEADLINES_RECALCULATED",
            "summary": "按公布的工作日历重新计算期限：接到预警通知后结案并息诉罢访的期限 2027-03-01 → 2027-03-03",
            "batch": "batch_1",
            "dueDateChanges": [
                {"label": "接到预警通知后结案并息诉罢访的期限", "dueOnBefore": "2027-03-01", "dueOn": "2027-03-03"}
            ],
        }
    ]


async def test_a_term_that_stays_becomes_complete(world: World, zhuzhou: StaffedOffice) -> None:
    api = Api(world)
    warned = await receive(api, zhuzhou, level="level-2")  # one month: 30 December
    world.runner.calendar = NOTICE

    [counted] = await applied(world)

    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, DUE)
    assert (counted.due_on, counted.moved) == (date(2026, 12, 30), False)
    assert [(item["dueOn"], item["calendarComplete"]) for item in found["deadlines"]] == [("2026-12-30", True)]
    assert [item["dueDateChanges"][0]["dueOn"] for item in await changes(api, zhuzhou, warned.case)] == ["2026-12-30"]


async def test_a_term_beyond_the_calendar_waits(world: World, zhuzhou: StaffedOffice) -> None:
    api = Api(world)
    world.now = at("2027-08-02")
    warned = await receive(api, zhuzhou, level="level-4")  # half a year: February 2028
    world.runner.calendar = NOTICE

    [counted] = await applied(world)

    assert (counted.deadline.due_on, counted.due_on) == (date(2028, 2, 2), None)
    assert await changes(api, zhuzhou, warned.case) == []


@pytest.mark.parametrize("recorded", [True, False])
async def test_what_has_passed_keeps_the_day_that_was_told(
    world: World, zhuzhou: StaffedOffice, recorded: bool
) -> None:
    """Whether or not the clock has put on record that it passed."""
    api = Api(world)
    warned = await receive(api, zhuzhou, level="level-3")
    world.now, world.runner.calendar = at("2027-03-02", "00:00:00"), NOTICE
    if recorded:
        assert await deadline_clock.tick(world.runner) == 1
    before = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "deadlines { dueOn dueAt overdue }")

    assert await applied(world) == []

    after = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, "deadlines { dueOn dueAt overdue }")
    assert after == before
    assert after["deadlines"] == [{"dueOn": "2027-03-01", "dueAt": "2027-03-02T00:00:00+08:00", "overdue": True}]


async def test_nobody_is_late_by_a_calendar_that_comes_too_late(world: World, zhuzhou: StaffedOffice) -> None:
    """A working Saturday would have been the last day, and on the Sunday it is over."""
    world.now = at("2026-12-06")
    api = Api(world)
    warned = await receive(api, zhuzhou, level="level-3")  # 6 March 2027, a Saturday: rolls to Monday
    world.runner.calendar, world.now = NOTICE, at("2027-03-07")

    [counted] = await applied(world)

    found = await look(api.of(zhuzhou, Role.CASE_HANDLER), warned.warning, DUE)
    assert (counted.deadline.due_on, counted.due_on) == (date(2027, 3, 8), None)
    assert [(item["dueOn"], item["status"]) for item in found["deadlines"]] == [("2027-03-08", "OPEN")]


async def test_a_working_weekend_brings_a_term_forward(world: World, zhuzhou: StaffedOffice) -> None:
    world.now = at("2026-12-06")
    await receive(Api(world), zhuzhou, level="level-3")
    world.runner.calendar = NOTICE

    [counted] = await applied(world)

    assert (counted.deadline.due_on, counted.due_on) == (date(2027, 3, 8), date(2027, 3, 6))


async def test_a_limit_that_a_person_set_stays(world: World, zhuzhou: StaffedOffice) -> None:
    """A holiday, set by the chief procurator: it does not depend on a calendar (A-31)."""
    warned = await flows.receive_in_zhuzhou(world, zhuzhou, level="level-1")
    world.now = at("2027-01-04")
    assert await deadline_clock.tick(world.runner) == 1
    await flows.supervise(world, zhuzhou, warned, date(2027, 3, 1))
    world.runner.calendar = NOTICE

    assert await applied(world) == []

    found = await look(
        Api(world).of(zhuzhou, Role.CASE_HANDLER), warned.warning, "deadlines { dueOn status rolls calendarComplete }"
    )
    assert {"dueOn": "2027-03-01", "status": "OPEN", "rolls": False, "calendarComplete": True} in found["deadlines"]


async def test_a_term_that_does_not_roll_asks_no_calendar(world: World, zhuzhou: StaffedOffice) -> None:
    await world.registrar.option(ZHUZHOU, "roll", "none")
    await receive(Api(world), zhuzhou, level="level-3")
    world.runner.calendar = NOTICE

    assert await applied(world) == []


async def test_a_settled_term_stays(world: World, zhuzhou: StaffedOffice) -> None:
    warned = await flows.receive_in_zhuzhou(world, zhuzhou)
    await world.do(LiftWarning(warning=warned.warning, reason="风险消除"), zhuzhou.viewer(Role.EXPERT_COMMITTEE))
    world.runner.calendar = NOTICE

    assert await applied(world) == []


# ------------------------------------------------------------------------------------------------ several

BY_DAYS, BY_WORKING_DAYS = (
    TermRule(
        kind=kind,
        rule="MUP-02",
        label=Text("期限", "term"),
        term=term,
        starts=TermStart.ISSUE,
        met_by=(ClosureOutcome.SETTLED,),
        reasons=(REASON,),
    )
    for kind, term in ((DeadlineKind.RESOLUTION, "P3M"), (DeadlineKind.FEEDBACK, "P60BD"))
)


@pytest.fixture
async def made_up(databases: Databases) -> AsyncIterator[World]:
    """Provide a world with a city of two terms for each warning."""
    city = region(CITY, terms=lambda: (BY_DAYS, BY_WORKING_DAYS))
    async with World(databases.fresh("sqlite"), registry=beside_the_others(city)) as world:
        world.now, world.runner.calendar = at("2026-11-30"), Weekdays()
        yield world


async def test_a_case_has_one_entry_for_all_its_terms(made_up: World) -> None:
    api, city = Api(made_up), await made_up.office(CITY)
    cases = [(await warn(api, city, level="orange")).case for _ in range(2)]
    made_up.runner.calendar = NOTICE

    counted = await applied(made_up)

    found = [await changes(api, city, case) for case in cases]
    assert len(counted) == 4
    assert [[len(item["dueDateChanges"]) for item in entries] for entries in found] == [[2], [2]]
    assert {item["batch"] for entries in found for item in entries} == {"batch_1"}


async def test_a_case_that_is_refused_stays_and_holds_up_no_other(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing() -> tuple[object, ...]:
        assert office_day(world.now) < date(2026, 12, 1)
        return ()

    city = region(CITY, terms=lambda: (BY_DAYS,), gates=failing)
    async with World(databases.fresh("sqlite"), registry=beside_the_others(city)) as world:
        world.now, world.runner.calendar = at("2026-11-30"), Weekdays()
        api = Api(world)
        await warn(api, await world.office(CITY), level="orange")
        await receive(api, await world.office(ZHUZHOU), level="level-3")
        world.now, world.runner.calendar = world.now + timedelta(days=1), NOTICE

        cases = [case async for case in recalculate(world.runner, batch="batch_1")]
        again = [case async for case in recalculate(world.runner, batch="batch_2")]

    assert [case.refusal is None for case in cases] == [False, True]
    assert [[term.due_on for term in case.terms] for case in cases] == [[None], [date(2027, 3, 3)]]
    assert [(case.id, case.refusal is None) for case in again] == [(cases[0].id, False)]
