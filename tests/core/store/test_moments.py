"""Moments in the database: UTC, whole seconds, in the order in which they happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, insert, select
from sqlalchemy.dialects.sqlite import dialect as sqlite

from caserisk.store.columns import Moment
from tests.support.world import World

BEIJING = timezone(timedelta(hours=8))
HALF_PAST_NINE = datetime(2011, 11, 10, 9, 30, tzinfo=BEIJING)
EARLIEST = datetime(1, 1, 2, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, 23, 59, 59, tzinfo=UTC)

times = Table("times", MetaData(), Column("at", Moment()), prefixes=["TEMPORARY"])
moments = st.datetimes(EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None), timezones=st.just(UTC))


def written(moment: datetime) -> str:
    """Convert a moment to what SQLite holds."""
    return str(Moment().process_bind_param(moment, sqlite()))


async def test_a_moment_comes_back_in_utc(world: World) -> None:
    kept = [HALF_PAST_NINE, None, EARLIEST, LATEST, HALF_PAST_NINE + timedelta(microseconds=999_999)]

    async with world.engine.begin() as connection:
        await connection.run_sync(times.create)
        await connection.execute(insert(times), [{"at": moment} for moment in kept])
        found = (await connection.execute(select(times.c.at))).scalars().all()

    assert found == [HALF_PAST_NINE, None, EARLIEST, LATEST, HALF_PAST_NINE]
    assert all(moment.tzinfo is UTC for moment in found if moment)


async def test_moments_are_compared_whatever_their_zone(world: World) -> None:
    async with world.engine.begin() as connection:
        await connection.run_sync(times.create)
        await connection.execute(insert(times), [{"at": HALF_PAST_NINE}, {"at": EARLIEST}, {"at": LATEST}])

        passed = select(times.c.at).where(times.c.at <= HALF_PAST_NINE.astimezone(UTC)).order_by(times.c.at.desc())
        found = (await connection.execute(passed)).scalars().all()

    assert found == [HALF_PAST_NINE, EARLIEST]


def test_sqlite_holds_a_moment_as_text() -> None:
    assert written(HALF_PAST_NINE) == "2011-11-10T01:30:00Z"


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        written(datetime(2011, 11, 10, 9, 30))  # noqa: DTZ001  # the mistake


@given(moments)
def test_what_sqlite_holds_is_the_second(moment: datetime) -> None:
    assert Moment().process_result_value(written(moment), sqlite()) == moment.replace(microsecond=0)


@given(st.lists(moments))
def test_the_order_of_texts_is_that_of_moments(many: list[datetime]) -> None:
    assert all(earlier <= later for earlier, later in pairwise(written(moment) for moment in sorted(many)))
