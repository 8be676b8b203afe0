"""Execute operations by graphql-core, with `caserisk_graphql.reads.reference_resolvers` for stored fields."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    OperationDefinitionNode,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
)
from strawberry.utils.await_maybe import await_maybe

from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import RequestRejected
from caserisk_graphql.engine.preparation import PreparedOperation
from caserisk_graphql.reads.schema import Schema


class ReferenceExecutor:
    """Executes operations, or parts of them, by graphql-core."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    async def execute(
        self, prepared: PreparedOperation, node: OperationDefinitionNode | None = None
    ) -> ExecutionResult:
        """Execute an operation, or another in its place.

        Raises:
            RequestRejected: graphql-core does not begin.
        """
        return await await_maybe(execute_root_selection_set(self._build(prepared, node)))

    async def subscribe(self, prepared: PreparedOperation) -> OpenSubscription | ExecutionResult:
        """Open the stream of a subscription; a result in its place has the errors for which it cannot be opened.

        Raises:
            RequestRejected: graphql-core does not begin.
        """
        executor = self._build(prepared)
        stream: Any = await await_maybe(create_source_event_stream(executor))
        return stream if isinstance(stream, ExecutionResult) else OpenSubscription(stream, executor)

    def _build(self, prepared: PreparedOperation, node: OperationDefinitionNode | None = None) -> Executor[Context]:
        built = self._schema.execution_context_class.build(
            self._schema.core,
            prepared.operation.document(node),
            context_value=prepared.context,
            raw_variable_values=prepared.variables.raw,
        )
        if isinstance(built, list):  # of errors
            raise RequestRejected(built)
        return built


class OpenSubscription:
    """The entries of a subscription's stream, and what executes its selection for one of them."""

    def __init__(self, entries: AsyncIterator[Any], executor: Executor[Context]) -> None:
        self.entries, self._executor = entries, executor

    async def execute(self, entry: Any) -> ExecutionResult:
        """Execute what the subscription selects of an entry."""
        return await await_maybe(execute_subscription_event(self._executor.build_per_event_executor(entry)))
