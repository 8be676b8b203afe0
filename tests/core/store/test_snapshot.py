"""A snapshot that is closed ends what is read in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import Select, literal_column, select

from tests.support.world import World

CLOSE_TIMEOUT = 20

ENDLESS: Select[Any] = select(
    literal_column("(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)")
)


async def test_a_statement_that_has_not_quite_begun_is_ended_too(world: World) -> None:
    """Interrupt too early at first: SQLite ends what runs, and does nothing to what is about to begin."""
    snapshot = world.store.database.snapshot()
    await snapshot.rows(select(literal_column("1").label("one")))
    snapshot._interrupt = too_early_at_first(snapshot._interrupt) if snapshot._interrupt else None
    reading = asyncio.create_task(snapshot.rows(ENDLESS))
    await asyncio.sleep(0.1)

    async with asyncio.timeout(CLOSE_TIMEOUT):
        await snapshot.close()

    assert isinstance((await asyncio.gather(reading, return_exceptions=True))[0], RuntimeError)


def too_early_at_first(interrupt: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Make an interrupt that comes too early the first time."""
    calls: list[None] = []

    async def interrupted() -> None:
        calls.append(None)
        if len(calls) > 1:
            await interrupt()

    return interrupted
