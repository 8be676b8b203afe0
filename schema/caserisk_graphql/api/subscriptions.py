"""Declare the subscriptions: readers of the event log, each with a cursor of its own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Annotated

import strawberry
from sqlalchemy import ColumnElement

from caserisk.store import tables as t
from caserisk_graphql.api.events import LOG, Event, WarningChange
from caserisk_graphql.api.filters import WarningChangeFilter
from caserisk_graphql.errors import forbidden
from caserisk_graphql.reads.argument_checks import bad_id, id_prefix
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.read_context import ReadContext

After = Annotated[
    EventCursor | None,
    strawberry.argument(
        description="The `cursor` of the last entry that was seen; left out: only what comes from now."
    ),
]


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

        def conditions(reading: ReadContext) -> Sequence[ColumnElement[bool]]:
            return [t.events.c.noun == "warning", *(where.conditions(reading) if where else ())]

        async for entry in info.context.stream_log(LOG, after, conditions):
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
        # A stream that would never say anything is refused at once.
        if await info.context.reader.node(case) is None:
            raise forbidden("没有该案件,或您无权查看", "there is no such case, or it is not shown to you")
        async for entry in info.context.stream_log(LOG, after, lambda _: [t.events.c.case_id == case]):
            yield entry
