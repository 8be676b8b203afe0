"""Replay: the log read from its beginning, and the rows it adds up to written into an empty database.

State is the fold of the log's entries, so the copy has the same rows. Idempotency keys are no state and stay behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.domain.casefile import CaseFile
from caserisk.domain.folding import fold, open_file
from caserisk.store import casefiles, log, organisation
from caserisk.store.connections import Connection
from caserisk.store.statements import Statement, inserting
from caserisk.store.store import Store
from caserisk.store.tables import events

_PAGE = 1000
_ENTRY = Statement(lambda _: inserting(events))


async def replay(source: Store, target: Store) -> int:
    """Write what the log of one store adds up to into another, and the log itself; gives how many entries it has.

    It is done in one transaction. The files of all cases are held in memory meanwhile.

    Raises:
        ValueError: the target has a log already.
    """
    async with source.reading() as reading, target.writing() as writing:
        if await writing.document(log.END, {}):
            raise ValueError(
                "目标数据库已有日志,只能回放到空数据库 / the target has a log already; it takes an empty one"
            )
        files = await _fold_all(reading, writing)
        for file in files.values():
            await casefiles.write_file(writing, None, file)
        async for page in _pages(reading):
            await writing.many(_ENTRY, [dict(row) for row in page])
        return await writing.document(log.END, {}) or 0


async def _fold_all(reading: AsyncConnection, writing: Connection) -> dict[str, CaseFile]:
    """Every file as it stands at the end; entries about an office put their rows as they come."""
    files: dict[str, CaseFile] = {}
    async for page in _pages(reading):
        for entry in map(log.entry_from, page):
            if entry.case_id is None:
                await organisation.put(writing, entry)
            elif entry.case_id in files:
                files[entry.case_id] = fold(files[entry.case_id], entry)
            else:
                files[entry.case_id] = open_file(entry)
    return files


async def _pages(connection: AsyncConnection) -> AsyncIterator[list[RowMapping]]:
    """The log in order, a page at a time."""
    after = 0
    while True:
        following = select(events).where(events.c.position > after).order_by(events.c.position).limit(_PAGE)
        page = list((await connection.execute(following)).mappings())
        if not page:
            return
        yield page
        after = page[-1]["position"]
