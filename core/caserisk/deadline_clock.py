"""Put what time brings about on record, at intervals: deadlines that have passed, and gates that held until now.

Any number may run at once, and any may be killed half-way: each is put on record by a command like any other, which
finds it still to be done, or leaves it alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from caserisk.command_runner import CommandRunner
from caserisk.commands.cases import DecideGates
from caserisk.commands.command import Command
from caserisk.commands.supervisions import PassDeadline
from caserisk.domain.refusals import Refused
from caserisk.redaction import redact

log = logging.getLogger("caserisk.clock")

_ITEMS_PER_READ = 200

# As long as the API promises to recognise an idempotency key.
_IDEMPOTENCY_KEY_TTL = timedelta(days=30)


async def tick(runner: CommandRunner) -> int:
    """Put everything on record that time has brought about by now, and return how many deadlines and cases it was.

    One whose region's plugin is at fault is left for the next tick, and named in the log.
    """
    passed = await _carry_out_all(runner, runner.store.passed_deadlines, lambda it: PassDeadline(deadline=it))
    return passed + await _carry_out_all(runner, runner.store.cases_to_decide, lambda it: DecideGates(case=it))


async def _carry_out_all(
    runner: CommandRunner,
    read: Callable[[datetime, int], Awaitable[list[str]]],
    command: Callable[[str], Command],
) -> int:
    """Carry out a command for each id that is read, until none is left, and return how many were not refused."""
    seen: set[str] = set()
    recorded = 0
    while True:
        found = await read(runner.clock(), _ITEMS_PER_READ + len(seen))
        # Those whose plugin is at fault stay among them; the read grows by their number to reach the rest.
        waiting = [id for id in found if id not in seen]
        if not waiting:
            return recorded
        for id in waiting:
            seen.add(id)
            recorded += await _carry_out(runner, command(id))


async def _carry_out(runner: CommandRunner, command: Command) -> bool:
    """Carry out one command, and tell whether its regulation could be asked."""
    try:
        await runner.execute(command, viewer=None)
    # A refusal concerns this command alone; any other error ends the tick, and `run` tries again.
    except Refused as refusal:
        log.error("%s of %s is due and could not be put on record: %s", command.name, command.target, redact(refusal))
        return False
    return True


def _ignore(_: int | None) -> None:
    """Ignore a tick."""


async def run(runner: CommandRunner, *, interval: float = 5.0, on_tick: Callable[[int | None], None] = _ignore) -> None:
    """Tick until cancelled, every ``interval`` seconds; a tick that fails is logged, and the next one tries again.

    After each tick ``on_tick`` is called with the number of things put on record; None where it failed.
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
