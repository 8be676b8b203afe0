"""Execute queries and mutations: stored root fields by compiled statements, the others by the reference executor.

::

    PreparedOperation ─┬─ stored root fields ──▶ Compiler: a statement each ──▶ JSON ─┬─▶ GraphQLResponse
                       └─ all others ──────────▶ ReferenceExecutor: graphql-core ─────┘
"""

from __future__ import annotations

import logging
from typing import Any

from graphql import ExecutionResult

from caserisk_graphql.engine.compiler.compiler import Compiler, OperationPlan, ViewerOutdated
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.error_format import format_error
from caserisk_graphql.engine.observer import Observer
from caserisk_graphql.engine.party_audit import PartyAudit
from caserisk_graphql.engine.preparation import PreparedOperation
from caserisk_graphql.engine.reference_executor import ReferenceExecutor
from caserisk_graphql.engine.response import NULL, GraphQLResponse, Json, encode, json_object
from caserisk_graphql.reads.computed import ComputedValues

log = logging.getLogger("caserisk.graphql")


class OperationExecutor:
    """Executes queries and mutations; without a ``compiler``, the reference executor does all of it."""

    def __init__(
        self, reference: ReferenceExecutor, compiler: Compiler | None, *, audit: PartyAudit, observer: Observer
    ) -> None:
        self._reference, self._compiler, self._audit, self._observer = reference, compiler, audit, observer

    async def execute(self, prepared: PreparedOperation) -> GraphQLResponse:
        """Execute an operation and put on record whose parties its response shows.

        Raises:
            RequestRejected, RequestError: it cannot be executed.
        """
        response = await self._execute(prepared)
        await self._audit.record(prepared.context)
        return response

    async def _execute(self, prepared: PreparedOperation) -> GraphQLResponse:
        try:
            return await self._execute_compiled(prepared)
        except (NotCompiled, RecursionError) as reason:  # a document may be too deep to be compiled, but not to be read
            log.debug("left to the reference executor: %s", reason)
            self._observer.executed_by("reference")
        context = prepared.context
        await context.ensure_current_viewer()
        # What was computed stays, so that no command is carried out twice; what was shown so far is not sent.
        context.computed_values = ComputedValues(values=context.computed_values.values)
        context.parties_shown.clear()
        result = await self._reference.execute(prepared)
        return response_of(result, encode(result.data), prepared)

    async def _execute_compiled(self, prepared: PreparedOperation) -> GraphQLResponse:
        """Execute an operation of which at least one root field is compiled.

        Raises:
            NotCompiled: none is, or it turns out only now.
        """
        if self._compiler is None or prepared.context.viewer is None:
            # A statement is bound to a viewer's scope; without one, the fields that need it are refused one by one.
            raise NotCompiled("no compiler, or nobody asks")
        plan = self._compiler.plan(prepared.operation, prepared.variables)
        try:
            return await self._execute_plan(self._compiler, plan, prepared)
        except ViewerOutdated:
            prepared.context.parties_shown.clear()
            await prepared.context.reload_viewer()
        # Not outdated a second time: a viewer that was just read has no version to be compared.
        return await self._execute_plan(self._compiler, plan, prepared)

    async def _execute_plan(
        self, compiler: Compiler, plan: OperationPlan, prepared: PreparedOperation
    ) -> GraphQLResponse:
        variables, context = prepared.variables, prepared.context
        bound = compiler.bind(plan, variables, context)
        remaining = plan.remaining_operation(prepared.operation.node)
        if remaining is None:
            self._observer.executed_by("compiled")
            texts = await compiler.run(bound, context, alone=len(bound) == 1)
            return GraphQLResponse(data=json_object(texts), cost=prepared.cost)
        if context.viewer_version is not None:  # commands and the reference executor rely on no cached viewer
            await context.ensure_current_viewer()
            # Bound again: the viewer may have another scope by now.
            bound = compiler.bind(plan, variables, context)
        texts = await compiler.run(bound, context, alone=False)

        async def read_computed(key: str, value: Any) -> None:
            root = plan.root_fields[key]
            if root.plan is not None:
                texts[key] = await compiler.read_computed(root, value, variables, context=context)

        self._observer.executed_by("both")
        context.computed_values = ComputedValues(read_computed, context.computed_values.values)
        result = await self._reference.execute(prepared, remaining)
        _raise_if_not_compiled(result)
        # A null that the schema does not allow has made all data null, as the specification has it: that of SQL, too.
        if result.data is None:
            return response_of(result, NULL, prepared)
        # In the order of the document, as GraphQL asks for, whoever has read them.
        members = {key: texts[key] if key in texts else encode(result.data.get(key)) for key in plan.root_fields}
        return response_of(result, json_object(members), prepared)


def response_of(result: ExecutionResult, data: Json | None, prepared: PreparedOperation) -> GraphQLResponse:
    """Return the response with the errors of a result, and data in JSON."""
    errors = [format_error(error, prepared.context.locale) for error in result.errors or ()]
    return GraphQLResponse(data=data, errors=errors, cost=prepared.cost)


def _raise_if_not_compiled(result: ExecutionResult) -> None:
    """Raise what `read_computed` raised inside graphql-core, which made a field error of it.

    Raises:
        NotCompiled: what is selected of a computed value cannot be compiled after all.
    """
    for error in result.errors or ():
        if isinstance(error.original_error, NotCompiled):
            raise error.original_error
