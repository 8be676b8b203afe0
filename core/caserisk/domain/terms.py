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

MAX_TERM = timedelta(days=9999)
"""The longest term in days that can be written."""

_TERM_PATTERN = re.compile(r"P(?:(?P<working>\d{1,3})BD|(?:(?P<months>\d{1,3})M)?(?:(?P<days>\d{1,4})D)?)")


class WorkCalendar(Protocol):
    """A calendar of working days."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on that day; outside what is covered, whether it is a weekday."""
        ...

    def covers(self, day: date) -> bool:
        """Tell whether the official calendar of that day's year is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A number of working days, or of calendar months and days (A-04)."""

    working_days: int = 0
    months: int = 0
    days: int = 0

    @classmethod
    def parse(cls, written: str) -> Self:
        """Parse ``P3BD``, ``P15D``, ``P6M``, ``P1M10D``.

        Raises:
            ValueError: the text is none of these, or its term is empty.
        """
        match = _TERM_PATTERN.fullmatch(written)
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
    """The last day in time; ``calendar_complete``: the official calendar was known as far as that day."""

    day: date
    calendar_complete: bool

    @property
    def passes_at(self) -> datetime:
        """Return the moment from which an act is late: 00:00 at UTC+8 of the day after, in UTC."""
        return start_of_day(self.day + timedelta(days=1))


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days as a regulation counts with them; without an official calendar, Monday to Friday."""

    official: WorkCalendar | None = None

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day; outside what is published, whether it is a weekday."""
        return self.official.is_working_day(day) if self.official else day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Tell whether the official calendar of a day's year is known."""
        return self.official is not None and self.official.covers(day)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the working day that is so many working days after a day, which itself is not counted.

        Raises:
            ValueError: the count is negative.
        """
        if count < 0:
            raise ValueError(f"not a number of working days after a day: {count}")
        return _after_working_days(count, day, self)[0]

    def last_day(self, term: str, starts_on: date, *, rolls: bool = True) -> date:
        """Return the last day of a term, written ``P3BD`` or ``P1M``, that starts on a day, which is not counted.

        Raises:
            ValueError: the term is not written so.
        """
        return last_day(Term.parse(term), starts_on, self, rolls=rolls).day


WEEKDAYS = WorkingDays()
"""Monday to Friday, for who has no official calendar at hand."""


def last_day(term: Term, starts_on: date, calendar: WorkCalendar, *, rolls: bool = True) -> LastDay:
    """Return the last day of a term that starts on a day, which itself is not counted.

    A last day on which nobody works moves on to the next working day, unless ``rolls`` is off (A-05).
    """
    # A term of working days ends on one, so there is nothing to roll.
    if term.working_days:
        day, complete = _after_working_days(term.working_days, starts_on, calendar)
        return LastDay(day, complete)
    day = _corresponding_day(starts_on, term.months) + timedelta(days=term.days)
    complete = calendar.covers(day)
    while rolls and not calendar.is_working_day(day):
        day += timedelta(days=1)
        complete = complete and calendar.covers(day)
    # Without rolling the calendar is not asked, so the day is certain.
    return LastDay(day, complete or not rolls)


def _after_working_days(count: int, day: date, calendar: WorkCalendar) -> tuple[date, bool]:
    complete = True
    while count:
        day += timedelta(days=1)
        complete = complete and calendar.covers(day)
        count -= calendar.is_working_day(day)  # a bool: a day off counts for nothing
    return day, complete


def _corresponding_day(start: date, months: int) -> date:
    """Return the same day some months on, or the last of a month that has no such day (A-04)."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def office_day(at: datetime) -> date:
    """Return the date in an office at a moment."""
    return at.astimezone(OFFICE_ZONE).date()


def office_time(at: datetime) -> str:
    """Write a moment as the clocks of the offices show it, for messages: ``2026-01-06T01:00:00+08:00``."""
    return at.astimezone(OFFICE_ZONE).isoformat(timespec="seconds")


def start_of_day(day: date) -> datetime:
    """Return the moment, in UTC, at which a day begins in an office."""
    return datetime.combine(day, time.min, OFFICE_ZONE).astimezone(UTC)
