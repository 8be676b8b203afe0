"""Who read the parties of a case is on record, once a day, for good."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from caserisk.domain.vocabulary import Role
from caserisk.store.database import Stale
from caserisk.store.database.statement_count import CURRENT_COUNT, StatementCount
from caserisk.store.party_access_log import PartyAccessLog
from tests.support.world import ZHUZHOU, StaffedOffice, World

EVENING = datetime(2026, 3, 3, 15, 59, 59, tzinfo=UTC)
"""A second before midnight in China."""


@pytest.fixture
async def office(world: World) -> StaffedOffice:
    """Enter an office of Zhuzhou."""
    return await world.office(ZHUZHOU)


async def statements(record: PartyAccessLog, officer: str, *cases: str, at: datetime = EVENING) -> int:
    """Count the statements that it takes to record a reading."""
    count = StatementCount()
    before = CURRENT_COUNT.set(count)
    try:
        await record.record(officer, cases, at)
    finally:
        CURRENT_COUNT.reset(before)
    return count.statements


async def test_who_read_is_shown_with_office_and_roles(world: World, office: StaffedOffice) -> None:
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)
    record = PartyAccessLog(world.store)

    await record.record(handler.officer.id, [case], EVENING)

    [reader] = await record.readers(case)
    assert (reader.day, reader.first_at) == (date(2026, 3, 3), EVENING)
    assert (reader.officer_id, reader.officer) == (handler.officer.id, handler.officer.name)
    assert (reader.office, reader.roles) == (office.office.name, (Role.CASE_HANDLER,))


async def test_a_day_is_one_of_the_offices(world: World, office: StaffedOffice) -> None:
    case, officer = await world.open_case(office), office.officer_id(Role.CASE_HANDLER)
    record = PartyAccessLog(world.store)

    for seconds in (0, 1, 2):
        await record.record(officer, [case], EVENING + timedelta(seconds=seconds))

    assert [reader.day.day for reader in await record.readers(case)] == [3, 4]


async def test_a_reading_is_recorded_once_and_costs_nothing_again(world: World, office: StaffedOffice) -> None:
    first, second = await world.open_case(office), await world.open_case(office)
    officer, record = office.officer_id(Role.CASE_HANDLER), PartyAccessLog(world.store)

    assert await statements(record, officer, first) == 1
    assert await statements(record, officer, first, at=EVENING - timedelta(hours=1)) == 0
    assert await statements(record, officer, second, first, second) == 1
    assert await statements(record, officer, second, first) == 0
    assert await statements(record, office.officer_id(Role.DEPARTMENT_HEAD), first) == 1
    assert await statements(record, officer) == 0


async def test_servers_that_record_the_same_at_once_record_it_once(world: World, office: StaffedOffice) -> None:
    cases, officer = [await world.open_case(office) for _ in range(5)], office.officer_id(Role.CASE_HANDLER)
    servers = [PartyAccessLog(world.store) for _ in range(5)]

    await asyncio.gather(*(server.record(officer, cases[i:] + cases[:i], EVENING) for i, server in enumerate(servers)))

    assert [len(await servers[0].readers(case)) for case in cases] == [1] * 5


async def test_what_cannot_be_recorded_is_not_taken_for_recorded(world: World, office: StaffedOffice) -> None:
    officer, record = office.officer_id(Role.CASE_HANDLER), PartyAccessLog(world.store)

    for _ in range(2):
        with pytest.raises(Stale):
            await record.record(officer, ["case_nowhere"], EVENING)


@pytest.mark.parametrize(
    ("change", "says"),
    [("UPDATE party_reads SET first_at = first_at", "stay on record"), ("DELETE FROM party_reads", "never deleted")],
)
async def test_the_record_is_only_added_to(world: World, office: StaffedOffice, change: str, says: str) -> None:
    case = await world.open_case(office)
    await PartyAccessLog(world.store).record(office.officer_id(Role.CASE_HANDLER), [case], EVENING)

    with pytest.raises(IntegrityError, match=says):
        async with world.engine.begin() as connection:
            await connection.execute(text(change))
