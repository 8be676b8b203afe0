"""Tell the working days of mainland China, adjusted working weekends (调休) included, as far as they are published."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar  # type: ignore[import-untyped]  # ships no types


class OfficialCalendar:
    """The official calendar; where a year is not published yet, weekdays are working days (A-05)."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        # Each autumn the State Council publishes the next year's days; the library follows with a release.
        return _is_workday(day) if self.covers(day) else day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Tell whether the calendar of a day's year is published."""
        return _is_published(day.year)


class Weekdays:
    """Monday to Friday, whatever the holidays: the calendar to fall back on, which is complete for no year."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is a weekday."""
        return day.weekday() < 5

    def covers(self, day: date) -> bool:  # noqa: ARG002  # whatever the day
        """Return False: holidays are not known."""
        return False


@lru_cache(maxsize=4096)
def _is_workday(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


@lru_cache(maxsize=256)
def _is_published(year: int) -> bool:
    try:  # the library raises for every day of a year it does not know
        chinese_calendar.is_workday(date(year, 1, 4))
    except NotImplementedError:
        return False
    return True
