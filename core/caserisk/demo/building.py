"""A year passes: what happens in every case is planned, and then done in the order of time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from caserisk import deadline_clock
from caserisk.command_runner import CommandRunner
from caserisk.demo.kinds import ORDINARY, TENSE
from caserisk.demo.play import Act, Play
from caserisk.demo.plots import PLOTS, Plot
from caserisk.demo.staff import Staff, found_offices
from caserisk.domain.refusals import conflict
from caserisk.domain.terms import OFFICE_ZONE, WorkCalendar, office_day, start_of_day
from caserisk.ids import id_maker
from caserisk.registrar import Registrar
from caserisk.store.store import Store

SEED = 20260101
_YEAR, _LATELY = 365, 12
"""Days."""
_BUSIER = 3
"""How many times more cases the three regions' own offices have than those beneath them."""
_DAY = timedelta(days=1)


async def is_empty(store: Store) -> bool:
    """Whether nothing was ever entered into a database, not even an office."""
    return await store.end_of_log() == 0


async def build(
    runner: CommandRunner, *, cases: int = 250, progress: Callable[[int, int], None] | None = None, seed: int = SEED
) -> None:
    """Enter three regions with everybody in them, and let a year of so many cases pass, up to the runner's own now.

    The same ``seed`` on the same day gives the same data. With fewer than some thirty cases not every state is there.
    ``progress`` is told how many acts are done, and of how many.

    Raises:
        Refused: CONFLICT, where the database is not empty.
    """
    if not await is_empty(runner.store):
        raise conflict(
            "数据库已有数据;演示数据只能建立在空数据库中",
            "the database is in use; demonstration data goes into an empty one",
        )
    now, random = runner.clock(), Random(seed)  # noqa: S311  # the same data again, no secrets
    plots = _dealt(cases, random)
    moments = [_moments(plot, office_day(now), runner.calendar, random) for plot in plots]
    clock = _Clock(min(first for first, *_ in moments) - _DAY)
    year = CommandRunner(
        store=runner.store,
        registry=runner.registry,
        clock=clock,
        calendar=runner.calendar,
        new_id=id_maker(clock, Random(seed)),  # noqa: S311
    )
    offices = await found_offices(Registrar(runner=year))
    numbers: Counter[str] = Counter()
    plays = [_cast(year, plot, offices, numbers, random) for plot in plots]
    agenda = sorted(_agenda(plots, moments), key=lambda item: item.at)
    for done, item in enumerate(agenda, start=1):
        await _pass(year, clock, item.at)
        await item.act(plays[item.case])
        if progress:
            progress(done, len(agenda))
    await _pass(year, clock, now)


# ------------------------------------------------------------------------------------------------ planning


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """What happens at a moment in a case, by its place in the list of cases."""

    at: datetime
    case: int
    act: Act


def _dealt(cases: int, random: Random) -> list[Plot]:
    """Every plot once, and the others by weight."""
    drawn = random.choices(PLOTS, [plot.weight for plot in PLOTS], k=max(cases - len(PLOTS), 0))
    return [*PLOTS, *drawn][:cases]


def _moments(plot: Plot, today: date, calendar: WorkCalendar, random: Random) -> list[datetime]:
    """When each step happens: on working days, in office hours, the last before today."""
    longest = sum(step.most for step in plot.steps)
    ago = random.randint(1, _LATELY if plot.lately else max(_YEAR - longest, _LATELY))
    day, moments = today - ago * _DAY, []
    for step in reversed(plot.steps):
        while not calendar.is_working_day(day):
            day -= _DAY
        hour = time(random.randint(9, 16), random.randint(0, 59), random.randint(0, 59))
        moments.append(datetime.combine(day, hour, OFFICE_ZONE))
        day -= random.randint(step.least, step.most) * _DAY
    return moments[::-1]


def _agenda(plots: Iterable[Plot], moments: Iterable[list[datetime]]) -> Iterator[_Item]:
    for case, (plot, times) in enumerate(zip(plots, moments, strict=True)):
        for step, at in zip(plot.steps, times, strict=True):
            yield _Item(at=at, case=case, act=step.act)


def _cast(runner: CommandRunner, plot: Plot, offices: list[Staff], numbers: Counter[str], random: Random) -> Play:
    """Give a plot its office, what it is about, and who handles it."""
    possible = [staff for staff in offices if staff.office.code.startswith(plot.where)]
    staff = random.choices(possible, [_BUSIER if item.office.parent_id is None else 1 for item in possible])[0]
    kind = random.choice(TENSE if plot.tense else ORDINARY)
    handler = random.choice(staff.handlers(staff.departments[kind.department]))
    return Play(runner=runner, staff=staff, kind=kind, random=random, numbers=numbers, handler=handler)


# ------------------------------------------------------------------------------------------------ time


@dataclass(slots=True)
class _Clock:
    """A clock that is set by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


async def _pass(runner: CommandRunner, clock: _Clock, until: datetime) -> None:
    """Let time pass; the deadline clock ticks when a day begins."""
    day = office_day(clock.now) + _DAY
    while start_of_day(day) <= until:
        clock.now = start_of_day(day)
        await deadline_clock.tick(runner)
        day += _DAY
    clock.now = until
