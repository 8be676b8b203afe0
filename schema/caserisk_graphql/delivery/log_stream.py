"""Stream entries of the event log: those after a cursor, then each new one as it is committed.

A stream reads the log itself and is never published to. Before each batch the officer's record is read again, so that
an entry is shown only to those who may see it when it is delivered.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from time import monotonic

from caserisk_graphql.context import Conditions, Context
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.declarations import Log
from caserisk_graphql.reads.reference import POSITION
from caserisk_graphql.reads.snapshot import Row

_BATCH_SIZE = 100
"""Entries that are read at once."""

_BATCH_LIFETIME = 1.0
"""Seconds for which entries of a batch are handed on; then the rest is read again, and who may see it asked again."""


async def stream_entries(
    context: Context, log: Log, after: EventCursor | None, conditions: Conditions
) -> AsyncGenerator[Row, None]:
    """Yield the entries of a log after a cursor that fulfil conditions, then those still to come.

    Raises:
        RequestError: UNAUTHENTICATED, where nobody known asks or the officer is no longer active; BAD_INPUT or
            UNKNOWN_CURSOR, for a wrong cursor.
    """
    context.require_viewer()
    position = await context.reads.position_of(log, context.resume or after)
    while True:
        await _refresh_viewer(context)
        read_at = monotonic()
        end = await context.reads.end_of(log)
        entries = await context.reads.entries(log, position, conditions(context.reading), limit=_BATCH_SIZE)
        for entry in entries:
            if monotonic() - read_at > _BATCH_LIFETIME:
                break
            position = entry[POSITION]
            yield entry
        else:
            if len(entries) < _BATCH_SIZE:
                position = max(position, end)
                await context.close()
                await context.watch.beyond(position)


async def _refresh_viewer(context: Context) -> None:
    """Take a fresh snapshot of the data, with the officer's record as it is now.

    Raises:
        RequestError: UNAUTHENTICATED, where the officer is no longer active.
    """
    await context.renew()
    context.require_viewer()
    await context.refresh(now=context.runner.clock())
