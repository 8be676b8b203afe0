"""What is said of an error where it is kept never repeats what was entered."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, StatementError

from caserisk.domain.refusals import invalid
from caserisk.redaction import redact
from caserisk.store import tables as t
from tests.support.world import World

NAME = "秘某某"


async def failing(world: World, statement: str, *values: str) -> DBAPIError:
    """What is raised by a statement of the driver that the database refuses."""
    with pytest.raises(DBAPIError) as raised:
        async with world.engine.begin() as connection:
            await connection.exec_driver_sql(statement, values)
    return raised.value


async def test_a_key_that_is_taken_is_not_told(world: World) -> None:
    office = {"id": NAME, "code": "1", "name": NAME, "parent_id": None, "path": "/"}
    async with world.engine.begin() as connection:
        await connection.execute(insert(t.offices).values(office))

    with pytest.raises(DBAPIError) as raised:
        async with world.engine.begin() as connection:
            await connection.execute(insert(t.offices).values(office))

    assert "unique" in redact(raised.value).lower()
    assert NAME not in redact(raised.value)
    assert "parameters" not in redact(raised.value)
    assert NAME not in str(raised.value).partition("DETAIL")[0]


async def test_a_value_that_is_no_number_is_not_told(world: World) -> None:
    if world.engine.dialect.name == "sqlite":
        error = await failing(world, "SELECT json_extract(?, '$')", NAME)
    else:
        error = await failing(world, "SELECT CAST($1::text AS integer)", NAME)

    assert NAME not in redact(error)
    assert type(error).__name__ in redact(error)


async def test_a_value_that_the_driver_does_not_take_is_not_told(world: World) -> None:
    with pytest.raises(StatementError) as raised:
        async with world.engine.begin() as connection:
            await connection.execute(text("SELECT :name + 1").bindparams(name=object))

    assert "object" not in redact(raised.value)


@pytest.mark.parametrize(
    "make",
    [KeyError, ValueError, RuntimeError, lambda name: invalid(name, name), lambda name: UnicodeError(name)],
)
def test_errors_that_may_hold_data_tell_their_kind_alone(make: Callable[[str], Exception]) -> None:
    assert NAME not in redact(make(NAME))
    assert type(make(NAME)).__name__ in redact(make(NAME))


@pytest.mark.parametrize("error", [ConnectionRefusedError("refused"), sqlite3.OperationalError("locked")])
def test_errors_of_programs_tell_what_they_say(error: Exception) -> None:
    assert str(error) in redact(error)
