"""Re-apply the regulations: bring the stored gates of open cases in line with the plugins of today.

After a plugin was installed, upgraded or removed a stored gate may be out of date. What changes is an entry of the log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from caserisk.command_runner import CommandRunner
from caserisk.commands.cases import DecideGates
from caserisk.domain.refusals import Refused
from caserisk.domain.rules import Gate
from caserisk.store.store import all_ids

log = logging.getLogger("caserisk.reapply")

Progress = Callable[[str, Refused | None], None]
"""Called with the id of each case that is done, and with the refusal where its regulation could not be asked."""


async def reapply(runner: CommandRunner, *, progress: Progress | None = None) -> tuple[int, int]:
    """Decide the gates of every open case anew, and return how many cases changed and how many were refused.

    A refused case stays as it was, and is named in the log.
    """
    changed = refused = 0
    async for id in all_ids(runner.store.open_cases):
        # Compared by the stored gates: the result of a command does not tell whether anything was recorded.
        before, refusal = await _gates(runner, id), None
        try:
            await runner.execute(DecideGates(case=id), viewer=None)
            changed += await _gates(runner, id) != before
        except Refused as error:
            refusal = error
            refused += 1
            log.error("the gates of case %s stay as they were: %s", id, error)
        # The command line moves its bar on also where a regulation could not be asked.
        if progress:
            progress(id, refusal)
    return changed, refused


async def _gates(runner: CommandRunner, id: str) -> tuple[Gate, ...]:
    loaded = await runner.store.load(id, ())
    return loaded.file.case.gates if loaded and loaded.file else ()
