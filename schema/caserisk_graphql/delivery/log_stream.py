"""Stream entries of the event log: those after a cursor, then each new one as it is committed.

A stream reads the log itself and is never published to. Before each batch the officer's record is read again, so that
an entry is shown only to those who may see it when it is delivered.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from time import monotonic

from caserisk.store.database import Row
from caserisk_graphql.context import Conditions, Context
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.declarations import Log
from caserisk_graphql.reads.reference_resolvers import POSITION

_BATCH_SIZE = 100
"""Entries that are read at a time."""

_BATCH_TTL = 1.0
"""Seconds for which the entries of a batch are delivered; then the rest is read again, with the authority of then."""


async def stream_entries(
    context: Context, log: Log, after: EventCursor | None, conditions: Conditions
) -> AsyncGenerator[Row, None]:
    """Yield the entries of a log after a cursor that fulfil conditions, then those still to come.

    Raises:
        RequestError: UNAUTHENTICATED, where nobody known asks or the officer is no longer active; BAD_INPUT or
            UNKNOWN_CURSOR, for a wrong cursor.
    """
    context.require_viewer()
    position = await context.reader.position_of(log, context.resume_after or after)
    while True:
        await _refresh_viewer(context)
        read_at = monotonic()
        end = await context.reader.end_of(log)
        entries = await context.reader.entries(log, position, conditions(context.read_context), limit=_BATCH_SIZE)
        for entry in entries:
            # A slow client takes its time between two entries; its authority may end meanwhile.
            if monotonic() - read_at > _BATCH_TTL:
                break
            position = entry[POSITION]
            yield entry
        else:
            if len(entries) < _BATCH_SIZE:
                # Entries that the conditions leave out are passed too, or they would wake the stream at once.
                position = max(position, end)
                await context.release_snapshot()  # a stream that waits holds no snapshot
                await context.watch.wait_beyond(position)


async def _refresh_viewer(context: Context) -> None:
    """Take a fresh snapshot of the data, with the officer's record as it is now.

    Raises:
        RequestError: UNAUTHENTICATED, where the officer is no longer active.
    """
    await context.reload_viewer()
    context.require_viewer()
    await context.refresh(now=context.runner.clock())
