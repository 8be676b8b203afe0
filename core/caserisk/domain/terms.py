"""Terms and the days on which they end.

A term is written as it is stored: ``P3BD`` three working days, ``P15D`` fifteen days, ``P1M`` a calendar month. Days
are days at UTC+8, the zone of every office. The starting day is not counted.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol, Self

OFFICE_ZONE = timezone(timedelta(hours=8))
"""The zone in which every office counts its days."""

LONGEST_TERM = timedelta(days=9999)
"""The longest term in days that can be written."""

_WRITTEN = re.compile(r"P(?:(?P<working>\d{1,3})BD|(?:(?P<months>\d{1,3})M)?(?:(?P<days>\d{1,4})D)?)")


class WorkCalendar(Protocol):
    """Which days people work on."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day; outside what is covered, whether it is a weekday."""
        ...

    def covers(self, day: date) -> bool:
        """Whether the official calendar of that day's year is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So many working days, or so many calendar months and days (A-04)."""

    working_days: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, written: str) -> Self:
        """Read ``P3BD``, ``P15D``, ``P6M``, ``P1M10D``.

        Raises:
            ValueError: the text is none of these, or its term is empty.
        """
        match = _WRITTEN.fullmatch(written)
        term = cls(
            working_days=int(match["working"] or 0) if match else 0,
            months=int(match["months"] or 0) if match else 0,
            days=int(match["days"] or 0) if match else 0,
        )
        if term == cls():
            raise ValueError(f"not a term: {written!r}; write P3BD, P15D, P6M or P1M10D")
        return term


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day in time, and whether the calendar reached so far."""

    day: date
    calendar_complete: bool

    @property
    def passes_at(self) -> datetime:
        """The moment from which an act is late: 00:00 at UTC+8 of the day after, in UTC."""
        return start_of_day(self.day + timedelta(days=1))


def last_day(term: Term, starts_on: date, calendar: WorkCalendar, *, rolls: bool = True) -> LastDay:
    """The last day of a term that starts on a day, which itself is not counted.

    A last day on which nobody works moves on to the next working day, unless ``rolls`` is off (A-05).
    """
    if term.working_days:
        day, complete = _after_working_days(term.working_days, starts_on, calendar)
        return LastDay(day, complete)
    day = _corresponding_day(starts_on, term.months) + timedelta(days=term.days)
    complete = calendar.covers(day)
    while rolls and not calendar.is_working_day(day):
        day += timedelta(days=1)
        complete = complete and calendar.covers(day)
    return LastDay(day, complete or not rolls)


def _after_working_days(count: int, day: date, calendar: WorkCalendar) -> tuple[date, bool]:
    complete = True
    while count:
        day += timedelta(days=1)
        complete = complete and calendar.covers(day)
        count -= calendar.is_working_day(day)
    return day, complete


def _corresponding_day(start: date, months: int) -> date:
    """The same day some months on, or the last of a month that has none (A-04)."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def office_day(at: datetime) -> date:
    """The day it is in an office at a moment."""
    return at.astimezone(OFFICE_ZONE).date()


def start_of_day(day: date) -> datetime:
    """The moment, in UTC, at which a day begins in an office."""
    return datetime.combine(day, time.min, OFFICE_ZONE).astimezone(UTC)
