"""The last day of a term: working days, corresponding days, and what rolls (A-04, A-05)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caserisk.domain.terms import Term, WorkCalendar, last_day, office_day, start_of_day
from caserisk.working_days import OfficialCalendar, Weekdays

OFFICIAL, WEEKDAYS = OfficialCalendar(), Weekdays()

days = st.dates(date(2004, 1, 1), date(2030, 12, 31))
calendars = st.sampled_from([OFFICIAL, WEEKDAYS])
working_terms = st.integers(1, 60).map(lambda count: Term(working_days=count))
calendar_terms = st.builds(Term, months=st.integers(0, 24), days=st.integers(1, 400))


def due(written: str, start: date, calendar: WorkCalendar = OFFICIAL, *, rolls: bool = True) -> date:
    """The last day of a term."""
    return last_day(Term.parse(written), start, calendar, rolls=rolls).day


# ------------------------------------------------------------------------------------------------ RUZ-12


@pytest.mark.parametrize(
    ("signed", "official", "weekends_only"),
    [
        (date(2011, 9, 27), date(2011, 9, 30), date(2011, 9, 30)),
        (date(2011, 9, 30), date(2011, 10, 10), date(2011, 10, 5)),  # a week of holidays, then a working weekend
        (date(2011, 11, 12), date(2011, 11, 16), date(2011, 11, 16)),  # signed on a Saturday
    ],
)
def test_three_working_days_skip_days_off(signed: date, official: date, weekends_only: date) -> None:
    assert due("P3BD", signed, OFFICIAL) == official
    assert due("P3BD", signed, WEEKDAYS) == weekends_only


# ------------------------------------------------------------------------------------------------ ZHU-14

RECEIVED = [date(2011, 11, 10), date(2011, 8, 31), date(2011, 12, 31), date(2011, 11, 30)]

CORRESPONDING = {
    "P15D": [date(2011, 11, 25), date(2011, 9, 15), date(2012, 1, 15), date(2011, 12, 15)],
    "P1M": [date(2011, 12, 10), date(2011, 9, 30), date(2012, 1, 31), date(2011, 12, 30)],
    "P3M": [date(2012, 2, 10), date(2011, 11, 30), date(2012, 3, 31), date(2012, 2, 29)],
    "P6M": [date(2012, 5, 10), date(2012, 2, 29), date(2012, 6, 30), date(2012, 5, 30)],
}
"""The day itself, before it rolls: by term, for each day of receipt."""

ROLLED = {
    date(2011, 12, 10): date(2011, 12, 12),
    date(2012, 1, 15): date(2012, 1, 16),
    date(2012, 6, 30): date(2012, 7, 2),
}
"""Days on which nobody works, and the next on which somebody does."""

ROLLED_ON_WEEKDAYS = ROLLED | {date(2012, 3, 31): date(2012, 4, 2)}
"""The same without an official calendar, which has people work on that Saturday."""

VECTORS = [
    (term, received, day)
    for term, found in CORRESPONDING.items()
    for received, day in zip(RECEIVED, found, strict=True)
]


@pytest.mark.parametrize(("term", "received", "day"), VECTORS)
def test_a_period_ends_on_the_corresponding_day(term: str, received: date, day: date) -> None:
    assert due(term, received, rolls=False) == day


@pytest.mark.parametrize(("term", "received", "day"), VECTORS)
def test_a_day_off_moves_the_end_on(term: str, received: date, day: date) -> None:
    assert due(term, received, OFFICIAL) == ROLLED.get(day, day)
    assert due(term, received, WEEKDAYS) == ROLLED_ON_WEEKDAYS.get(day, day)


# ------------------------------------------------------------------------------------------------ what always holds


@given(st.one_of(working_terms, calendar_terms), days, calendars)
def test_the_last_day_comes_after_the_start(term: Term, start: date, calendar: WorkCalendar) -> None:
    last = last_day(term, start, calendar)

    assert last.day > start
    assert calendar.is_working_day(last.day)


@given(calendar_terms, days, calendars)
def test_a_last_day_rolls_forward_only(term: Term, start: date, calendar: WorkCalendar) -> None:
    unrolled = last_day(term, start, calendar, rolls=False).day

    rolled = last_day(term, start, calendar).day

    assert rolled >= unrolled
    assert not any(calendar.is_working_day(unrolled + timedelta(days=n)) for n in range((rolled - unrolled).days))


@given(st.one_of(working_terms, calendar_terms), days, days, calendars)
def test_who_starts_later_ends_no_earlier(term: Term, one: date, other: date, calendar: WorkCalendar) -> None:
    earlier, later = sorted([one, other])

    assert last_day(term, earlier, calendar).day <= last_day(term, later, calendar).day


@given(st.integers(1, 60), days, calendars)
def test_working_days_are_counted_without_the_start(count: int, start: date, calendar: WorkCalendar) -> None:
    last = last_day(Term(working_days=count), start, calendar).day

    between = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    assert sum(calendar.is_working_day(day) for day in between) == count


# ------------------------------------------------------------------------------------------------ calendars, moments


@pytest.mark.parametrize(
    ("start", "complete"),
    [(date(2011, 11, 10), True), (date(2026, 6, 1), True), (date(2026, 12, 1), False), (date(2003, 1, 6), False)],
)
def test_a_deadline_says_whether_the_calendar_reached(start: date, complete: bool) -> None:
    assert last_day(Term.parse("P3M"), start, OFFICIAL).calendar_complete is complete


def test_working_days_into_an_unknown_year_are_incomplete() -> None:
    assert last_day(Term.parse("P5BD"), date(2026, 12, 30), OFFICIAL).calendar_complete is False


def test_a_day_that_does_not_roll_needs_no_calendar() -> None:
    """It is the same day whatever the calendar of that year will be."""
    assert last_day(Term.parse("P3M"), date(2027, 1, 1), OFFICIAL, rolls=False).calendar_complete is True
    assert last_day(Term.parse("P3M"), date(2027, 1, 1), OFFICIAL).calendar_complete is False


def test_weekdays_alone_are_never_complete() -> None:
    assert last_day(Term.parse("P3BD"), date(2011, 11, 10), WEEKDAYS).calendar_complete is False


def test_a_term_passes_at_midnight_in_the_office() -> None:
    assert last_day(Term.parse("P15D"), date(2011, 11, 10), OFFICIAL).passes_at == datetime(
        2011, 11, 25, 16, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2011, 11, 9, 15, 59, 59, tzinfo=UTC), date(2011, 11, 9)),
        (datetime(2011, 11, 9, 16, tzinfo=UTC), date(2011, 11, 10)),
    ],
)
def test_an_office_is_eight_hours_ahead(at: datetime, day: date) -> None:
    assert office_day(at) == day
    assert start_of_day(day) <= at < start_of_day(day + timedelta(days=1))


# ------------------------------------------------------------------------------------------------ how they are written


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("P3BD", Term(working_days=3)),
        ("P15D", Term(days=15)),
        ("P6M", Term(months=6)),
        ("P1M10D", Term(months=1, days=10)),
    ],
)
def test_a_term_is_read_as_written(written: str, term: Term) -> None:
    assert Term.parse(written) == term


@pytest.mark.parametrize("written", ["", "P", "P0D", "P0BD", "P0M0D", "P1Y", "P-1D", "3BD", "P3BD1D", "P1D1M", "P3bd"])
def test_what_is_no_term_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a term"):
        Term.parse(written)
