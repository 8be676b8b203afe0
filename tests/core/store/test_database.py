"""A transaction is whole or was never there; a database that hung up is called again."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from caserisk.domain.vocabulary import Role
from caserisk.store import organisation
from caserisk.store import tables as t
from caserisk.store.database import Database, Stale, create_engine
from caserisk.store.statements import Statement, insert_row
from tests.support.stored import stored_value
from tests.support.world import SHANDONG, ZHUZHOU, World

ADD_OFFICE = Statement(lambda _: insert_row(t.offices))
FROM_NOWHERE = Statement(lambda _: text("SELECT 1 FROM nowhere"))
HANG_UP = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def office_row(code: str) -> dict[str, str | None]:
    """Return the row of an office."""
    return {"id": f"office_{code}", "code": code, "name": code, "parent_id": None, "path": f"/{code}/"}


async def offices(world: World) -> int:
    """Count the offices."""
    return int(await stored_value(world.store, select(func.count()).select_from(t.offices)))


async def test_a_transaction_that_is_left_leaves_nothing(world: World) -> None:
    async def write() -> None:
        async with world.store.database.transaction() as transaction:
            await transaction.rows(ADD_OFFICE, office_row(ZHUZHOU))
            raise LookupError

    with pytest.raises(LookupError):
        await write()

    assert await offices(world) == 0
    assert (await world.registrar.office(ZHUZHOU, "株洲市人民检察院")).code == ZHUZHOU


async def test_a_transaction_nobody_waits_for_leaves_nothing(world: World) -> None:
    written = asyncio.Event()

    async def write() -> None:
        async with world.store.database.transaction() as transaction:
            await transaction.rows(ADD_OFFICE, office_row(ZHUZHOU))
            written.set()
            await asyncio.Event().wait()

    writer = asyncio.ensure_future(write())
    await written.wait()
    writer.cancel()
    await asyncio.wait([writer])

    assert await offices(world) == 0
    assert (await world.registrar.office(ZHUZHOU, "株洲市人民检察院")).code == ZHUZHOU


async def test_a_broken_constraint_makes_a_decision_stale(world: World) -> None:
    async with world.store.database.transaction() as transaction:
        await transaction.rows(ADD_OFFICE, office_row(ZHUZHOU))

    with pytest.raises(Stale):
        async with world.store.database.transaction() as transaction:
            await transaction.many(ADD_OFFICE, [office_row(SHANDONG), office_row(ZHUZHOU)])

    assert await offices(world) == 1


async def test_what_a_database_refuses_is_an_error(world: World) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        async with world.store.database.transaction() as transaction:
            await transaction.rows(FROM_NOWHERE, {})


async def test_what_cannot_be_read_is_an_error(database: str) -> None:
    nowhere = Database(create_engine(f"{database}_nowhere"))

    with pytest.raises(DBAPIError):
        await nowhere.read(organisation.OFFICE, {"code": ZHUZHOU})
    await nowhere.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_commands_go_on_after_the_database_hung_up(world: World) -> None:
    office = await world.office(ZHUZHOU)
    await world.open_case(office)
    other = create_engine(world.engine.url.render_as_string(hide_password=False))
    async with other.connect() as connection:
        await connection.execute(HANG_UP)
    await other.dispose()
    await asyncio.sleep(0.05)

    case = await world.open_case(office)

    loaded = await world.store.load(case, [office.officer_id(Role.CASE_HANDLER)])
    assert loaded is not None
    assert loaded.file is not None
    assert [officer.id for officer in loaded.roster.officers] == [office.officer_id(Role.CASE_HANDLER)]
