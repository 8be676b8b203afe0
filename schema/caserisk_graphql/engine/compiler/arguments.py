"""The arguments of fields, coerced: conditions and values that a statement is written from and bound to.

The *shape* of the arguments decides which statement answers; their *values* are bound to its parameters. So two
requests that filter alike by other values share one statement.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graphql.execution.values import VariableValues, get_argument_values
from sqlalchemy import BindParameter, ColumnElement
from sqlalchemy.sql.visitors import iterate
from strawberry import Schema
from strawberry.types.arguments import convert_arguments

from caserisk_graphql.engine.compiler.selection import NotCompiled, SelectedField
from caserisk_graphql.reads.argument_checks import bad_id, checked_text, id_prefix
from caserisk_graphql.reads.cursors import parse_event_cursor
from caserisk_graphql.reads.declarations import Argument, ById, Counted, Filter, Localised, Log, One, Page
from caserisk_graphql.reads.fields import ReadField
from caserisk_graphql.reads.page_arguments import MAX_PAGE_SIZE, PageArguments, checked_size
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import stored_by_prefix


def expression_shape(expression: ColumnElement[Any]) -> Hashable:
    """Return the structure of an expression without its values: equal shapes compile to the same SQL.

    Raises:
        NotCompiled: SQLAlchemy cannot tell.
    """
    # The key under which SQLAlchemy itself caches compiled statements; it offers no public way to it. Public ways are
    # slower or less safe: `compare()` takes 10 to 110 µs more for a condition, compiling it several hundred, and a key
    # collected by visiting the elements would miss, unnoticed, whatever attribute the next release adds to one.
    key = expression._generate_cache_key()  # noqa: SLF001
    if key is None:
        raise NotCompiled("an expression that cannot be cached")
    # The elements of a list become a parameter each, so its length is part of the SQL.
    lengths = tuple(len(bind.value) for bind in key.bindparams if bind.expanding)  # type: ignore[arg-type]
    return (key.key, lengths)


def scope_shape(read_context: ReadContext) -> Hashable:
    """Return the form of a viewer's scope: viewers of the same form get predicates of the same SQL."""
    scope = read_context.scope
    return (
        scope.handler_id is None,
        len(scope.department_ids),
        scope.office_id is None,
        scope.subtree_path is None,
        scope.sees_subordinates,
        len(scope.roles),
        scope.own_department_id is None,
    )


def bind_parameters(expression: ColumnElement[Any]) -> Sequence[BindParameter[Any]]:
    """Return the parameters of an expression, in an order that is the same for all of its shape, adapted or not."""
    return [element for element in iterate(expression) if isinstance(element, BindParameter)]


def parameter_values(expression: ColumnElement[Any]) -> list[Any]:
    """Return the values that an expression holds, in the order of its parameters."""
    return [value for bind in bind_parameters(expression) for value in values_of_bind(bind)]


def values_of_bind(bind: BindParameter[Any]) -> Sequence[Any]:
    """Return the value of a parameter; of a list its elements, for each is a parameter of the statement."""
    value: Any = bind.effective_value
    return value if bind.expanding else [value]


@dataclass(frozen=True)
class RequestConditions:
    """Conditions made from arguments: their shapes decide the statement, their values are bound to it."""

    expressions: Sequence[ColumnElement[bool]] = ()

    @cached_property
    def shapes(self) -> Sequence[Hashable]:
        """Return the shape of each condition."""
        return tuple(map(expression_shape, self.expressions))

    @cached_property
    def values(self) -> Sequence[Sequence[Any]]:
        """Return the values of each condition."""
        return [parameter_values(expression) for expression in self.expressions]


@dataclass(frozen=True, kw_only=True)
class FieldArguments:
    """The arguments of one field.

    ``statement_key`` decides the statement; ``values`` are bound by name. ``cursor_conditions`` are those of a page's
    cursors, ``filter_conditions`` those of its filter.
    """

    statement_key: Hashable = None
    values: Mapping[str, Any] = field(default_factory=dict)
    page: PageArguments | None = None
    cursor_conditions: RequestConditions = RequestConditions()
    filter_conditions: RequestConditions = RequestConditions()

    @cached_property
    def shape(self) -> Hashable:
        """Return everything about the arguments that decides the statement."""
        return (self.statement_key, tuple(self.values), self.cursor_conditions.shapes, self.filter_conditions.shapes)


class AccessRecorder:
    """A read context that records whether anything was read of it: if not, arguments are the same for every viewer."""

    def __init__(self, read_context: ReadContext) -> None:
        self._read_context, self.accessed = read_context, False

    def __getattr__(self, name: str) -> Any:
        self.accessed = True
        return getattr(self._read_context, name)


def coerce_arguments(selected: SelectedField, variables: VariableValues | None, schema: Schema) -> dict[str, Any]:
    """Return the arguments of a field, by their names in Python.

    Raises:
        GraphQLError: a value is not of its type.
    """
    definition: ReadField = selected.field.extensions["strawberry-definition"]
    coerced = get_argument_values(selected.field, selected.node, variables)
    registry = schema.schema_converter.scalar_registry
    return convert_arguments(coerced, definition.arguments, scalar_registry=registry, config=schema.config)


def field_arguments(
    selected: SelectedField, variables: VariableValues | None, schema: Schema, *, read_context: ReadContext
) -> FieldArguments:
    """Return the arguments of a field as its declaration takes them.

    Raises:
        GraphQLError: a value is not of its type.
        RequestError: BAD_INPUT, where no row could ever match.
    """
    arguments = coerce_arguments(selected, variables, schema)
    match selected.declaration:
        case Page() as page:
            return _page_arguments(page, arguments, read_context)
        case One(key=Argument(name=name)):
            return FieldArguments(values={name: checked_text(arguments[name], name)})
        case ById(several=False):
            return FieldArguments(statement_key=_known_prefix(arguments["id"]), values={"id": arguments["id"]})
        case ById():
            ids = arguments["ids"]
            if len(ids) > MAX_PAGE_SIZE:
                raise bad_id("ids")
            values = {f"id{number}": id for number, id in enumerate(ids)}
            return FieldArguments(statement_key=tuple(map(_known_prefix, ids)), values=values)
        case Log():
            return _log_arguments(arguments, read_context)
        case Counted(of=type() as counts):
            return FieldArguments(values=counts.values(arguments, read_context))
        case Localised():
            locale = arguments.get("locale")
            return FieldArguments(values={"locale": locale.lower()} if locale else {})
    return FieldArguments(values=dict(arguments))


def _known_prefix(id: str) -> str:
    """Return the prefix of a global id.

    Raises:
        RequestError: BAD_INPUT, where no type has it.
    """
    prefix = id_prefix(id)
    if stored_by_prefix(prefix) is None:
        raise bad_id("id")
    return prefix


def _page_arguments(page: Page, arguments: Mapping[str, Any], read_context: ReadContext) -> FieldArguments:
    order = page.order(arguments.get("order_by"))
    requested = PageArguments.parse(order, arguments)
    after = () if requested.after is None else (order.beyond(requested.after, backward=False),)
    before = () if requested.before is None else (order.beyond(requested.before, backward=True),)
    # A cursor on a null sort value has no condition of its own, so that there is one is part of the key.
    without_cursors = (requested.after is None, requested.before is None)
    return FieldArguments(
        statement_key=(order.name, requested.backward, without_cursors),
        values={"size": checked_size(requested.size, "first")},
        page=requested,
        cursor_conditions=RequestConditions((*after, *before)),
        filter_conditions=_filter_conditions(arguments.get("where"), read_context),
    )


def _log_arguments(arguments: Mapping[str, Any], read_context: ReadContext) -> FieldArguments:
    cursor = arguments.get("after")
    after = 0 if cursor is None else parse_event_cursor(cursor)
    return FieldArguments(
        values={"size": checked_size(arguments["first"], "first"), "after": after},
        filter_conditions=_filter_conditions(arguments.get("where"), read_context),
    )


def _filter_conditions(filter: Filter | None, read_context: ReadContext) -> RequestConditions:
    return RequestConditions(() if filter is None else tuple(filter.conditions(read_context)))
