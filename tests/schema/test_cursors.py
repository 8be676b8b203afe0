"""Cursors are opaque: whatever is not one of this list and order is refused in our own words."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.terms import start_of_day
from caserisk_graphql.api.orders import ASSESSMENTS_NEWEST, CASES, EVENTS_AS_LOGGED
from caserisk_graphql.errors import RequestError
from caserisk_graphql.reads.cursors import decode, encode, event_cursor, parse_event_cursor
from tests.schema.conftest import Api
from tests.schema.rows import Rows

DUE_SOONEST, _, _, SEVERITY_HIGHEST = CASES
[AS_LOGGED] = EVENTS_AS_LOGGED
CASES_AFTER = "query ($after: String) { cases(after: $after) { totalCount } }"


def forged(*parts: str) -> str:
    """A cursor with any contents."""
    return "~".join(parts)


MALFORMED = {
    "empty": "",
    "no parts": "no cursor!",
    "not ascii": "游标",
    "too long": "A" * 5000,
    "parts alone": "~" * 200,
    "another order": encode(SEVERITY_HIGHEST, [2, "case_1"]),
    "another list": encode(ASSESSMENTS_NEWEST[0], [1, "assessment_1"]),
    "a key short": forged(DUE_SOONEST.name, ""),
    "a key more": forged(DUE_SOONEST.name, "", "case_1", "case_2"),
    "a null that never is": forged(DUE_SOONEST.name, "", ""),
    "no moment": forged(DUE_SOONEST.name, "soon", "case_1"),
    "a number for a moment": forged(DUE_SOONEST.name, "7", "case_1"),
    "a key that is none": forged(DUE_SOONEST.name, "", "case 1"),
    "a character that is none": forged(DUE_SOONEST.name, "", "case\0"),
    "half a character": forged(DUE_SOONEST.name, "", "case\ud800"),
}


@pytest.mark.parametrize("cursor", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_cursor_is_refused(offline: Api, cursor: str) -> None:
    code, message = await offline.refusal(CASES_AFTER, {"after": cursor})

    assert code == "BAD_INPUT"
    assert "参数 after 的游标" in message
    assert "the cursor in `after`" in message


@pytest.mark.parametrize("number", ["32768", "-1", "1" + "0" * 30, "1.5", "02", "٣", "two"])
def test_numbers_that_no_column_holds_are_refused(number: str) -> None:
    with pytest.raises(RequestError, match="the cursor in `after`"):
        decode(SEVERITY_HIGHEST, forged(SEVERITY_HIGHEST.name, number, "case_1"), argument="after")


@given(
    st.none() | st.dates(date(1900, 1, 1), date(2999, 12, 31)).map(start_of_day),
    st.text("0123456789abcdefghjkmnpqrstvwxyz_-", min_size=1, max_size=64),
)
def test_a_cursor_holds_the_whole_sort_key(due_at: datetime | None, id: str) -> None:
    assert decode(DUE_SOONEST, encode(DUE_SOONEST, [due_at, id]), argument="after") == (due_at, id)


def test_the_largest_position_fits_a_cursor() -> None:
    assert decode(AS_LOGGED, encode(AS_LOGGED, [2**63 - 1]), argument="after") == (2**63 - 1,)


async def test_a_forged_cursor_reads_nothing_more(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_370000")
    await rows.insert(engine)

    data = await chief.ask(CASES_AFTER, {"after": forged(DUE_SOONEST.name, "", "zzzz")})

    assert data == {"cases": {"totalCount": 0}}


def test_an_event_cursor_names_its_position() -> None:
    assert parse_event_cursor(event_cursor(41)) == 41
    assert parse_event_cursor(event_cursor(0)) == 0
    assert parse_event_cursor("log_" + "9" * 18) == 10**18 - 1


@pytest.mark.parametrize(
    "cursor", ["", "41", "log_", "log_-1", "log_01", "log_1 ", "log_٣", "log_" + "9" * 19, "log_1.5"]
)
def test_what_is_no_event_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(RequestError, match="no event cursor"):
        parse_event_cursor(cursor)
