"""The log's positions are in commit order and without a gap, however many write at once (HUI-09)."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from sqlalchemy import select

from caserisk.command_runner import CommandResult
from caserisk.commands.warnings import RecordDisposition
from caserisk.domain.vocabulary import Role
from caserisk.store.store import Store
from caserisk.store.tables import events
from tests.support.stored import stored_values
from tests.support.world import SHANDONG, World

WRITERS, ENTRIES = 16, 5


async def follow(store: Store, cursor: int, done: asyncio.Event) -> list[list[int]]:
    """Read on from a cursor, as a poller does, until all is done; return the positions page by page."""
    pages: list[list[int]] = []
    while True:
        last_look = done.is_set()
        following = select(events.c.position).where(events.c.position > cursor).order_by(events.c.position)
        page = await stored_values(store, following)
        if page:
            pages.append(page)
            cursor = page[-1]
        elif last_look:
            return pages
        await asyncio.sleep(0.001)


async def test_a_poller_sees_every_entry_once(world: World) -> None:
    office = await world.office(SHANDONG)
    handler = office.viewer(Role.CASE_HANDLER)
    cases = [await world.open_case(office) for _ in range(WRITERS)]
    start, done = await world.store.end_of_log(), asyncio.Event()

    async def write(case: str) -> list[CommandResult]:
        explained = RecordDisposition(case=case, measure="explanation", description="释法说理")
        return [await world.runner.execute(explained, viewer=handler) for _ in range(ENTRIES)]

    poller = asyncio.create_task(follow(world.store, start, done))
    answers = await asyncio.gather(*(write(case) for case in cases))
    done.set()
    pages = await poller

    expected = list(range(start + 1, start + WRITERS * ENTRIES + 1))
    assert len(pages) > 1  # it read while they wrote
    assert [position for page in pages for position in page] == expected
    assert sorted(answer.position for many in answers for answer in many) == expected
    assert all(earlier.position < later.position for many in answers for earlier, later in pairwise(many))
