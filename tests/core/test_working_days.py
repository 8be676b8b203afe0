"""The official calendar: what the library knows, and the days that an office adds from a later notice (A-05)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from caserisk.domain.refusals import Refused
from caserisk.working_days import OfficialCalendar, parse_calendar

NOTICE = """date,working
2097-01-01,no
2097-02-11,no
2097-02-12,no
2097-02-09,yes
"""
"""An invented notice of a year of which no library knows; 9 February 2097 is a Saturday."""


def parsed(text: str, encoding: str = "utf-8") -> OfficialCalendar:
    """The calendar of a file."""
    return parse_calendar(text.encode(encoding))


def test_an_announced_year_is_covered() -> None:
    calendar = parsed(NOTICE)

    assert calendar.covers(date(2097, 12, 31))
    assert not calendar.covers(date(2098, 1, 1))
    assert not OfficialCalendar().covers(date(2097, 12, 31))


def test_announced_days_come_before_weekends() -> None:
    calendar = parsed(NOTICE)
    week = [date(2097, 2, 8) + timedelta(days=number) for number in range(7)]

    # Friday, a working Saturday, Sunday, Monday to Tuesday off … and Thursday as any other.
    assert [calendar.is_working_day(day) for day in week] == [True, True, False, False, False, True, True]


def test_what_the_library_knows_stays() -> None:
    calendar, library = parsed(NOTICE), OfficialCalendar()
    days = [date(2011, 9, 1) + timedelta(days=number) for number in range(60)]

    assert [calendar.is_working_day(day) for day in days] == [library.is_working_day(day) for day in days]


def test_an_announced_day_corrects_the_library() -> None:
    assert OfficialCalendar().is_working_day(date(2011, 12, 30))
    assert not parsed("date,working\n2011-12-30,no\n").is_working_day(date(2011, 12, 30))


def test_a_single_day_is_no_calendar_of_its_year() -> None:
    """The last days of a year may stand in the notice of the next one."""
    calendar = parsed("date,working\n2097-12-31,no\n")

    assert not calendar.is_working_day(date(2097, 12, 31))
    assert not calendar.covers(date(2097, 12, 31))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_spreadsheet_in_chinese_is_read(encoding: str) -> None:
    calendar = parsed("日期,上班\r\n2097/1/1,否\r\n2097年2月9日,是\r\n", encoding)

    assert calendar.covers(date(2097, 6, 1))
    assert calendar.is_working_day(date(2097, 2, 9))


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("", "第一行", "the first line is to be the header: date,working"),
        ("2097-01-01,no\n", "第一行", "the first line is to be the header: date,working"),
        ("date,working\n2097-02-30,no\n", "第2行「2097-02-30,no」", "line 2, '2097-02-30,no'"),
        ("date,working\n2097-01-01,no\n2097-01-02,off\n", "第3行「2097-01-02,off」", "line 3, '2097-01-02,off'"),
        ("date,working\n2097-01-01\n", "第2行", "line 2"),
        ("date,working\n2097-01-01,x,no\n", "第2行", "line 2"),
        ("date,working\n2097-01-01,no\n2097/1/1,yes\n", "第3行:2097-01-01重复", "line 3: 2097-01-01 is there already"),
    ],
)
def test_a_wrong_line_is_named(text: str, zh: str, en: str) -> None:
    with pytest.raises(Refused) as caught:
        parsed(text)

    message = caught.value.problems[0].message_for(str)
    assert zh in message.zh
    assert en in message.en
