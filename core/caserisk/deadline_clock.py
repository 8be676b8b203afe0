"""Put deadlines that have passed on record, at intervals.

Any number may run at once, and any may be killed half-way: a passed deadline is put on record by a command like any
other, which finds it open and not yet on record, or leaves it alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta

from caserisk.command_runner import CommandRunner
from caserisk.commands.supervisions import PassDeadline
from caserisk.domain.refusals import Refused
from caserisk.redaction import redact

log = logging.getLogger("caserisk.clock")

_DEADLINES_PER_READ = 200

# As long as the API promises to recognise an idempotency key.
_IDEMPOTENCY_KEY_TTL = timedelta(days=30)


async def tick(runner: CommandRunner) -> int:
    """Put every deadline on record that has passed by now, and return how many they were.

    One whose region's plugin is at fault is left for the next tick, and named in the log.
    """
    seen: set[str] = set()
    recorded = 0
    while True:
        passed = await runner.store.passed_deadlines(runner.clock(), _DEADLINES_PER_READ + len(seen))
        # Those whose plugin is at fault stay among the passed ones; the read grows by their number to reach the rest.
        waiting = [id for id in passed if id not in seen]
        if not waiting:
            return recorded
        for id in waiting:
            seen.add(id)
            recorded += await _pass_deadline(runner, id)


async def _pass_deadline(runner: CommandRunner, id: str) -> bool:
    """Put one deadline on record, and tell whether its regulation could be asked."""
    try:
        await runner.execute(PassDeadline(deadline=id), viewer=None)
    # A refusal concerns this deadline alone; any other error ends the tick, and `run` tries again.
    except Refused as refusal:
        log.error("deadline %s passed and could not be put on record: %s", id, redact(refusal))
        return False
    return True


def _ignore(_: int | None) -> None:
    """Ignore a tick."""


async def run(runner: CommandRunner, *, interval: float = 5.0, on_tick: Callable[[int | None], None] = _ignore) -> None:
    """Tick until cancelled, every ``interval`` seconds; a tick that fails is logged, and the next one tries again.

    After each tick ``on_tick`` is called with the number of deadlines put on record; None where it failed.
    """
    while True:
        recorded = None
        try:
            recorded = await tick(runner)
            await runner.store.delete_idempotent_results(runner.clock() - _IDEMPOTENCY_KEY_TTL)
        except Exception:  # the clock outlives a database that is away for a while
            log.exception("the deadline clock failed and goes on")
        on_tick(recorded)
        await asyncio.sleep(interval)
