"""The working days of mainland China, adjusted working weekends (调休) included, as far as they are published."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar  # type: ignore[import-untyped]  # ships no types


class OfficialCalendar:
    """The official calendar; where a year is not published yet, weekdays are working days (A-05)."""

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day."""
        return _is_workday(day) if self.covers(day) else day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Whether that day's year is published."""
        return _covered(day.year)


class Weekdays:
    """Monday to Friday, whatever the holidays: the calendar to fall back on, complete for nobody."""

    def is_working_day(self, day: date) -> bool:
        """Whether it is a weekday."""
        return day.weekday() < 5

    def covers(self, day: date) -> bool:  # noqa: ARG002  # whatever the day
        """Never: holidays are not known."""
        return False


@lru_cache(maxsize=4096)
def _is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@lru_cache(maxsize=256)
def _covered(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 4))
    except NotImplementedError:
        return False
    return True
