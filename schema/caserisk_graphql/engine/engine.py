"""Executes operations: what is stored by the compiler's statements, the rest by graphql-core.

::

    request ──> document ──> operation, variables ──┬─> compiler: a statement a root field ──> JSON text ─┬─> answer
                (kept)                              └─> graphql-core: live fields, what is left ──────────┘
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
)
from graphql.execution.values import VariableValues, get_variable_values
from strawberry.utils.await_maybe import await_maybe

from caserisk.store.party_access_log import PartyAccessLog
from caserisk_graphql.context import Context
from caserisk_graphql.engine.compiler.compiler import Compiler, Outdated, Roots
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.cost import CostEstimator, over_cost_limit
from caserisk_graphql.engine.document_limits import check_variables
from caserisk_graphql.engine.documents import DocumentCache, Operation, RequestRejected, Variables
from caserisk_graphql.engine.error_format import format_error, format_exception
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.observer import NoObserver, Observer
from caserisk_graphql.engine.rate_limit import RateLimiter, rate_limited
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import NULL, Cost, GraphQLResponse, Json, encode, json_object
from caserisk_graphql.engine.session_expiry import stream_until_expiry
from caserisk_graphql.engine.timeout import TimedOut, Timeout
from caserisk_graphql.engine.trusted_documents import TrustedDocuments, unknown_document
from caserisk_graphql.engine.usage_statistics import UsageStatistics
from caserisk_graphql.errors import bad_input, too_complex
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads.computed import ComputedValues
from caserisk_graphql.reads.cursors import event_cursor
from caserisk_graphql.reads.reference import POSITION
from caserisk_graphql.reads.schema import Schema

log = logging.getLogger("caserisk.graphql")


_KEPT = {"entries": 5000, "size": 2 * 1024 * 1024}
_OVERHEAD = 100
"""How many requests' variables and costs are kept, of how many characters together; and what is added to each.

They are kept under the names of their operations, not with the operations: all that is known of those would stay.
"""

_MOST_ERRORS = 5
"""Errors in the variables of a request that are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedOperation:
    """An operation that is to be executed: with which variables, at what cost, and in which context."""

    operation: Operation
    variables: Variables
    cost: Cost
    context: Context


class Engine:
    """Executes the operations of one schema; without a ``compiler``, graphql-core does all of it."""

    def __init__(
        self,
        schema: Schema,
        compiler: Compiler | None,
        *,
        trusted: TrustedDocuments | None = None,
        uses: UsageStatistics | None = None,
        party_reads: PartyAccessLog | None = None,
        limits: Limits | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._schema, self._core, self._limits = schema, schema.core, limits or Limits()
        self._documents = DocumentCache(self._core, self._limits)
        self._costs = CostEstimator(self._core, self._limits.max_cost)
        self._budget = RateLimiter(self._limits.cost_per_minute)
        self._kept: LruCache[tuple[str, str | None, str], tuple[Variables, Cost]] = LruCache(**_KEPT)
        self._unbroken: set[asyncio.Task[GraphQLResponse]] = set()
        self._compiler, self._trusted, self._uses, self._party_reads = compiler, trusted, uses, party_reads
        self._observer = observer or NoObserver()

    async def find(self, request: GraphQLRequest, context: Context) -> Operation:
        """The operation that is asked for.

        Raises:
            RequestRejected: there is none, its document has errors, or whoever asks may not send it.
        """
        text = request.query
        if text is None or (self._trusted and self._trusted.alone):
            text = await self._text(request, context)
        operation = self._documents.of(text).operation(request.operation_name)
        self._observer.operation_found(operation)
        return operation

    async def _text(self, request: GraphQLRequest, context: Context) -> str:
        if self._trusted is None:
            raise RequestRejected([unknown_document(request.document_id or "")])
        return await self._trusted.text(request, context)

    async def answer(self, request: GraphQLRequest, context: Context) -> GraphQLResponse:
        """Execute a query or a mutation. Nothing is raised: what goes wrong is in the answer."""
        own = context.for_operation()
        try:
            asked = await self._asked(request, own)
            if asked.operation.kind is OperationType.SUBSCRIPTION:
                raise _no_stream()
        except Exception as error:  # whatever it is, the client is told of it in its own words
            return await _refusal(error, own)
        return await self._whole(asked)

    async def follow(self, request: GraphQLRequest, context: Context) -> AsyncGenerator[GraphQLResponse, None]:
        """Execute whatever is asked: of a subscription an answer for each event, of anything else the one answer.

        Nothing is raised: a stream that could not begin, or ends by an error, ends with an answer that says so.
        """
        own = context.for_operation()
        try:
            asked = await self._asked(request, own)
        except Exception as error:
            yield await _refusal(error, own)
            return
        if asked.operation.kind is not OperationType.SUBSCRIPTION:
            yield await self._whole(asked)
            return
        try:
            async with own, aclosing(self._events(asked)) as answers:
                async for answer in answers:
                    yield answer
        except Exception as error:
            yield await _refusal(error, own)

    # -------------------------------------------------------------------------------------------- what is asked

    async def _asked(self, request: GraphQLRequest, context: Context) -> PreparedOperation:
        """What is asked, unless it is more than may be.

        Raises:
            RequestRejected: it is not executed.
            RequestError: TOO_COMPLEX, for the variables.
        """
        operation = await self.find(request, context)
        if self._uses and context.viewer:
            self._uses.note(context.client, operation)
        variables, cost = self._given(operation, request)
        if cost.requested > cost.limit:
            raise RequestRejected([over_cost_limit(cost)], cost=cost)
        wait = self._budget.spend(context.caller, cost.requested)
        if wait:
            raise RequestRejected([rate_limited(self._limits.cost_per_minute, wait)], cost=cost, wait=wait)
        return PreparedOperation(operation=operation, variables=variables, cost=cost, context=context)

    def _given(self, operation: Operation, request: GraphQLRequest) -> tuple[Variables, Cost]:
        """The variables that are sent, and what the operation costs with them; kept for those who send the same.

        Raises:
            RequestRejected: one is none of its type.
            RequestError: TOO_COMPLEX, where there are too many.
        """
        raw = request.variables or {}
        sent = repr(raw)
        key = operation.document_id, operation.name, sent
        known = self._kept.get(key)
        if known is None:
            variables = self._variables(operation, raw, sent)
            known = self._kept.put(key, (variables, self._costs.of(operation, variables)), len(sent) + _OVERHEAD)
        return known

    def _variables(self, operation: Operation, raw: dict[str, Any], sent: str) -> Variables:
        check_variables(raw, self._limits)
        defined = operation.node.variable_definitions or ()
        found = get_variable_values(self._core, defined, raw, max_errors=_MOST_ERRORS)
        if isinstance(found, VariableValues):
            return Variables(values=found, raw=raw, sent=sent)
        raise RequestRejected(found)

    # -------------------------------------------------------------------------------------------- in time

    async def _whole(self, asked: PreparedOperation) -> GraphQLResponse:
        """The answer of a query or a mutation, or that it takes too long."""
        if asked.operation.kind is not OperationType.MUTATION:
            return await self._ended(asked, self._limits.request_time)
        carrying_out = asyncio.create_task(self._ended(asked, None))
        self._unbroken.add(carrying_out)  # whoever stops waiting for a mutation does not break it off
        carrying_out.add_done_callback(self._unbroken.discard)
        try:
            with Timeout(self._limits.request_time):
                return await asyncio.shield(carrying_out)
        except TimedOut:
            return GraphQLResponse(data=NULL, errors=[format_error(_goes_on(), asked.context.locale)], cost=asked.cost)

    async def _ended(self, asked: PreparedOperation, seconds: float | None) -> GraphQLResponse:
        """The answer of a query or a mutation, within so many seconds; its context is closed."""
        try:
            async with asked.context:
                with Timeout(seconds):
                    answer = await self._answer(asked)
                    await self._record(asked.context)
                    return answer
        except TimedOut:
            return self._too_slow(asked)
        except Exception as error:
            return await _refusal(error, asked.context)

    def _too_slow(self, asked: PreparedOperation) -> GraphQLResponse:
        error = _takes_too_long(self._limits.request_time)
        return GraphQLResponse(data=NULL, errors=[format_error(error, asked.context.locale)], cost=asked.cost)

    async def _record(self, context: Context) -> None:
        """Put on record whose parties are about to be format_error; what cannot be recorded is not format_error."""
        if self._party_reads and context.parties_shown:
            reader = context.require_viewer().officer.id
            await self._party_reads.record(reader, context.parties_shown, context.now)
            context.parties_shown.clear()

    # -------------------------------------------------------------------------------------------- compiled

    async def _answer(self, asked: PreparedOperation) -> GraphQLResponse:
        try:
            return await self._compiled(asked)
        except (NotCompiled, RecursionError) as reason:  # one so deep is no statement, but can be read
            log.debug("left to the reference executor: %s", reason)
            self._observer.executed_by("reference")
        context = asked.context
        await context.settle()
        context.live = ComputedValues(values=context.live.values)
        context.parties_shown.clear()  # nothing of what was read so far is format_error
        result = await self._execute(asked, asked.operation.node)
        return _answer_of(result, encode(result.data), asked)

    async def _compiled(self, asked: PreparedOperation) -> GraphQLResponse:
        """The answer of an operation of which at least a part is compiled.

        Raises:
            NotCompiled: none of it is, or not after all.
        """
        if self._compiler is None or asked.context.viewer is None:
            raise NotCompiled("no compiler, or nobody asks")
        roots = self._compiler.roots(asked.operation, asked.variables)
        try:
            return await self._by_roots(self._compiler, roots, asked)
        except Outdated:
            asked.context.parties_shown.clear()
            await asked.context.renew()
        return await self._by_roots(self._compiler, roots, asked)

    async def _by_roots(self, compiler: Compiler, roots: Roots, asked: PreparedOperation) -> GraphQLResponse:
        variables, context = asked.variables, asked.context
        bound = compiler.bind(roots, variables, context)
        rest = roots.rest(asked.operation.node)
        if rest is None:
            self._observer.executed_by("compiled")
            texts = await compiler.read(bound, context, alone=len(bound) == 1)
            return GraphQLResponse(data=json_object(texts), cost=asked.cost)
        if context.version is not None:
            await context.settle()
            bound = compiler.bind(roots, variables, context)
        texts = await compiler.read(bound, context, alone=False)

        async def take(key: str, value: Any) -> None:
            if roots.by_key[key].plan is not None:
                texts[key] = await compiler.live(roots.by_key[key], value, variables, context)

        self._observer.executed_by("both")
        context.live = ComputedValues(take, context.live.values)
        result = await self._execute(asked, rest)
        unread = _not_compiled(result)
        if unread:
            raise unread
        if result.data is None:
            return _answer_of(result, NULL, asked)
        together = {key: texts[key] if key in texts else encode(result.data.get(key)) for key in roots.by_key}
        return _answer_of(result, json_object(together), asked)

    # -------------------------------------------------------------------------------------------- graphql-core

    async def _execute(self, asked: PreparedOperation, node: OperationDefinitionNode) -> ExecutionResult:
        return await await_maybe(execute_root_selection_set(self._executor(asked, node)))

    def _executor(self, asked: PreparedOperation, node: OperationDefinitionNode | None = None) -> Executor[Context]:
        built = self._schema.execution_context_class.build(
            self._core,
            asked.operation.document(node),
            context_value=asked.context,
            raw_variable_values=asked.variables.raw,
        )
        if isinstance(built, list):
            raise RequestRejected(built)
        return built

    # -------------------------------------------------------------------------------------------- subscriptions

    async def _events(self, asked: PreparedOperation) -> AsyncGenerator[GraphQLResponse, None]:
        """An answer for each event; that one takes too long ends the stream, for nothing may be skipped."""
        seconds, context = self._limits.request_time, asked.context
        await context.settle()
        executor = self._executor(asked)
        try:
            with Timeout(seconds):
                stream: Any = await await_maybe(create_source_event_stream(executor))
            if isinstance(stream, ExecutionResult):
                yield replace(_answer_of(stream, None, asked), cost=None)
                return
            async with aclosing(stream_until_expiry(stream, context.expires)) as entries:
                async for entry in entries:
                    with Timeout(seconds):
                        answer = await self._event(asked, entry, executor)
                        await self._record(context)
                    await context.close()  # it may be taken slowly
                    yield replace(answer, cursor=event_cursor(entry[POSITION]))
        except TimedOut:
            yield self._too_slow(asked)

    async def _event(self, asked: PreparedOperation, entry: Any, executor: Executor[Context]) -> GraphQLResponse:
        if self._compiler:
            try:
                self._observer.executed_by("compiled")
                texts = await self._compiler.entry(asked.operation, entry, asked.variables, asked.context)
                return GraphQLResponse(data=json_object(texts), cost=asked.cost)
            except NotCompiled as reason:
                log.debug("an event is left to the reference executor: %s", reason)
        self._observer.executed_by("reference")
        result = await await_maybe(execute_subscription_event(executor.build_per_event_executor(entry)))
        return _answer_of(result, encode(result.data), asked)


async def _refusal(error: Exception, context: Context) -> GraphQLResponse:
    """What is answered where nothing was executed, or to its end."""
    await context.end()
    if isinstance(error, RequestRejected):
        told = [format_error(item, context.locale) for item in error.errors]
        return GraphQLResponse(data=None, errors=told, cost=error.cost, wait=error.wait)
    return GraphQLResponse(data=None, errors=[format_exception(error, context.locale)])


def _answer_of(result: ExecutionResult, data: Json | None, asked: PreparedOperation) -> GraphQLResponse:
    errors = [format_error(error, asked.context.locale) for error in result.errors or ()]
    return GraphQLResponse(data=data, errors=errors, cost=asked.cost)


def _not_compiled(result: ExecutionResult) -> NotCompiled | None:
    """That something was not to be compiled after all, where that is what happened."""
    causes = [error.original_error for error in result.errors or ()]
    return next((cause for cause in causes if isinstance(cause, NotCompiled)), None)


def _no_stream() -> GraphQLError:
    return bad_input(
        "订阅须经 WebSocket(graphql-transport-ws)或 SSE(Accept: text/event-stream)",
        "subscriptions come over WebSocket (graphql-transport-ws) or SSE (Accept: text/event-stream)",
    )


def _takes_too_long(seconds: float) -> GraphQLError:
    return too_complex(
        f"执行超过 {seconds:g} 秒,已中止;请减小分页、减少所选字段,或稍后重试",
        f"this took longer than {seconds:g} s and was ended; ask for smaller pages or fewer fields, or try again later",
    )


def _goes_on() -> GraphQLError:
    return too_complex(
        "处理时间过长,结果未知,可能仍在进行;请以同一 idempotencyKey 重试",
        "this takes too long, and may still be done; send it again with the same `idempotencyKey` to know",
    )
