"""Read what a store holds, past every rule of who may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select

from caserisk.store.database import Row
from caserisk.store.store import Store


async def stored_rows(store: Store, statement: Select[Any]) -> list[Row]:
    """Return the rows of a statement."""
    async with store.database.snapshot() as snapshot:
        return await snapshot.rows(statement)


async def stored_values(store: Store, statement: Select[Any]) -> list[Any]:
    """Return the values of a statement with one column."""
    return [value for row in await stored_rows(store, statement) for value in row.values()]


async def stored_value(store: Store, statement: Select[Any]) -> Any:
    """Return the only value of a statement with one column and one row."""
    [value] = await stored_values(store, statement)
    return value
