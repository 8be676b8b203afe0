"""What a regulation is told of a case when it is asked: what is on record, and nothing of persons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import astuple, dataclass, field
from datetime import date, timedelta

import pytest

from caserisk import deadline_clock
from caserisk.domain.facts import Facts
from caserisk.domain.rules import Issuing, Occasion, TermRule, TermStart
from caserisk.domain.terms import WEEKDAYS, WorkingDays
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DeadlineKind, DeadlineStatus, DepartmentFunction, Receipt, Role, SupervisionKind
from caserisk.working_days import OfficialCalendar
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support.api import Api
from tests.support.databases import Databases
from tests.support.flows import Warned
from tests.support.regions import NO_FACTORS, assess, open_case, warn
from tests.support.world import StaffedOffice, World

PARTY = "张某"
RESOLUTION = TermRule(
    kind=DeadlineKind.RESOLUTION,
    rule="MUP-02",
    label=Text("化解期限", "to be resolved"),
    term="P10D",
    starts=TermStart.ISSUE,
    reasons=(REASON,),
)
ISSUING = Issuing(automatic=True, lifted_by=(Role.DEPARTMENT_HEAD,), receipt=Receipt.OPTIONAL, reasons=(REASON,))


@dataclass(frozen=True, slots=True)
class Place:
    """A city whose regulation keeps the facts it is told, by the occasion on which it is asked whom to tell."""

    world: World
    api: Api
    city: StaffedOffice
    told: dict[Occasion, Facts] = field(default_factory=dict)

    async def warned(self) -> Warned:
        """Issue a warning."""
        return await warn(self.api, self.city, level="orange")

    async def disposed(self, warned: Warned, **input: str) -> None:
        """Have something done about a case."""
        await self.api.of(self.city, Role.CASE_HANDLER).do("recordDisposition", case=warned.case, **input)


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def place(database: str) -> AsyncIterator[Place]:
    """Provide the city."""
    told: dict[Occasion, Facts] = {}

    def notices(facts: Facts, occasion: Occasion) -> tuple[()]:
        told[occasion] = facts
        return ()

    made_up = region(CITY, notices=notices, terms=lambda: (RESOLUTION,), issuing=lambda: ISSUING)
    async with World(database, registry=beside_the_others(made_up)) as world:
        yield Place(world, Api(world), await world.office(CITY), told)


async def test_answers_parties_and_department_are_told(place: Place) -> None:
    parties = [{"label": PARTY, "role": "被害人"}, {"label": PARTY, "role": "上诉人"}]
    case = await open_case(place.api, place.city, parties=parties, title=f"{PARTY}故意伤害案")

    await assess(place.api, place.city, case, level="orange")

    facts = place.told[Occasion.ASSESSMENT_CONFIRMED]
    assert facts.case is not None
    assert (facts.case.parties, facts.case.department) == (2, DepartmentFunction.BUSINESS)
    assert facts.assessments[0].answers == {answer["factor"]: answer["value"] for answer in NO_FACTORS}
    assert PARTY not in str(astuple(facts.case))


async def test_dispositions_are_told_the_latest_first(place: Place) -> None:
    """With the day on which each was done, and whether it is about the warning in question."""
    case = await open_case(place.api, place.city)
    handler = place.api.of(place.city, Role.CASE_HANDLER)
    await handler.do("recordDisposition", case=case, measure="explanation", description="释法说理")
    await assess(place.api, place.city, case, level="orange")
    place.world.now += timedelta(days=2, hours=15)  # after midnight in the office, before it in UTC
    warning = (await handler.ask("{ warnings { nodes { id } } }"))["warnings"]["nodes"][0]["id"]
    await handler.do("recordDisposition", case=case, warning=warning, measure="mediation", description="检调对接")

    await handler.do("resolveWarning", warning=warning, outcome="SETTLED")

    done = place.told[Occasion.WARNING_RESOLVED].dispositions
    assert [(item.measure, item.performed_on, item.of_warning) for item in done] == [
        ("mediation", date(2026, 1, 8), True),
        ("explanation", date(2026, 1, 5), False),
    ]


async def test_of_a_deadline_that_passes_it_is_told_which(place: Place) -> None:
    await place.warned()
    before = place.told[Occasion.WARNING_ISSUED]
    place.world.now += timedelta(days=20)

    assert await deadline_clock.tick(place.world.runner) == 1

    facts = place.told[Occasion.DEADLINE_PASSED]
    assert (before.occasion, before.deadline) == (Occasion.WARNING_ISSUED, None)
    assert [(item.status, item.passed) for item in before.deadlines] == [(DeadlineStatus.OPEN, False)]
    assert facts.occasion is Occasion.DEADLINE_PASSED
    assert facts.deadline is not None
    assert (facts.deadline.rule, facts.deadline.starts_on, facts.deadline.due_on, facts.deadline.passed) == (
        "MUP-02",
        date(2026, 1, 5),
        date(2026, 1, 15),
        True,
    )
    assert facts.deadlines == (facts.deadline,)


async def test_supervisions_so_far_are_told(place: Place) -> None:
    warned = await place.warned()
    form = {"warning": warned.warning, "kind": "TRACKING_FORM", "reason": "跟踪监督"}

    await place.api.of(place.city, Role.COMPLAINTS_OFFICER).do("superviseWarning", **form)

    [supervision] = place.told[Occasion.SUPERVISION_ISSUED].supervisions
    assert (supervision.kind, supervision.of_warning) == (SupervisionKind.TRACKING_FORM, True)
    assert supervision.issued_at == place.world.now


async def test_a_warning_that_has_ended_is_told_where_it_is_about_it(place: Place) -> None:
    warned, handler = await place.warned(), place.api.of(place.city, Role.CASE_HANDLER)
    await handler.do("resolveWarning", warning=warned.warning, outcome="SETTLED")

    await handler.do("fileWarning", warning=warned.warning, report="结案报告")

    resolved, filed = (place.told[item].warning for item in (Occasion.WARNING_RESOLVED, Occasion.WARNING_FILED))
    assert resolved is not None
    assert filed is not None
    assert (resolved.status.value, filed.status.value) == ("RESOLVED", "FILED")


async def test_the_official_calendar_is_told(place: Place) -> None:
    await place.warned()

    calendar = place.told[Occasion.WARNING_ISSUED].calendar
    assert calendar.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)  # the 14th is worked, then holidays


# ------------------------------------------------------------------------------------------------ working days

OFFICIAL = WorkingDays(OfficialCalendar())


@pytest.mark.parametrize(
    ("calendar", "day", "count", "expected"),
    [
        (OFFICIAL, date(2026, 1, 5), 0, date(2026, 1, 5)),
        (OFFICIAL, date(2026, 1, 9), 1, date(2026, 1, 12)),
        (OFFICIAL, date(2026, 2, 13), 1, date(2026, 2, 14)),
        (WEEKDAYS, date(2026, 2, 13), 1, date(2026, 2, 16)),
    ],
)
def test_working_days_are_added(calendar: WorkingDays, day: date, count: int, expected: date) -> None:
    assert calendar.add_working_days(day, count) == expected


def test_no_working_days_are_taken_off() -> None:
    with pytest.raises(ValueError, match="not a number of working days"):
        OFFICIAL.add_working_days(date(2026, 1, 5), -1)


def test_a_term_ends_as_a_deadline_would() -> None:
    assert OFFICIAL.last_day("P10D", date(2026, 2, 6)) == date(2026, 2, 24)
    assert OFFICIAL.last_day("P10D", date(2026, 2, 6), rolls=False) == date(2026, 2, 16)
    with pytest.raises(ValueError, match="not a term"):
        OFFICIAL.last_day("10 days", date(2026, 2, 6))


def test_what_is_not_published_is_known() -> None:
    assert (
        OFFICIAL.covers(date(2026, 1, 5)),
        OFFICIAL.covers(date(2099, 1, 5)),
        WEEKDAYS.covers(date(2026, 1, 5)),
    ) == (
        True,
        False,
        False,
    )
