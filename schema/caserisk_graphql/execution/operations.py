"""Executes operations: what is stored by the compiler's statements, the rest by graphql-core.

::

    request ──> document ──> operation, variables ──┬─> compiler: a statement a root field ──> JSON text ─┬─> answer
                (kept)                              └─> graphql-core: live fields, what is left ──────────┘
"""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
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

from caserisk_graphql.compiler.compiler import Compiler, Outdated, Roots
from caserisk_graphql.compiler.selection import NotCompiled
from caserisk_graphql.context import Context
from caserisk_graphql.errors import bad_input
from caserisk_graphql.execution.answer import NULL, Answer, Text, encode, object_text
from caserisk_graphql.execution.documents import Documents, Operation, Unanswerable, Variables
from caserisk_graphql.execution.faults import shown, shown_fault
from caserisk_graphql.execution.live import LiveValues
from caserisk_graphql.execution.request import Request
from caserisk_graphql.schema import Schema

log = logging.getLogger("caserisk.graphql")


class Operations:
    """Executes the operations of one schema; without a ``compiler``, graphql-core does all of it."""

    def __init__(self, schema: Schema, compiler: Compiler | None) -> None:
        self._schema, self._core = schema, schema.core
        self._documents = Documents(self._core)
        self._compiler = compiler

    def find(self, request: Request) -> Operation:
        """The operation that is asked for.

        Raises:
            Unanswerable: there is none, or its document has errors.
        """
        return self._documents.of(request.query).operation(request.operation_name)

    async def answer(self, request: Request, context: Context) -> Answer:
        """Execute a query or a mutation. Nothing is raised: what goes wrong is in the answer."""
        async with context.for_operation() as own:
            try:
                return await self._answer(request, own)
            except Unanswerable as refused:
                return Answer(data=None, errors=[shown(error, own.locale) for error in refused.errors])
            except Exception as error:  # whatever it is, the client is told of it in its own words
                return Answer(data=None, errors=[shown_fault(error, own.locale)])

    async def follow(self, request: Request, context: Context) -> AsyncGenerator[Answer, None]:
        """Execute whatever is asked: of a subscription an answer for each event, of anything else the one answer.

        Nothing is raised: a stream that could not begin, or ends by an error, ends with an answer that says so.
        """
        async with context.for_operation() as own:
            try:
                async with aclosing(self._follow(request, own)) as answers:
                    async for answer in answers:
                        yield answer
            except Unanswerable as refused:
                yield Answer(data=None, errors=[shown(error, own.locale) for error in refused.errors])
            except Exception as error:
                yield Answer(data=None, errors=[shown_fault(error, own.locale)])

    async def _answer(self, request: Request, context: Context) -> Answer:
        operation = self.find(request)
        if operation.kind is OperationType.SUBSCRIPTION:
            raise _no_stream()
        variables = self._variables(operation, request)
        try:
            return await self._compiled(operation, request, variables, context)
        except (NotCompiled, RecursionError) as reason:  # one so deep is no statement, but can be read
            log.debug("left to the reference executor: %s", reason)
        await context.settle()
        context.live = LiveValues(values=context.live.values)
        result = await self._execute(operation, operation.node, request, context)
        return _answer_of(result, encode(result.data), context)

    def _variables(self, operation: Operation, request: Request) -> Variables:
        sent = request.variables or {}
        found = get_variable_values(self._core, operation.node.variable_definitions or (), sent)
        if isinstance(found, VariableValues):
            return Variables(values=found, sent=repr(sent))
        raise Unanswerable(found)

    # -------------------------------------------------------------------------------------------- compiled

    async def _compiled(self, operation: Operation, request: Request, variables: Variables, context: Context) -> Answer:
        """The answer of an operation of which at least a part is compiled.

        Raises:
            NotCompiled: none of it is, or not after all.
        """
        if self._compiler is None or context.viewer is None:
            raise NotCompiled("no compiler, or nobody asks")
        roots = self._compiler.roots(operation, variables)
        try:
            return await self._by_roots(self._compiler, roots, operation, request, variables, context)
        except Outdated:
            await context.renew()
        return await self._by_roots(self._compiler, roots, operation, request, variables, context)

    async def _by_roots(
        self,
        compiler: Compiler,
        roots: Roots,
        operation: Operation,
        request: Request,
        variables: Variables,
        context: Context,
    ) -> Answer:
        bound = compiler.bind(roots, variables, context)
        rest = roots.rest(operation.node)
        if rest is None:
            return Answer(data=object_text(await compiler.read(bound, context, alone=len(bound) == 1)))
        if context.version is not None:
            await context.settle()
            bound = compiler.bind(roots, variables, context)
        texts = await compiler.read(bound, context, alone=False)

        async def take(key: str, value: Any) -> None:
            if roots.by_key[key].plan is not None:
                texts[key] = await compiler.live(roots.by_key[key], value, variables, context)

        context.live = LiveValues(take, context.live.values)
        result = await self._execute(operation, rest, request, context)
        unread = _not_compiled(result)
        if unread:
            raise unread
        if result.data is None:
            return _answer_of(result, NULL, context)
        together = {key: texts[key] if key in texts else encode(result.data.get(key)) for key in roots.by_key}
        return _answer_of(result, object_text(together), context)

    # -------------------------------------------------------------------------------------------- graphql-core

    async def _execute(
        self, operation: Operation, node: OperationDefinitionNode, request: Request, context: Context
    ) -> ExecutionResult:
        executor = self._executor(operation, request, context, node)
        return await await_maybe(execute_root_selection_set(executor))

    def _executor(
        self, operation: Operation, request: Request, context: Context, node: OperationDefinitionNode | None = None
    ) -> Executor[Context]:
        built = self._schema.execution_context_class.build(
            self._core, operation.document(node), context_value=context, raw_variable_values=request.variables or {}
        )
        if isinstance(built, list):
            raise Unanswerable(built)
        return built

    async def _follow(self, request: Request, context: Context) -> AsyncGenerator[Answer, None]:
        operation = self.find(request)
        if operation.kind is not OperationType.SUBSCRIPTION:
            yield await self._answer(request, context)
            return
        variables = self._variables(operation, request)
        await context.settle()
        executor = self._executor(operation, request, context)
        stream: Any = await await_maybe(create_source_event_stream(executor))
        if isinstance(stream, ExecutionResult):
            yield _answer_of(stream, None, context)
            return
        async for entry in stream:
            answer = await self._event(operation, variables, context, entry, executor)
            await context.close()  # it may be taken slowly
            yield answer

    async def _event(
        self, operation: Operation, variables: Variables, context: Context, entry: Any, executor: Executor[Context]
    ) -> Answer:
        if self._compiler:
            try:
                return Answer(data=object_text(await self._compiler.entry(operation, entry, variables, context)))
            except NotCompiled as reason:
                log.debug("an event is left to the reference executor: %s", reason)
        result = await await_maybe(execute_subscription_event(executor.build_per_event_executor(entry)))
        return _answer_of(result, encode(result.data), context)


def _answer_of(result: ExecutionResult, data: Text | None, context: Context) -> Answer:
    return Answer(data=data, errors=[shown(error, context.locale) for error in result.errors or ()])


def _not_compiled(result: ExecutionResult) -> NotCompiled | None:
    """That something was not to be compiled after all, where that is what happened."""
    causes = [error.original_error for error in result.errors or ()]
    return next((cause for cause in causes if isinstance(cause, NotCompiled)), None)


def _no_stream() -> GraphQLError:
    return bad_input(
        "订阅须经 WebSocket(graphql-transport-ws)或 SSE(Accept: text/event-stream)",
        "subscriptions come over WebSocket (graphql-transport-ws) or SSE (Accept: text/event-stream)",
    )
