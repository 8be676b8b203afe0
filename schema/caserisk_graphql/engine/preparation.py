"""From a request to an operation that may be executed: its document, its variables, its cost, and who pays for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema
from graphql.execution.values import VariableValues, get_variable_values

from caserisk_graphql.context import Context
from caserisk_graphql.engine.cost import CostEstimator, over_cost_limit
from caserisk_graphql.engine.document_limits import check_variables
from caserisk_graphql.engine.documents import DocumentCache, Operation, RequestRejected, Variables
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.observer import Observer
from caserisk_graphql.engine.rate_limit import RateLimiter, rate_limited
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import Cost
from caserisk_graphql.engine.trusted_documents import TrustedDocuments, unknown_document
from caserisk_graphql.engine.usage_statistics import UsageStatistics
from caserisk_graphql.lru_cache import LruCache

_VARIABLES_CACHE = {"entries": 5000, "size": 2 * 1024 * 1024}
"""The size is that of the variables' text, in characters, and `_ENTRY_OVERHEAD` for each entry."""

_ENTRY_OVERHEAD = 100

_MAX_SHOWN_VARIABLE_ERRORS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedOperation:
    """An operation that is admitted: its variables coerced, its cost within the limits and charged."""

    operation: Operation
    variables: Variables
    cost: Cost
    context: Context


class OperationPreparer:
    """Finds the operations of requests, and admits them."""

    def __init__(
        self,
        core: GraphQLSchema,
        limits: Limits,
        *,
        trusted: TrustedDocuments | None,
        uses: UsageStatistics | None,
        observer: Observer,
    ) -> None:
        self._core, self._limits = core, limits
        self._trusted, self._uses, self._observer = trusted, uses, observer
        self._documents = DocumentCache(core, limits)
        self._cost_estimator = CostEstimator(core, limits.max_cost)
        self._rate_limiter = RateLimiter(limits.cost_per_minute)
        # Keyed by the names of operations: an operation as a key would keep its whole document in memory.
        self._variables: LruCache[tuple[str, str | None, str], tuple[Variables, Cost]] = LruCache(**_VARIABLES_CACHE)

    async def find_operation(self, request: GraphQLRequest, context: Context) -> Operation:
        """Return the operation that a request names.

        Raises:
            RequestRejected: there is none, its document has errors, or the viewer may not send it.
        """
        text = request.query
        # A text needs no look-up where any document may be sent.
        if text is None or (self._trusted and self._trusted.only_trusted):
            text = await self._trusted_text(request, context)
        operation = self._documents.parse(text).select_operation(request.operation_name)
        self._observer.operation_found(operation)
        return operation

    async def prepare(self, request: GraphQLRequest, context: Context) -> PreparedOperation:
        """Return the operation of a request, admitted for execution.

        Raises:
            RequestRejected: it is not to be executed.
            RequestError: TOO_COMPLEX, for the variables.
        """
        operation = await self.find_operation(request, context)
        if self._uses and context.viewer:  # anonymous requests could fill the statistics with anything
            self._uses.record(context.client, operation)
        variables, cost = self._coerce_variables(operation, request.variables or {})
        # Before the client is charged: what is refused here is not executed, and takes nothing from its budget.
        if cost.requested > cost.limit:
            raise RequestRejected([over_cost_limit(cost)], cost=cost)
        retry_after = self._rate_limiter.charge(context.caller, cost.requested)
        if retry_after:
            error = rate_limited(self._limits.cost_per_minute, retry_after)
            raise RequestRejected([error], cost=cost, retry_after=retry_after)
        return PreparedOperation(operation=operation, variables=variables, cost=cost, context=context)

    async def _trusted_text(self, request: GraphQLRequest, context: Context) -> str:
        if self._trusted is None:
            raise RequestRejected([unknown_document(request.document_id or "")])
        return await self._trusted.find(request, context)

    def _coerce_variables(self, operation: Operation, raw: dict[str, Any]) -> tuple[Variables, Cost]:
        """Return the variables as their types have them, and the cost of the operation with them; cached by their text.

        Raises:
            RequestRejected: a variable is not of its type.
            RequestError: TOO_COMPLEX, where there are too many.
        """
        sent = repr(raw)  # a key that is equal for equal variables alone
        key = operation.document_id, operation.name, sent
        cached = self._variables.get(key)
        if cached is not None:
            return cached
        check_variables(raw, self._limits)
        definitions = operation.node.variable_definitions or ()
        values = get_variable_values(self._core, definitions, raw, max_errors=_MAX_SHOWN_VARIABLE_ERRORS)
        if not isinstance(values, VariableValues):
            raise RequestRejected(values)
        variables = Variables(values=values, raw=raw, sent=sent)
        cost = self._cost_estimator.estimate(operation, variables)
        return self._variables.put(key, (variables, cost), len(sent) + _ENTRY_OVERHEAD)
