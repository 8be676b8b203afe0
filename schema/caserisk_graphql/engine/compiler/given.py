"""What a request gives to a field: its arguments, as conditions and values to write a statement from or bind to it.

The *shape* of what is given decides which statement answers; its *values* are bound to that statement's parameters. So
two requests that filter alike by other values share one statement.
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

from caserisk_graphql.engine.compiler.selection import NotCompiled, Selected
from caserisk_graphql.reads.argument_checks import bad_id, checked_text, id_prefix
from caserisk_graphql.reads.cursors import parse_event_cursor
from caserisk_graphql.reads.declarations import Argument, ById, Counted, Filter, Localised, Log, One, Page
from caserisk_graphql.reads.fields import ReadField
from caserisk_graphql.reads.page_arguments import MAX_PAGE_SIZE, PageArguments, checked_size
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import stored_by_prefix


def shape_of(expression: ColumnElement[Any]) -> Hashable:
    """The shape of an expression, values aside."""
    key = expression._generate_cache_key()  # noqa: SLF001  # what SQLAlchemy caches statements by
    if key is None:
        raise NotCompiled("an expression that cannot be cached")
    lengths = tuple(len(bind.value) for bind in key.bindparams if bind.expanding)  # type: ignore[arg-type]  # lists
    return (key.key, lengths)


def kind_of(reading: ReadContext) -> Hashable:
    """The kind of scope that somebody has: what decides the form of its predicates."""
    scope = reading.scope
    return (
        scope.handler_id is None,
        len(scope.department_ids),
        scope.office_id is None,
        scope.subtree_path is None,
        scope.sees_subordinates,
        len(scope.roles),
        scope.own_department_id is None,
    )


def binds_of(expression: ColumnElement[Any]) -> Sequence[BindParameter[Any]]:
    """The parameters of an expression, in an order that is the same for all of its shape, adapted or not."""
    return [element for element in iterate(expression) if isinstance(element, BindParameter)]


def values_of(expression: ColumnElement[Any]) -> list[Any]:
    """The values that an expression holds, in the order of its parameters."""
    return [value for bind in binds_of(expression) for value in values_in(bind)]


def values_in(bind: BindParameter[Any]) -> Sequence[Any]:
    """The value of a parameter; of a list each element, for each is a parameter of the statement."""
    value: Any = bind.effective_value
    return value if bind.expanding else [value]


@dataclass(frozen=True)
class Conditions:
    """Conditions that are given: their shapes decide the statement, their values are bound."""

    all: Sequence[ColumnElement[bool]] = ()

    @cached_property
    def shapes(self) -> Sequence[Hashable]:
        """The shape of each."""
        return tuple(map(shape_of, self.all))

    @cached_property
    def values(self) -> Sequence[Sequence[Any]]:
        """The values of each."""
        return [values_of(condition) for condition in self.all]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What is given to one field.

    ``fixed`` decides the statement; ``values`` are bound by name. Of conditions the shape decides and the values are
    bound: ``between`` are those of a page's cursors, ``narrowed`` those of a filter.
    """

    fixed: Hashable = None
    values: Mapping[str, Any] = field(default_factory=dict)
    window: PageArguments | None = None
    between: Conditions = Conditions()
    narrowed: Conditions = Conditions()

    @cached_property
    def shape(self) -> Hashable:
        """What decides the statement."""
        return (self.fixed, tuple(self.values), self.between.shapes, self.narrowed.shapes)


class Noting:
    """A reading of which is noted whether anything was asked: if not, what is given is the same for everybody."""

    def __init__(self, reading: ReadContext) -> None:
        self._reading, self.asked = reading, False

    def __getattr__(self, name: str) -> Any:
        self.asked = True
        return getattr(self._reading, name)


def arguments_of(selected: Selected, variables: VariableValues | None, schema: Schema) -> dict[str, Any]:
    """The arguments of a field, by their names in Python.

    Raises:
        GraphQLError: a value is none of its type.
    """
    definition: ReadField = selected.field.extensions["strawberry-definition"]
    coerced = get_argument_values(selected.field, selected.node, variables)
    registry = schema.schema_converter.scalar_registry
    return convert_arguments(coerced, definition.arguments, scalar_registry=registry, config=schema.config)


def given_to(selected: Selected, variables: VariableValues | None, schema: Schema, reading: ReadContext) -> Given:
    """What a field's arguments come to.

    Raises:
        GraphQLError: a value is none of its type.
        RequestError: BAD_INPUT, where they could never be right.
    """
    arguments = arguments_of(selected, variables, schema)
    match selected.reads:
        case Page() as page:
            return _given_to_page(page, arguments, reading)
        case One(key=Argument(name=name)):
            return Given(values={name: checked_text(arguments[name], name)})
        case ById(several=False):
            return Given(fixed=_stored_prefix(arguments["id"]), values={"id": arguments["id"]})
        case ById():
            ids = arguments["ids"]
            if len(ids) > MAX_PAGE_SIZE:
                raise bad_id("ids")
            values = {f"id{number}": id for number, id in enumerate(ids)}
            return Given(fixed=tuple(map(_stored_prefix, ids)), values=values)
        case Log():
            return _given_to_log(arguments, reading)
        case Counted(of=type() as counts):
            return Given(values=counts.values(arguments, reading))
        case Localised():
            locale = arguments.get("locale")
            return Given(values={"locale": locale.lower()} if locale else {})
    return Given(values=dict(arguments))


def _stored_prefix(id: str) -> str:
    """The word that a global id begins with.

    Raises:
        RequestError: BAD_INPUT, where it is that of no type.
    """
    prefix = id_prefix(id)
    if stored_by_prefix(prefix) is None:
        raise bad_id("id")
    return prefix


def _given_to_page(page: Page, arguments: Mapping[str, Any], reading: ReadContext) -> Given:
    order = page.order(arguments.get("order_by"))
    window = PageArguments.parse(order, arguments)
    after = () if window.after is None else (order.beyond(window.after, backward=False),)
    before = () if window.before is None else (order.beyond(window.before, backward=True),)
    where = arguments.get("where")
    ends = (window.after is None, window.before is None)
    return Given(
        fixed=(order.name, window.backward, ends),
        values={"size": checked_size(window.size, "first")},
        window=window,
        between=Conditions((*after, *before)),
        narrowed=_narrowed(where, reading),
    )


def _given_to_log(arguments: Mapping[str, Any], reading: ReadContext) -> Given:
    where, cursor = arguments.get("where"), arguments.get("after")
    after = 0 if cursor is None else parse_event_cursor(cursor)
    return Given(
        values={"size": checked_size(arguments["first"], "first"), "after": after},
        narrowed=_narrowed(where, reading),
    )


def _narrowed(where: Filter | None, reading: ReadContext) -> Conditions:
    return Conditions(() if where is None else tuple(where.conditions(reading)))
