"""Define how clients write and read moments, days and positions in the event log."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from caserisk.domain.terms import office_time
from caserisk_graphql.errors import bad_input
from caserisk_graphql.reads.cursors import EventCursor

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MAX_SHOWN_VALUE_LENGTH = 50
_YEARS = range(1900, 3000)
"""No case lies further away; inside, arithmetic with days and zones never overflows."""


def write_moment(value: datetime | str) -> str:
    """Write a moment in the offices' zone, in whole seconds; documents hold it as text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return office_time(moment)


def parse_moment(value: object) -> datetime:
    """Return a moment in UTC, in whole seconds.

    Raises:
        RequestError: BAD_INPUT, for what is not RFC 3339 with an offset.
    """
    try:
        # fromisoformat accepts more than RFC 3339: weeks, no offset, a comma; the pattern does not.
        written = _written(value, _MOMENT)
        return datetime.fromisoformat(written.upper()).astimezone(UTC).replace(microsecond=0)
    except ValueError as error:
        raise bad_input(
            f"不是有效的时间:「{_cut(value)}」;请写成带时区的形式,例如 2011-11-10T09:00:00+08:00",
            f'not a moment: "{_cut(value)}"; write it with its offset, as 2011-11-10T09:00:00+08:00',
        ) from error


def write_day(value: date | str) -> str:
    """Write a day; documents hold it as text."""
    return value if isinstance(value, str) else value.isoformat()


def parse_day(value: object) -> date:
    """Return a day.

    Raises:
        RequestError: BAD_INPUT, for what is not an ISO 8601 calendar date.
    """
    try:
        return date.fromisoformat(_written(value, _DAY))
    except ValueError as error:
        raise bad_input(
            f"不是有效的日期:「{_cut(value)}」;请写成 2011-11-10 的形式",
            f'not a day: "{_cut(value)}"; write it as 2011-11-10',
        ) from error


def _cut(value: object) -> str:
    """Shorten a value that a message repeats."""
    return str(value)[:_MAX_SHOWN_VALUE_LENGTH]


def _written(value: object, form: re.Pattern[str]) -> str:
    if isinstance(value, str) and form.fullmatch(value) and int(value[:4]) in _YEARS:
        return value
    raise ValueError("not written in this form")


def parse_cursor(value: object) -> EventCursor:
    """Return the text of an event cursor; the field that takes it finds out what it stands for.

    Raises:
        RequestError: BAD_INPUT, for what is no text.
    """
    if not isinstance(value, str):
        raise bad_input("事件游标须为字符串", "an event cursor is a string")
    return EventCursor(value)


def config() -> StrawberryConfig:
    """Return how the schema writes and reads the scalars."""
    return StrawberryConfig(
        scalar_map={
            datetime: strawberry.scalar(
                name="DateTime",
                description="A moment (时间), RFC 3339 with an offset: `2011-11-10T09:00:00+08:00`. "
                "Given in any zone, answered at +08:00, in whole seconds. Years 1900 to 2999.",
                specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
                serialize=write_moment,
                parse_value=parse_moment,
            ),
            date: strawberry.scalar(
                name="Date",
                description="A calendar day (日期) at +08:00, ISO 8601: `2011-11-10`. Years 1900 to 2999.",
                serialize=write_day,
                parse_value=parse_day,
            ),
            EventCursor: strawberry.scalar(
                name="EventCursor",
                description="An opaque position in the event log (事件日志). Keep it and give it back as `after`, to "
                "continue from exactly there.",
                serialize=str,
                parse_value=parse_cursor,
            ),
        }
    )
