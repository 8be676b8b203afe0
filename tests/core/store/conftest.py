"""Fixtures for tests of the store: a database that is only tried, never changed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.domain.vocabulary import Role
from caserisk.store.database.engine import WRITE_TRANSACTION, create_engine
from caserisk.store.party_access_log import PartyAccessLog
from tests.support import flows
from tests.support.databases import KINDS, Databases
from tests.support.world import ZHUZHOU, World


@pytest.fixture(scope="session", params=KINDS)
def on_record(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a database with something in every table; tests leave it as it is."""
    databases = Databases(lambda kind: request.getfixturevalue(f"{kind}_supply"))
    url = databases.fresh(request.param)
    asyncio.run(_put_on_record(url))
    yield url
    databases.give_back()


async def _put_on_record(url: str) -> None:
    """Put on record a case that is archived, one whose warning runs, and one whose assessment is in review."""
    async with World(url) as world:
        office = await world.office(ZHUZHOU)
        archived = await flows.archive_in_zhuzhou(world, office)
        await flows.read_a_notice(world, office, archived.case)
        await flows.receive_in_zhuzhou(world, office)
        case = await world.open_case(office)
        await flows.submit(world, office, case, level="level-2")
        await PartyAccessLog(world.store).record(office.officer_id(Role.CASE_HANDLER), [case], world.now)


@pytest.fixture
async def connection(on_record: str) -> AsyncIterator[AsyncConnection]:
    """Open a transaction straight on that database, past every command; it is rolled back."""
    engine = create_engine(on_record)
    async with engine.connect() as connection:
        await connection.execution_options(**WRITE_TRANSACTION)
        yield connection
    await engine.dispose()
