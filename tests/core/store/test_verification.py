"""Verification names each stored value that is not what the log adds up to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, text, update

from caserisk.store import tables as t
from caserisk.store import verification
from caserisk.store.triggers import triggers
from caserisk.store.verification import Difference, Verified, verify
from tests.core.store.test_replay import three_regions_at_work
from tests.support import flows
from tests.support.stored import stored_rows, stored_value
from tests.support.world import ZHUZHOU, World


async def verified(world: World) -> list[Verified]:
    """Verify the world's database."""
    return [part async for part in verify(world.store)]


async def differences(world: World) -> list[Difference]:
    """Verify the world's database, and return what differs."""
    return [difference for part in await verified(world) for difference in part.differences]


async def forge(world: World, *statements: Any) -> None:
    """Run statements past the program, and past the triggers and references of the database."""
    async with world.engine.begin() as connection:
        if world.engine.dialect.name == "postgresql":
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        else:
            await connection.execute(text("COMMIT"))  # the next statement does nothing within a transaction
            await connection.execute(text("PRAGMA foreign_keys = OFF"))
            await connection.execute(text("BEGIN"))
            for trigger in triggers("sqlite"):
                await connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger.name}"))
        for statement in statements:
            await connection.execute(statement)


async def change(world: World, table: Table, id: str, **values: Any) -> None:
    """Change a row as somebody does who has the database's password; its triggers let this pass."""
    async with world.engine.begin() as connection:
        await connection.execute(update(table).where(table.c.id == id).values(values))


async def test_what_the_program_wrote_has_no_difference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_CASES_PER_SNAPSHOT", 2)
    await three_regions_at_work(world)

    parts = await verified(world)

    assert [part.differences for part in parts] == [()] * len(parts)
    assert [part.cases for part in parts] == [0, 2, 2, 2]
    assert sum(part.entries for part in parts) == await world.store.end_of_log()


async def test_an_empty_database_has_no_difference(world: World) -> None:
    assert await verified(world) == [Verified(cases=0, entries=0, differences=())]


async def test_a_changed_value_is_named(world: World) -> None:
    warned = await flows.receive_in_zhuzhou(world, await world.office(ZHUZHOU))
    [row] = await stored_rows(world.store, select(t.deadlines))
    later = datetime(2030, 1, 1, 16, tzinfo=UTC)

    await change(world, t.deadlines, row["id"], due_on=date(2030, 1, 1), due_at=later)
    await change(world, t.cases, warned.case, parties=[{"label": "张某", "role": "犯罪嫌疑人"}])

    in_deadline = {"case_id": warned.case, "table": "deadlines", "row": row["id"]}
    assert await differences(world) == [
        Difference(
            case_id=warned.case,
            table="cases",
            row=warned.case,
            column="parties",
            stored=[{"label": "张某", "role": "犯罪嫌疑人"}],
            replayed=[],
        ),
        Difference(**in_deadline, column="due_on", stored=date(2030, 1, 1), replayed=row["due_on"]),
        Difference(**in_deadline, column="due_at", stored=later, replayed=row["due_at"]),
    ]


async def test_a_changed_review_is_of_its_case(world: World) -> None:
    warned = await flows.warn_in_zhuzhou(world, await world.office(ZHUZHOU))
    review = await stored_value(world.store, select(t.reviews.c.id).where(t.reviews.c.turn == 1))

    await change(world, t.reviews, review, comment="同意")

    assert await differences(world) == [
        Difference(case_id=warned.case, table="reviews", row=review, column="comment", stored="同意", replayed=None)
    ]


async def test_a_changed_officer_is_named(world: World) -> None:
    office = await world.office(ZHUZHOU)
    officer = next(iter(office.viewers.values())).officer

    await change(world, t.officers, officer.id, roles=["CHIEF_PROCURATOR"])

    assert await differences(world) == [
        Difference(
            case_id=None,
            table="officers",
            row=officer.id,
            column="roles",
            stored=["CHIEF_PROCURATOR"],
            replayed=[role.value for role in officer.roles],
        )
    ]


async def test_a_row_without_an_entry_is_named(world: World) -> None:
    office = await world.office(ZHUZHOU)
    warned = await flows.warn_in_zhuzhou(world, office)
    [row] = await stored_rows(world.store, select(t.notices).limit(1))

    await forge(world, insert(t.notices).values({**row, "id": "notice_forged"}))
    await forge(world, insert(t.office_options).values(office_id=office.office.id, key="roll", value="none"))

    assert await differences(world) == [
        Difference(
            case_id=None,
            table="office_options",
            row=f"{office.office.id} roll",
            column=None,
            stored=True,
            replayed=False,
        ),
        Difference(case_id=warned.case, table="notices", row="notice_forged", column=None, stored=True, replayed=False),
    ]


async def test_a_removed_row_is_named(world: World) -> None:
    warned = await flows.receive_in_zhuzhou(world, await world.office(ZHUZHOU))
    id = await stored_value(world.store, select(t.deadlines.c.id))

    await forge(world, delete(t.deadlines))

    assert await differences(world) == [
        Difference(case_id=warned.case, table="deadlines", row=id, column=None, stored=False, replayed=True)
    ]


async def test_a_removed_case_is_named(world: World) -> None:
    """Its entries are there still: nothing that is on record goes unseen with the row."""
    case = await world.open_case(await world.office(ZHUZHOU))

    await forge(world, delete(t.cases))

    assert await differences(world) == [
        Difference(case_id=case, table="cases", row=case, column=None, stored=False, replayed=True)
    ]


async def test_a_forged_entry_is_named(world: World) -> None:
    warned = await flows.warn_in_zhuzhou(world, await world.office(ZHUZHOU))
    about_warning = t.events.c.warning_id == warned.warning
    position = await stored_value(world.store, select(t.events.c.position).where(about_warning).limit(1))

    await forge(world, update(t.events).where(t.events.c.position == position).values(status="LIFTED"))

    assert await differences(world) == [
        Difference(
            case_id=warned.case,
            table="events",
            row=str(position),
            column="status",
            stored="LIFTED",
            replayed="ISSUED",
        )
    ]


async def test_an_entry_that_cannot_be_read_is_named(world: World) -> None:
    """And what it would have changed stays named as a difference; other cases are verified all the same."""
    office = await world.office(ZHUZHOU)
    broken, whole = [await world.open_case(office) for _ in range(2)]
    position = await stored_value(
        world.store, select(t.events.c.position).where(t.events.c.case_id == broken, t.events.c.type == "CaseOpened")
    )

    await forge(world, update(t.events).where(t.events.c.position == position).values(payload={}))

    found = await differences(world)
    assert {item.case_id for item in found} == {broken}
    assert whole != broken
    assert found[0] == Difference(
        case_id=broken,
        table="events",
        row=str(position),
        column="payload",
        stored="CaseOpened",
        replayed="ValidationError",
    )
    assert (found[1].table, found[1].row, found[1].stored, found[1].replayed) == ("cases", broken, True, False)


async def test_a_removed_entry_leaves_a_gap(world: World) -> None:
    office = await world.office(ZHUZHOU)
    end = await world.store.end_of_log()
    await world.registrar.option(office.code, "roll", "none")
    await world.registrar.option(office.code, "roll", "none")

    await forge(world, delete(t.events).where(t.events.c.position == end + 1))

    assert await differences(world) == [
        Difference(
            case_id=None,
            table="events",
            row=str(end + 2),
            column="position",
            stored=end + 2,
            replayed=end + 1,
        )
    ]
