"""Plans: a root field compiled once, then bound and run for every request that is like it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from graphql import FieldNode, GraphQLObjectType
from graphql.execution.values import VariableValues
from strawberry import Schema

from caserisk.store import tables as t
from caserisk_graphql.engine.compiler.arguments import FieldArguments, field_arguments, scope_shape
from caserisk_graphql.engine.compiler.bound_values import (
    BindingContext,
    ConstantValue,
    ContextValue,
    ValueProvider,
    ViewerParameters,
    viewer_values,
    with_time_parameter,
)
from caserisk_graphql.engine.compiler.expressions import ExpressionCompiler
from caserisk_graphql.engine.compiler.selection import NotCompiled, SelectedField, Selection, SelectionReader
from caserisk_graphql.engine.compiler.sql import BindProcessor
from caserisk_graphql.engine.compiler.statement import ROOT_VALUE, StatementWriter
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext

_STATEMENT_CACHE = {"entries": 20, "size": 500_000}
_ARGUMENT_CACHE = {"entries": 500, "size": 50_000}
"""Bounds for each plan; the sizes are characters, of the statements and of the variables as they were sent."""

_LOG_ENTRY = declarations.One(
    t.events, declarations.Argument(ROOT_VALUE, int, "A position of the log."), t.events.c.position
)
"""The declaration of a subscription's root field: the entry of the log at a position."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledStatement:
    """The SQL of a root field for requests of one shape, with what provides its parameters, by their position.

    ``audited``: its answer marks the rows whose audited fields it shows.
    """

    text: str
    nullable: bool
    audited: bool
    viewer_parameters: ViewerParameters
    request_parameters: Sequence[tuple[int, ValueProvider, BindProcessor | None]]

    def bind(self, read_context: ReadContext, arguments: Mapping[SelectedField, FieldArguments]) -> list[Any]:
        """Return the values of the parameters for a request."""
        values = [*viewer_values(self.viewer_parameters, with_time_parameter(read_context))]
        request = BindingContext(read_context, arguments)
        for position, provider, processor in self.request_parameters:
            value = provider.value(request)
            values[position] = processor(value) if processor else value
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedArguments:
    """The arguments of a root field for requests with the same variables, and its statements by the form of scope."""

    arguments: Mapping[SelectedField, FieldArguments]
    statements: dict[Hashable, CompiledStatement] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RootFieldPlan:
    """The plan of a root field of a document; ``with_arguments`` are the fields beneath it that take arguments.

    ``has_root_value``: the root field is computed, or an entry of the log, and its statement is given a value to start
    from. The caches belong to the plan because what they hold refers to its document, and is to go with it: statements
    by their shape, arguments by the variables as they were sent.
    """

    selected: SelectedField
    with_arguments: Sequence[SelectedField]
    has_root_value: bool
    statements: LruCache[Hashable, CompiledStatement] = field(default_factory=lambda: LruCache(**_STATEMENT_CACHE))
    prepared: LruCache[str, PreparedArguments] = field(default_factory=lambda: LruCache(**_ARGUMENT_CACHE))

    def arguments(
        self, variables: VariableValues | None, read_context: ReadContext, schema: Schema, *, root_value: Any
    ) -> dict[SelectedField, FieldArguments]:
        """Return the arguments of all fields of a request, with the value that the statement starts from.

        Raises:
            RequestError: BAD_INPUT, where no row could ever match.
        """
        arguments = {
            selected: field_arguments(selected, variables, schema, read_context=read_context)
            for selected in self.with_arguments
        }
        if not self.has_root_value:
            return arguments
        # First, as the shapes of arguments are compared in this order.
        return {self.selected: FieldArguments(values={ROOT_VALUE: root_value}), **arguments}

    def statement_shape(self, read_context: ReadContext, arguments: Mapping[SelectedField, FieldArguments]) -> Hashable:
        """Return everything about a request that decides its statement."""
        return (scope_shape(read_context), tuple(item.shape for item in arguments.values()))


def compile_statement(
    selected: SelectedField,
    read_context: ReadContext,
    *,
    arguments: Mapping[SelectedField, FieldArguments],
    expressions: ExpressionCompiler,
) -> CompiledStatement:
    """Compile a root field for requests of the shape of this one."""
    writer = StatementWriter(
        expressions=expressions, read_context=with_time_parameter(read_context), arguments=arguments
    )
    text, parameters = writer.write(selected)
    of_viewer, of_request = {}, []
    for position, (provider, processor) in enumerate(parameters):
        if isinstance(provider, ConstantValue | ContextValue):
            of_viewer[position] = provider, processor
        else:
            of_request.append((position, cast("ValueProvider", provider), processor))
    return CompiledStatement(
        text=text,
        nullable=selected.nullable,
        audited=writer.audited,
        viewer_parameters=ViewerParameters(len(parameters), of_viewer),
        request_parameters=of_request,
    )


def plan_root_field(
    reader: SelectionReader, root: GraphQLObjectType, key: str, *, nodes: Sequence[FieldNode]
) -> RootFieldPlan:
    """Plan a root field of an operation.

    Raises:
        NotCompiled: something that it selects has no declaration.
    """
    selected = reader.select_field(root, key, nodes)
    if selected.declaration is not None:
        return RootFieldPlan(selected=selected, with_arguments=[*_with_arguments(selected)], has_root_value=False)
    is_subscription = root is reader.schema.subscription_type
    if not is_subscription and not any(map(_reads_rows, selected.selections.values())):
        raise NotCompiled(f"{selected.name}: nothing of it is stored")
    declaration = _LOG_ENTRY if is_subscription else declarations.Computed()
    beneath = [
        item for selection in selected.selections.values() for part in selection for item in _with_arguments(part)
    ]
    return RootFieldPlan(
        selected=replace(selected, declaration=declaration), with_arguments=beneath, has_root_value=True
    )


def _with_arguments(selected: SelectedField) -> list[SelectedField]:
    """Return the fields that take arguments, from the outside in."""
    beneath = [
        item for selection in selected.selections.values() for part in selection for item in _with_arguments(part)
    ]
    return [selected, *beneath] if selected.field.args else beneath


def _reads_rows(selection: Selection) -> bool:
    """Tell whether anything that is selected of a value is not in the value itself."""
    return any(
        not isinstance(item.declaration, declarations.Attribute | declarations.Localised | None)
        or any(map(_reads_rows, item.selections.values()))
        for item in selection
    )
