"""What surrounds every operation: a context of its own, closed at the end, and errors fit for strangers."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from uuid import uuid4

from graphql import DocumentNode, ExecutionResult, FragmentDefinitionNode, GraphQLError, GraphQLSyntaxError, execute
from strawberry.exceptions import MissingQueryError
from strawberry.extensions import ParserCache, SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import StreamExecutionResult
from strawberry.types.graphql import OperationType
from strawberry.utils.await_maybe import await_maybe

from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode, Locale
from caserisk_graphql.compiler.compiler import Compiler
from caserisk_graphql.compiler.selection import NotCompiled
from caserisk_graphql.errors import RequestError, RequestErrorCode

log = logging.getLogger("caserisk.graphql")

_LONGEST = 500
"""The most characters of a message that repeats what was sent."""

_NO_OPERATION = (MissingQueryError, CannotGetOperationTypeError, InvalidOperationTypeError)


class Documents(ParserCache):
    """Keeps what was parsed. What cannot be parsed is parsed again by Strawberry, which says what is wrong with it."""

    def on_parse(self) -> Iterator[None]:
        """Take the document from what is kept."""
        execution = self.execution_context
        with suppress(GraphQLSyntaxError):
            execution.graphql_document = self.cached_parse_document(execution.query, **execution.parse_options)
        yield


class Operation(SchemaExtension):
    """One operation of a request, or of the many that share a socket."""

    async def on_operation(self) -> AsyncIterator[None]:
        """Give the operation a context of its own."""
        context = self.execution_context.context.for_operation()
        self.execution_context.context = context
        try:
            yield
        except _NO_OPERATION:  # the transport says so
            raise
        except Exception as error:  # raised around the execution, where nobody makes a result of it
            raise self._shown(GraphQLError(str(error), original_error=error)) from error
        finally:
            await context.end()
        result = self.execution_context.result
        if result is not None and getattr(result, "errors", None):
            result.errors = [self._shown(error) for error in result.errors]  # type: ignore[union-attr]

    async def on_execute(self) -> AsyncIterator[None]:
        """Answer what is plain stored data by its plan; the rest is the reference executor's."""
        execution = self.execution_context
        compiler, document = execution.context.compiler, execution.graphql_document
        query = execution.query if execution.operation_type is OperationType.QUERY else None
        if compiler and query and document and execution.context.viewer:
            try:
                execution.result = await self._compiled(compiler, query, document)
            except (NotCompiled, RecursionError) as reason:  # one so deep is no statement, but can be read
                log.debug("left to the reference executor: %s", reason)
        yield

    async def _compiled(self, compiler: Compiler, query: str, document: DocumentNode) -> ExecutionResult:
        execution = self.execution_context
        given, context = execution.variables or {}, execution.context
        answer = await compiler.answer(query, document, execution.operation_name, given, context.reads)
        if answer.left is None:
            return ExecutionResult(data=dict(answer.compiled))
        others = [node for node in document.definitions if isinstance(node, FragmentDefinitionNode)]
        rest = await await_maybe(
            execute(
                compiler.core,
                DocumentNode(definitions=(answer.left, *others)),
                variable_values=given,
                context_value=context,
            )
        )
        if rest.data is None:
            return rest
        together = {**answer.compiled, **rest.data}
        return ExecutionResult(data={key: together[key] for key in answer.keys if key in together}, errors=rest.errors)

    async def on_stream_result(self, result: StreamExecutionResult) -> AsyncIterator[None]:
        """Make the errors of an event fit to be seen, and let go of the data: it may be taken slowly."""
        await self.execution_context.context.close()
        if getattr(result, "errors", None):
            result.errors = [self._shown(error) for error in result.errors or ()]  # type: ignore[union-attr]
        yield

    def _shown(self, error: GraphQLError) -> GraphQLError:
        """The error in the request's language; an unexpected one is kept in the log under an id."""
        locale: Locale = self.execution_context.context.locale
        cause = error.original_error
        if isinstance(error, RequestError):
            return _worded(error, error.code, error.text, locale)
        if isinstance(cause, RequestError):
            return _worded(error, cause.code, cause.text, locale)
        if isinstance(cause, Refused):
            problem = cause.problems[0]
            at_fault = problem.code is ErrorCode.PLUGIN_FAULT
            code = RequestErrorCode.INTERNAL if at_fault else RequestErrorCode.BAD_INPUT
            return _worded(error, code, problem.message, locale)
        if cause is None or isinstance(cause, GraphQLError):  # graphql-core's own: the document or its variables
            said = error.message[:_LONGEST].encode(errors="replace").decode()  # it repeats what was sent
            return _worded(error, RequestErrorCode.BAD_INPUT, Text(f"请求有误:{said}", said), locale)
        return _internal(error, locale)


def _worded(error: GraphQLError, code: RequestErrorCode, text: Text, locale: Locale) -> GraphQLError:
    return GraphQLError(
        text.in_(locale),
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code.value},
    )


def _internal(error: GraphQLError, locale: Locale) -> GraphQLError:
    fault = uuid4().hex[:12]
    log.error("unexpected fault %s", fault, exc_info=error.original_error)
    text = Text(
        f"服务器内部错误(编号 {fault}),请联系系统管理员",
        f"something went wrong here (fault {fault}); ask your administrator",
    )
    return _worded(error, RequestErrorCode.INTERNAL, text, locale)
