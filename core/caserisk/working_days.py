"""Tell the working days of mainland China, adjusted working weekends (调休) included, as far as they are published."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

import chinese_calendar  # type: ignore[import-untyped]  # ships no types

from caserisk.csv_rows import DATE_FORMATS, parse_rows
from caserisk.domain.refusals import invalid

_HEADERS = (["date", "working"], ["日期", "上班"])
_ANSWERS = {"yes": True, "no": False, "是": True, "否": False}
_MAX_SHOWN_LENGTH = 64


class OfficialCalendar:
    """The official calendar; where a year is not published yet, weekdays are working days (A-05).

    ``announced``: whether offices work on days of which the library does not know, or knows otherwise. A year is
    published where the library has it, or where New Year's Day is announced.
    """

    def __init__(self, announced: Mapping[date, bool] = MappingProxyType({})) -> None:
        self._announced = announced
        # Every notice begins with New Year's Day. Other days of a year may stand in the notice of the next one.
        self._years = frozenset(day.year for day in announced if (day.month, day.day) == (1, 1))

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day."""
        if day in self._announced:
            return self._announced[day]
        # Each autumn the State Council publishes the next year's days; the library follows with a release.
        return _is_workday(day) if _is_published(day.year) else day.weekday() < 5

    def covers(self, day: date) -> bool:
        """Tell whether the calendar of a day's year is published."""
        return day.year in self._years or _is_published(day.year)


class Weekdays:
    """Monday to Friday, whatever the holidays: the calendar to fall back on, which is complete for no year."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is a weekday."""
        return day.weekday() < 5

    def covers(self, day: date) -> bool:  # noqa: ARG002  # whatever the day
        """Return False: holidays are not known."""
        return False


def parse_calendar(data: bytes) -> OfficialCalendar:
    """Parse the days that a notice announces: CSV with the columns ``date`` and ``working``.

    Raises:
        Refused: INVALID, naming the line.
    """
    rows = parse_rows(data)
    if next(rows, (1, []))[1] not in _HEADERS:
        raise invalid("第一行应为表头「日期,上班」", "the first line is to be the header: date,working")
    announced: dict[date, bool] = {}
    for line, cells in rows:
        day, working = _parse_day(line, cells)
        if day in announced:
            raise invalid(f"第{line}行:{day}重复出现", f"line {line}: {day} is there already")
        announced[day] = working
    return OfficialCalendar(announced)


def _parse_day(line: int, cells: list[str]) -> tuple[date, bool]:
    day, working = _parse_date(cells[0]), _ANSWERS.get(cells[-1].lower())
    if len(cells) != 2 or day is None or working is None:
        shown = ",".join(cells)[:_MAX_SHOWN_LENGTH]
        raise invalid(
            f"第{line}行「{shown}」应为日期和是否上班,如 2027-02-06,否",
            f"line {line}, {shown!r}, is to be a date and whether offices work, as 2027-02-06,no",
        )
    return day, working


def _parse_date(cell: str) -> date | None:
    for written in DATE_FORMATS:
        try:
            return datetime.strptime(cell, written).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None


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
