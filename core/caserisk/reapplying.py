"""Re-applying the regulations: what is stored of the gates of open cases is brought in line with the plugins of today.

After a plugin was installed, upgraded or removed a stored gate may be out of date. What changes is an entry of the log.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable

from caserisk.commands.cases import DecideGates
from caserisk.desk import Desk
from caserisk.domain.refusals import Refused
from caserisk.domain.rules import Gate

log = logging.getLogger("caserisk.reapplying")

Progress = Callable[[str, Refused | None], None]
"""Told of each case when it is done, by id; with the refusal where its regulation could not be asked."""

_PAGE = 200


async def reapply(desk: Desk, *, progress: Progress | None = None) -> tuple[int, int]:
    """Decide the gates of every open case anew; gives how many cases changed and how many were refused.

    A refused case stays as it was, and is named in the log.
    """
    changed = refused = 0
    async for id in _open_cases(desk):
        before, refusal = await _gates(desk, id), None
        try:
            await desk.execute(DecideGates(case=id), viewer=None)
            changed += await _gates(desk, id) != before
        except Refused as error:
            refusal = error
            refused += 1
            log.error("the gates of case %s stay as they were: %s", id, error)
        if progress:
            progress(id, refusal)
    return changed, refused


async def _open_cases(desk: Desk) -> AsyncIterator[str]:
    page = await desk.store.open_cases("", _PAGE)
    while page:
        for id in page:
            yield id
        page = await desk.store.open_cases(page[-1], _PAGE)


async def _gates(desk: Desk, id: str) -> tuple[Gate, ...]:
    loaded = await desk.store.load(id, ())
    return loaded.file.case.gates if loaded and loaded.file else ()
