"""What the database refuses by itself, each tried straight in SQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, func, insert, literal_column, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.store import tables as t
from tests.core.store.expected_schema import PERMANENT

ONLY_SQLITE = pytest.mark.parametrize("on_record", ["sqlite"], indirect=True)
ONLY_POSTGRESQL = pytest.mark.parametrize("on_record", ["postgresql"], indirect=True)


async def add_like(connection: AsyncConnection, table: Table, like: str, **changed: object) -> None:
    """Insert a row like one that a condition finds, with another id and some other values."""
    found = select(table).where(literal_column(like)).limit(1)
    row = (await connection.execute(found)).mappings().one()
    await connection.execute(insert(table).values({**row, "id": "new", **changed}))


async def end_of_log(connection: AsyncConnection) -> int:
    """Return the position of the last entry."""
    return int((await connection.execute(select(func.max(t.events.c.position)))).scalar_one())


# ------------------------------------------------------------------------------------------------ the log


@pytest.mark.parametrize("change", ["summary = '{}'", "payload = '{}'", "position = position + 1000", "id = 'other'"])
async def test_an_entry_of_the_log_never_changes(connection: AsyncConnection, change: str) -> None:
    with pytest.raises(IntegrityError, match="only ever added to"):
        await connection.execute(text(f"UPDATE events SET {change} WHERE position = 3"))


@pytest.mark.parametrize("after_end", [-1, 0, 2, 100])
async def test_the_log_leaves_no_gap(connection: AsyncConnection, after_end: int) -> None:
    end = await end_of_log(connection)

    with pytest.raises(IntegrityError, match="without a gap"):
        await add_like(connection, t.events, "position = 1", position=end + after_end)


async def test_the_log_takes_what_follows(connection: AsyncConnection) -> None:
    end = await end_of_log(connection)

    await add_like(connection, t.events, "position = 1", position=end + 1)

    assert await end_of_log(connection) == end + 1


@ONLY_SQLITE
async def test_no_new_entry_replaces_an_old_one(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        await connection.execute(
            insert(t.events)
            .prefix_with("OR REPLACE")
            .from_select(
                t.events.c.keys(),
                select(literal_column("(SELECT max(position) + 1 FROM events)"), *list(t.events.c)[1:]).where(
                    t.events.c.position == 1
                ),
            )
        )


# ------------------------------------------------------------------------------------------------ 一案一档


@pytest.mark.parametrize("table", sorted(PERMANENT))
async def test_nothing_on_record_is_ever_deleted(connection: AsyncConnection, table: str) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        await connection.execute(text(f"DELETE FROM {table}"))


@ONLY_POSTGRESQL
@pytest.mark.parametrize("table", [*sorted(PERMANENT), "officers", "levels"])
async def test_no_table_on_record_is_ever_emptied(connection: AsyncConnection, table: str) -> None:
    with pytest.raises(IntegrityError, match="never deleted"):
        await connection.execute(text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("column", ["id", "number", "office_id"])
async def test_a_case_keeps_its_number_and_office(connection: AsyncConnection, column: str) -> None:
    with pytest.raises(IntegrityError, match="number and office stay"):
        await connection.execute(text(f"UPDATE cases SET {column} = 'other'"))


async def test_a_number_is_given_to_one_case(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await add_like(connection, t.cases, "1 = 1")


# ------------------------------------------------------------------------------------------------ once, and in turn


@pytest.mark.parametrize(
    "change", ["status = 'MET', met_at = due_at", "status = 'OPEN'", "met_at = NULL", "met_at = due_at"]
)
async def test_a_deadline_that_ended_stays_so(connection: AsyncConnection, change: str) -> None:
    with pytest.raises(IntegrityError, match="ends once"):
        await connection.execute(text(f"UPDATE deadlines SET {change} WHERE status <> 'OPEN'"))


async def test_an_open_deadline_may_be_met(connection: AsyncConnection) -> None:
    met = await connection.execute(text("UPDATE deadlines SET status = 'MET', met_at = due_at WHERE status = 'OPEN'"))

    assert met.rowcount == 1


async def test_a_case_has_one_active_warning(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await add_like(connection, t.warnings, "status = 'ACKNOWLEDGED'", status="ISSUED")


async def test_a_warning_that_ended_may_be_followed(connection: AsyncConnection) -> None:
    await add_like(connection, t.warnings, "status = 'ARCHIVED'", status="ISSUED")

    active = select(t.warnings.c.id).where(t.warnings.c.status == "ISSUED")
    assert (await connection.execute(active)).scalars().all() == ["new"]


async def test_a_case_has_one_assessment_in_review(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await add_like(connection, t.assessments, "status = 'IN_REVIEW'")


@pytest.mark.parametrize(
    ("turn", "after_turn"),
    [
        (1, None),  # was said already
        (5, 4),  # nobody has said the fourth
        (4, 2),  # skips one
        (4, None),  # hides what it follows
        (0, -1),
    ],
)
async def test_a_review_follows_the_one_before(connection: AsyncConnection, turn: int, after_turn: int | None) -> None:
    with pytest.raises(IntegrityError):
        await add_like(connection, t.reviews, "turn = 3", turn=turn, after_turn=after_turn)


async def test_the_next_review_is_taken(connection: AsyncConnection) -> None:
    await add_like(connection, t.reviews, "turn = 3", turn=4, after_turn=3)

    assert (await connection.execute(select(t.reviews.c.id).where(t.reviews.c.turn == 4))).scalar_one() == "new"


async def test_versions_of_a_plan_are_counted(connection: AsyncConnection) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        await add_like(connection, t.plans, "kind = 'SCHEME'")


@pytest.mark.parametrize("column", ["case_id", "warning_id", "performed_by_id"])
async def test_what_is_named_exists(connection: AsyncConnection, column: str) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        await add_like(connection, t.dispositions, "1 = 1", **{column: "nobody"})
