"""The deadline clock: notices what has passed, and has it put on record.

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

_BATCH = 200
_KEPT = timedelta(days=30)


async def tick(runner: CommandRunner) -> int:
    """Put every deadline on record that has passed by now; gives how many were.

    One whose region's plugin is at fault is left for the next tick, and named in the log.
    """
    seen: set[str] = set()
    recorded = 0
    while True:
        passed = await runner.store.passed_deadlines(runner.clock(), _BATCH + len(seen))
        waiting = [id for id in passed if id not in seen]
        if not waiting:
            return recorded
        for id in waiting:
            seen.add(id)
            recorded += await _pass(runner, id)


async def _pass(runner: CommandRunner, id: str) -> bool:
    """Put one deadline on record; False where its regulation could not be asked."""
    try:
        await runner.execute(PassDeadline(deadline=id), viewer=None)
    except Refused as refusal:
        log.error("deadline %s passed and could not be put on record: %s", id, redact(refusal))
        return False
    return True


def _tell_nobody(_: int | None) -> None:
    """Nobody follows the ticks."""


async def run(
    runner: CommandRunner, *, interval: float = 5.0, told: Callable[[int | None], None] = _tell_nobody
) -> None:
    """Tick until cancelled, every ``interval`` seconds; a tick that fails is logged, and the next one tries again.

    After each tick ``told`` is given how many deadlines were put on record; None, where it failed.
    """
    while True:
        recorded = None
        try:
            recorded = await tick(runner)
            await runner.store.delete_idempotent_results(runner.clock() - _KEPT)
        except Exception:  # the clock outlives a database that is away for a while
            log.exception("the deadline clock failed and goes on")
        told(recorded)
        await asyncio.sleep(interval)
