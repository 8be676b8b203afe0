"""Execute subscriptions: a response for each entry of a stream, until the session expires."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from graphql import ExecutionResult

from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.execution import response_of
from caserisk_graphql.engine.observer import Observer
from caserisk_graphql.engine.party_audit import PartyAudit
from caserisk_graphql.engine.preparation import PreparedOperation
from caserisk_graphql.engine.reference_executor import OpenSubscription, ReferenceExecutor
from caserisk_graphql.engine.response import GraphQLResponse, encode, json_object
from caserisk_graphql.engine.session_expiry import stream_until_expiry
from caserisk_graphql.engine.timeout_responses import timed_out
from caserisk_graphql.reads.cursors import event_cursor
from caserisk_graphql.reads.reference_resolvers import POSITION

log = logging.getLogger("caserisk.graphql")


class SubscriptionExecutor:
    """Executes subscriptions; opening a stream and each of its events may take ``event_time`` seconds."""

    def __init__(
        self,
        reference: ReferenceExecutor,
        compiler: Compiler | None,
        *,
        audit: PartyAudit,
        observer: Observer,
        event_time: float,
    ) -> None:
        self._reference, self._compiler, self._audit, self._observer = reference, compiler, audit, observer
        self._event_time = event_time

    async def stream(self, prepared: PreparedOperation) -> AsyncGenerator[GraphQLResponse, None]:
        """Yield a response for each event. One that takes too long ends the stream: no event may be skipped.

        Raises:
            RequestRejected, RequestError: the stream cannot be opened.
            SessionExpired: see there.
        """
        context = prepared.context
        # A stream reads the viewer's record again before each batch, and never relies on a cached one.
        await context.ensure_current_viewer()
        try:
            async with asyncio.timeout(self._event_time) as timeout:
                opened = await self._reference.subscribe(prepared)
            if isinstance(opened, ExecutionResult):
                yield replace(response_of(opened, None, prepared), cost=None)
                return
            # Only the wait for an entry ends with the session: a response that is being prepared is still sent.
            async with aclosing(stream_until_expiry(opened.entries, context.session_expires_at)) as entries:
                async for entry in entries:
                    async with asyncio.timeout(self._event_time) as timeout:
                        response = await self._execute_event(prepared, entry, opened)
                        await self._audit.record(context)
                    await context.release_snapshot()  # the client may be slow to take the response
                    yield replace(response, cursor=event_cursor(entry[POSITION]))
        except TimeoutError:
            if not timeout.expired():
                raise
            yield timed_out(prepared, self._event_time)

    async def _execute_event(
        self, prepared: PreparedOperation, entry: Any, subscription: OpenSubscription
    ) -> GraphQLResponse:
        if self._compiler:
            try:
                self._observer.executed_by("compiled")
                texts = await self._compiler.read_log_entry(
                    prepared.operation, entry, prepared.variables, context=prepared.context
                )
                return GraphQLResponse(data=json_object(texts), cost=prepared.cost)
            except NotCompiled as reason:
                log.debug("an event is left to the reference executor: %s", reason)
        self._observer.executed_by("reference")
        result = await subscription.execute(entry)
        return response_of(result, encode(result.data), prepared)
