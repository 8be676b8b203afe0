"""The subscriptions: readers of the log, each with a cursor of its own. Nothing is ever published to them.

A reader reads what the log holds beyond its cursor, hands it on entry by entry, and waits for more. Who may see an
entry is asked when it is handed on: the officer's record is read again with every batch.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from time import monotonic
from typing import Annotated, Any

import strawberry
from sqlalchemy import ColumnElement

from caserisk.store import tables as t
from caserisk_graphql.context import Context
from caserisk_graphql.errors import forbidden
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.inputs import bad_id, id_prefix
from caserisk_graphql.reads.reading import Reading
from caserisk_graphql.reads.reference import POSITION
from caserisk_graphql.types.events import LOG, Event, WarningChange
from caserisk_graphql.types.filters import WarningChangeFilter

Row = Any
Conditions = Callable[[Reading], Sequence[ColumnElement[bool]]]

After = Annotated[
    EventCursor | None,
    strawberry.argument(
        description="The `cursor` of the last entry that was seen; left out: only what comes from now."
    ),
]

_BATCH = 100
_FRESH = 1.0
"""Entries of a batch, and seconds for which what was read of it is handed on."""


@strawberry.type(description="What arrives by itself: readers of the event log.")
class Subscription:
    """The root of subscriptions."""

    @strawberry.subscription(  # type: ignore[untyped-decorator]  # its types do not cover keywords
        description="The changes of warnings (预警变化) in commit order. With `after`: everything since, then live; "
        "nothing skipped, nothing twice. Without: live from now on."
    )
    async def warning_changes(
        self,
        info: strawberry.Info,
        where: Annotated[WarningChangeFilter | None, strawberry.argument(description="Which changes.")] = None,
        after: After = None,
    ) -> AsyncGenerator[WarningChange, None]:
        """Follow the changes of warnings."""

        def conditions(reading: Reading) -> Sequence[ColumnElement[bool]]:
            return [t.events.c.noun == "warning", *(where.conditions(reading) if where else ())]

        async for entry in _follow(info.context, after, conditions):
            yield entry

    @strawberry.subscription(  # type: ignore[untyped-decorator]  # its types do not cover keywords
        description="All that happens in one case (一案一档), in commit order. With `after`: everything since."
    )
    async def case_events(
        self,
        info: strawberry.Info,
        case: Annotated[strawberry.ID, strawberry.argument(description="The case.")],
        after: After = None,
    ) -> AsyncGenerator[Event, None]:
        """Follow one case."""
        if id_prefix(case, "case") != "case":
            raise bad_id("case")
        if await info.context.reads.node(case) is None:
            raise forbidden("没有该案件,或您无权查看", "there is no such case, or it is not shown to you")
        async for entry in _follow(info.context, after, lambda _: [t.events.c.case_id == case]):
            yield entry


async def _follow(context: Context, after: EventCursor | None, conditions: Conditions) -> AsyncGenerator[Row, None]:
    """Hand on what the log holds beyond a cursor, then what comes."""
    context.require_viewer()
    position = await context.reads.position_of(LOG, context.resume or after)
    while True:
        await _look_anew(context)
        read_at = monotonic()
        end = await context.reads.end_of(LOG)
        entries = await context.reads.entries(LOG, position, conditions(context.reading), most=_BATCH)
        for entry in entries:
            if monotonic() - read_at > _FRESH:
                break  # the rest of the batch is read again, and asked again who may see it
            position = entry[POSITION]
            yield entry
        else:
            if len(entries) < _BATCH:
                position = max(position, end)
                await context.close()
                await context.watch.beyond(position)


async def _look_anew(context: Context) -> None:
    """Take a fresh view of the data, with the officer's record as it is now.

    Raises:
        RequestError: UNAUTHENTICATED, where the officer is no longer active.
    """
    await context.renew()
    context.require_viewer()
    await context.refresh(now=context.desk.clock())
