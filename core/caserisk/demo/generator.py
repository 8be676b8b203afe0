"""Builds the demonstration data: plans the steps of every case, then carries them out in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from caserisk import deadline_clock
from caserisk.command_runner import CommandRunner
from caserisk.demo.case_kinds import CONTENTIOUS_CASES, ORDINARY_CASES
from caserisk.demo.office_staff import OfficeStaff, register_offices
from caserisk.demo.scenario_run import ScenarioRun, Step
from caserisk.demo.scenarios import SCENARIOS, Scenario
from caserisk.domain.refusals import conflict
from caserisk.domain.terms import OFFICE_ZONE, WorkCalendar, office_day, start_of_day
from caserisk.ids import id_maker
from caserisk.registrar import Registrar
from caserisk.store.store import Store

DEMO_SEED = 20260101

_PERIOD_DAYS, _RECENT_DAYS = 365, 12
"""The time in which scenarios end, and the time in which recent ones do."""

_TOP_OFFICE_WEIGHT = 3
"""How many times more cases the three regions' own offices have than those beneath them."""

_DAY = timedelta(days=1)


async def is_empty(store: Store) -> bool:
    """Tell whether nothing was ever entered into a database, not even an office."""
    return await store.end_of_log() == 0


async def build_demo(
    runner: CommandRunner,
    *,
    cases: int = 250,
    progress: Callable[[int, int], None] | None = None,
    seed: int = DEMO_SEED,
) -> None:
    """Enter the offices and staff of three regions, and a year of cases that ends at the runner's present time.

    The same ``seed`` on the same day gives the same data. With fewer than some thirty cases not every state is there.
    ``progress`` is called with the number of steps done and their total.

    Raises:
        Refused: CONFLICT, where the database is not empty.
    """
    if not await is_empty(runner.store):
        raise conflict(
            "数据库已有数据;演示数据只能建立在空数据库中",
            "the database is in use; demonstration data goes into an empty one",
        )
    now, random = runner.clock(), Random(seed)  # noqa: S311  # the same data again, no secrets
    scenarios = _choose_scenarios(cases, random)
    times = [_schedule(scenario, office_day(now), runner.calendar, random) for scenario in scenarios]
    # Commands and ids take their times from this clock, which is set from step to step.
    # It begins a day early, because the offices are entered before the first case.
    clock = _Clock(min(first for first, *_ in times) - _DAY)
    demo_runner = CommandRunner(
        store=runner.store,
        registry=runner.registry,
        clock=clock,
        calendar=runner.calendar,
        new_id=id_maker(clock, Random(seed)),  # noqa: S311
    )
    offices = await register_offices(Registrar(runner=demo_runner))
    numbers: Counter[str] = Counter()
    runs = [_start_run(demo_runner, scenario, offices, numbers, random) for scenario in scenarios]
    agenda = sorted(_agenda(scenarios, times), key=lambda item: item.at)
    for done, item in enumerate(agenda, start=1):
        await _advance_clock(demo_runner, clock, item.at)
        await item.step(runs[item.run])
        if progress:
            progress(done, len(agenda))
    await _advance_clock(demo_runner, clock, now)


# ------------------------------------------------------------------------------------------------ planning


@dataclass(frozen=True, slots=True, kw_only=True)
class _AgendaItem:
    """A step at its time; ``run`` is the place of its scenario in the list."""

    at: datetime
    run: int
    step: Step


def _choose_scenarios(cases: int, random: Random) -> list[Scenario]:
    """Return every scenario once, and the others drawn by weight."""
    drawn = random.choices(SCENARIOS, [scenario.weight for scenario in SCENARIOS], k=max(cases - len(SCENARIOS), 0))
    return [*SCENARIOS, *drawn][:cases]  # fewer cases than scenarios: the first ones


def _schedule(scenario: Scenario, today: date, calendar: WorkCalendar, random: Random) -> list[datetime]:
    """Return the time of each step: on working days, in office hours, the last before today."""
    longest = sum(step.max_days for step in scenario.steps)
    ago = random.randint(1, _RECENT_DAYS if scenario.recent else max(_PERIOD_DAYS - longest, _RECENT_DAYS))
    day, moments = today - ago * _DAY, []
    # From the last step back to the first, because it is the end that is fixed.
    for step in reversed(scenario.steps):
        while not calendar.is_working_day(day):
            day -= _DAY
        hour = time(random.randint(9, 16), random.randint(0, 59), random.randint(0, 59))
        moments.append(datetime.combine(day, hour, OFFICE_ZONE))
        day -= random.randint(step.min_days, step.max_days) * _DAY
    return moments[::-1]


def _agenda(scenarios: Iterable[Scenario], times: Iterable[list[datetime]]) -> Iterator[_AgendaItem]:
    for run, (scenario, moments) in enumerate(zip(scenarios, times, strict=True)):
        for step, at in zip(scenario.steps, moments, strict=True):
            yield _AgendaItem(at=at, run=run, step=step.step)


def _start_run(
    runner: CommandRunner, scenario: Scenario, offices: list[OfficeStaff], numbers: Counter[str], random: Random
) -> ScenarioRun:
    """Choose the office, the kind of case and the handler of a scenario."""
    possible = [staff for staff in offices if staff.office.code.startswith(scenario.office_prefixes)]
    staff = random.choices(possible, [_TOP_OFFICE_WEIGHT if item.office.parent_id is None else 1 for item in possible])[
        0
    ]
    kind = random.choice(CONTENTIOUS_CASES if scenario.contentious else ORDINARY_CASES)
    handler = random.choice(staff.handlers(staff.departments[kind.department]))
    return ScenarioRun(
        runner=runner, staff=staff, case_kind=kind, random=random, number_counters=numbers, handler=handler
    )


# ------------------------------------------------------------------------------------------------ time


@dataclass(slots=True)
class _Clock:
    """A clock that is set by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def _advance_clock(runner: CommandRunner, clock: _Clock, until: datetime) -> None:
    """Set the clock forward, with a tick of the deadline clock at the beginning of each day."""
    # Deadlines pass at the beginning of a day, so one tick a day puts each on record at its moment.
    day = office_day(clock.now) + _DAY
    while start_of_day(day) <= until:
        clock.now = start_of_day(day)
        await deadline_clock.tick(runner)
        day += _DAY
    clock.now = until
