"""Execute the operations of a schema: from a request to its response, in time, and without raising.

::

    GraphQLRequest ──▶ OperationPreparer ──▶ PreparedOperation ──▶ OperationExecutor ─────▶ GraphQLResponse
                       (document, variables,                   └─▶ SubscriptionExecutor ──▶ one for each event
                        cost, admission)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

from graphql import OperationType

from caserisk.store.party_access_log import PartyAccessLog
from caserisk_graphql.context import Context
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.documents import Operation, RequestRejected
from caserisk_graphql.engine.error_format import format_error, format_exception
from caserisk_graphql.engine.execution import OperationExecutor
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.observer import NoObserver, Observer
from caserisk_graphql.engine.party_audit import PartyAudit
from caserisk_graphql.engine.preparation import OperationPreparer, PreparedOperation
from caserisk_graphql.engine.reference_executor import ReferenceExecutor
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import GraphQLResponse
from caserisk_graphql.engine.subscription import SubscriptionExecutor
from caserisk_graphql.engine.timeout_responses import still_running, timed_out
from caserisk_graphql.engine.trusted_documents import TrustedDocuments
from caserisk_graphql.engine.usage_statistics import UsageStatistics
from caserisk_graphql.errors import RequestError, bad_input
from caserisk_graphql.reads.schema import Schema


class Engine:
    """Executes the operations of one schema; without a ``compiler``, graphql-core does all of it."""

    def __init__(
        self,
        schema: Schema,
        compiler: Compiler | None,
        *,
        trusted: TrustedDocuments | None = None,
        uses: UsageStatistics | None = None,
        party_access_log: PartyAccessLog | None = None,
        limits: Limits | None = None,
        observer: Observer | None = None,
    ) -> None:
        limits, observer = limits or Limits(), observer or NoObserver()
        reference, audit = ReferenceExecutor(schema), PartyAudit(party_access_log)
        self._request_time = limits.request_time
        self._preparer = OperationPreparer(schema.core, limits, trusted=trusted, uses=uses, observer=observer)
        self._executor = OperationExecutor(reference, compiler, audit=audit, observer=observer)
        self._subscriptions = SubscriptionExecutor(
            reference, compiler, audit=audit, observer=observer, event_time=limits.request_time
        )
        self._running_mutations: set[asyncio.Task[GraphQLResponse]] = set()

    async def find_operation(self, request: GraphQLRequest, context: Context) -> Operation:
        """Return the operation that a request names.

        Raises:
            RequestRejected: there is none, its document has errors, or the viewer may not send it.
        """
        return await self._preparer.find_operation(request, context)

    async def execute(self, request: GraphQLRequest, context: Context) -> GraphQLResponse:
        """Execute a query or a mutation. Nothing is raised: what goes wrong is in the response."""
        own = context.for_operation()  # a socket executes many operations with one context
        try:
            prepared = await self._preparer.prepare(request, own)
            if prepared.operation.kind is OperationType.SUBSCRIPTION:
                raise _subscription_needs_stream()
        except Exception as error:
            return await _error_response(error, own)
        return await self._execute(prepared)

    async def stream(self, request: GraphQLRequest, context: Context) -> AsyncGenerator[GraphQLResponse, None]:
        """Execute any operation: yield a response for each event of a subscription, or the one of anything else.

        Nothing is raised: a stream that cannot be opened, or ends by an error, ends with a response that says so.
        """
        own = context.for_operation()
        try:
            prepared = await self._preparer.prepare(request, own)
        except Exception as error:
            yield await _error_response(error, own)
            return
        if prepared.operation.kind is not OperationType.SUBSCRIPTION:
            yield await self._execute(prepared)
            return
        try:
            # Closed here, before its context: the event loop closes a dropped generator only at some later time.
            async with own, aclosing(self._subscriptions.stream(prepared)) as responses:
                async for response in responses:
                    yield response
        except Exception as error:
            yield await _error_response(error, own)

    async def _execute(self, prepared: PreparedOperation) -> GraphQLResponse:
        if prepared.operation.kind is OperationType.MUTATION:
            return await self._execute_mutation(prepared)
        return await self._execute_within(prepared, self._request_time)

    async def _execute_mutation(self, prepared: PreparedOperation) -> GraphQLResponse:
        """Execute a mutation to its end, even where its client leaves or no longer waits."""
        running = asyncio.create_task(self._execute_within(prepared, None))
        self._running_mutations.add(running)  # the event loop itself keeps only weak references to tasks
        running.add_done_callback(self._running_mutations.discard)
        try:
            async with asyncio.timeout(self._request_time):
                # Without the shield, the timeout or a client that leaves would cancel the task that is awaited here.
                return await asyncio.shield(running)
        except TimeoutError:  # of this timeout: the task itself raises nothing
            return still_running(prepared)

    async def _execute_within(self, prepared: PreparedOperation, seconds: float | None) -> GraphQLResponse:
        """Execute a query or a mutation; after so many seconds, end it."""
        try:
            # The context is left after the timeout has ended, so that its snapshot is closed in any case.
            async with prepared.context, asyncio.timeout(seconds) as timeout:
                return await self._executor.execute(prepared)
        except Exception as error:
            # Drivers and sockets raise TimeoutError too; theirs is a fault, and not the end of the request's time.
            if isinstance(error, TimeoutError) and timeout.expired():
                return timed_out(prepared, self._request_time)
            return await _error_response(error, prepared.context)


async def _error_response(error: Exception, context: Context) -> GraphQLResponse:
    """Return the response where nothing was executed, or not to its end."""
    await context.finish()
    if not isinstance(error, RequestRejected):
        return GraphQLResponse(data=None, errors=[format_exception(error, context.locale)])
    errors = [format_error(item, context.locale) for item in error.errors]
    return GraphQLResponse(data=None, errors=errors, cost=error.cost, retry_after=error.retry_after)


def _subscription_needs_stream() -> RequestError:
    return bad_input(
        "订阅须经 WebSocket(graphql-transport-ws)或 SSE(Accept: text/event-stream)",
        "subscriptions come over WebSocket (graphql-transport-ws) or SSE (Accept: text/event-stream)",
    )
