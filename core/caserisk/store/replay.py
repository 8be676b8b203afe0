"""Replay: fold the log from its beginning, and write the resulting rows into an empty database.

State is the fold of the log's entries, so the copy has the same rows. Idempotency keys are no state and are not copied.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from caserisk.domain.casefile import CaseFile
from caserisk.domain.folding import fold, open_file
from caserisk.store import casefiles, log, organisation
from caserisk.store.database import Row, Snapshot, Transaction
from caserisk.store.statements import Statement, insert_row
from caserisk.store.store import Store
from caserisk.store.tables import events

_ENTRIES_PER_PAGE = 1000
_INSERT_ENTRY = Statement(lambda _: insert_row(events))


async def replay(source: Store, target: Store) -> int:
    """Write the log of one store, and the state that it adds up to, into another one; return the number of entries.

    One transaction writes it all. The files of all cases are held in memory meanwhile.

    Raises:
        ValueError: the target has a log already.
    """
    async with source.database.snapshot() as snapshot, target.database.transaction() as transaction:
        if await transaction.read(log.END, {}):
            raise ValueError(
                "目标数据库已有日志,只能回放到空数据库 / the target has a log already; it takes an empty one"
            )
        files = await _fold_all(snapshot, transaction)
        for file in files.values():
            await casefiles.write_file(transaction, None, file)
        # The entries come last: they refer to rows of cases, assessments and warnings.
        # From the same snapshot as before: what was appended meanwhile is in neither the rows nor the entries.
        async for page in _pages(snapshot):
            await transaction.many(_INSERT_ENTRY, page)
        return await transaction.read(log.END, {}) or 0


async def _fold_all(snapshot: Snapshot, transaction: Transaction) -> dict[str, CaseFile]:
    """Fold the entries of each case into its file; write the rows of entries about an office as they come."""
    files: dict[str, CaseFile] = {}
    async for page in _pages(snapshot):
        for entry in map(log.entry_from, page):
            if entry.case_id is None:
                await organisation.put(transaction, entry)
            elif entry.case_id in files:
                files[entry.case_id] = fold(files[entry.case_id], entry)
            else:
                files[entry.case_id] = open_file(entry)
    return files


async def _pages(snapshot: Snapshot) -> AsyncIterator[list[Row]]:
    """Read the log in order, a page at a time."""
    after = 0
    while True:
        following = select(events).where(events.c.position > after).order_by(events.c.position)
        page = await snapshot.rows(following.limit(_ENTRIES_PER_PAGE))
        if not page:
            return
        yield page
        after = page[-1]["position"]
