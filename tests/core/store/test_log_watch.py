"""Watching the log: it ends when it is told to, whatever else happens at that moment."""

from __future__ import annotations

import asyncio

from caserisk.store.log_watch import LogWatch
from tests.support.world import ZHUZHOU, World

WATCH_TIMEOUT = 20.0
"""Seconds after which what has to come is no longer waited for."""


async def test_a_watch_ends_though_it_is_told_of_more_meanwhile(world: World) -> None:
    watch = LogWatch(world.store)
    watching = asyncio.create_task(watch.run())
    await world.office(ZHUZHOU)
    await asyncio.wait_for(watch.wait_beyond(0), WATCH_TIMEOUT)
    await asyncio.sleep(0.5)  # until it waits again

    watch._notified.set()
    await asyncio.sleep(0)  # both reach it in the same turn
    watching.cancel()
    ended, _ = await asyncio.wait([watching], timeout=WATCH_TIMEOUT)

    assert ended == {watching}
