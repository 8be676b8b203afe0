"""The values of bound parameters: constants, and what a request provides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_
from sqlalchemy.types import TypeEngine

from caserisk.store.columns import Moment
from caserisk_graphql.engine.compiler.arguments import FieldArguments, RequestConditions, parameter_values
from caserisk_graphql.engine.compiler.selection import SelectedField
from caserisk_graphql.engine.compiler.sql import BindProcessor
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import Visible

ContextExpression = Callable[[ReadContext], ColumnElement[Any]]
"""Build an expression that depends on the viewer or the moment."""

ConditionKind = Literal["filter_conditions", "cursor_conditions"]
"""The attribute of `FieldArguments` that holds conditions."""

# A type object of its own tells this parameter from any other of the same key, in copies of an expression, too.
_TIME_TYPE: TypeEngine[Any] = Moment()
_TIME_PARAMETER: Any = bindparam("now", None, type_=_TIME_TYPE)


def with_time_parameter(read_context: ReadContext) -> ReadContext:
    """Return a read context whose moment is a parameter, so that context expressions are the same at any time."""
    # Written out, for this is done for each statement: `dataclasses.replace` takes several times as long.
    return ReadContext(
        now=_TIME_PARAMETER, scope=read_context.scope, locale=read_context.locale, viewer=read_context.viewer
    )


def is_time_parameter(bind: BindParameter[Any]) -> bool:
    """Tell whether a parameter is the moment of a context from `with_time_parameter`."""
    return bind.key == _TIME_PARAMETER.key and bind.type is _TIME_TYPE


@dataclass(frozen=True, slots=True)
class VisibilityCondition:
    """A predicate about visible rows, as a context expression; equal for equal predicates, so that it can be a key."""

    visible: Visible

    def __call__(self, read_context: ReadContext) -> ColumnElement[bool]:
        return self.visible(read_context.scope)


def split_conjunction(condition: ColumnElement[Any]) -> Sequence[ColumnElement[Any]]:
    """Return the operands of a condition that is a conjunction; any other condition alone."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return condition.clauses
    return [condition]


# ------------------------------------------------------------------------------------------------ providers


@dataclass(frozen=True, slots=True)
class BindingContext:
    """What a request provides to a statement."""

    read_context: ReadContext
    arguments: Mapping[SelectedField, FieldArguments]


class ValueProvider(Protocol):
    """What provides the value of a parameter."""

    def value(self, request: BindingContext, /) -> Any:
        """Return the value for a request."""
        ...


@dataclass(frozen=True, slots=True)
class NowValue:
    """The moment that a request is answered as of."""

    def value(self, request: BindingContext) -> Any:
        return request.read_context.now


@dataclass(frozen=True, slots=True)
class LocaleValue:
    """The language of a request: ``zh`` or ``en``."""

    def value(self, request: BindingContext) -> Any:
        return request.read_context.locale.lower()


@dataclass(frozen=True, slots=True)
class ArgumentValue:
    """An argument of a field, by name."""

    selected: SelectedField
    name: str

    def value(self, request: BindingContext) -> Any:
        return request.arguments[self.selected].values[self.name]


@dataclass(frozen=True, slots=True)
class ConditionValue:
    """One of the values in a condition that was made from a field's arguments."""

    selected: SelectedField
    kind: ConditionKind
    condition: int
    index: int

    def value(self, request: BindingContext) -> Any:
        conditions: RequestConditions = getattr(request.arguments[self.selected], self.kind)
        return conditions.values[self.condition][self.index]


# ------------------------------------------------------------------------------------------------ of the viewer


# Constants may be unhashable, so that no two are the same parameter.
@dataclass(frozen=True, slots=True, eq=False)
class ConstantValue:
    """A constant of a declaration."""

    constant: Any


@dataclass(frozen=True, slots=True)
class ContextValue:
    """One of the values that a context expression binds for a viewer."""

    expression: ContextExpression
    index: int


# Compared by identity, and apart from the statement: as a key of a cache it keeps no text and no document in memory.
@dataclass(frozen=True, slots=True, eq=False)
class ViewerParameters:
    """The parameters of a statement, by position, that have the same value in all requests of a viewer.

    ``count`` is the number of all parameters of the statement.
    """

    count: int
    by_position: Mapping[int, tuple[ConstantValue | ContextValue, BindProcessor | None]]


# Read contexts without a moment and scopes are frozen values: equal for all requests of a viewer in one language.
@lru_cache(maxsize=4096)
def viewer_values(parameters: ViewerParameters, read_context: ReadContext) -> Sequence[Any]:
    """Return the values of all parameters of a statement, with None for those that each request provides."""
    of_expression: dict[ContextExpression, Sequence[Any]] = {}
    values: list[Any] = [None] * parameters.count
    for position, (provider, processor) in parameters.by_position.items():
        if isinstance(provider, ContextValue):
            expression = provider.expression
            if expression not in of_expression:
                of_expression[expression] = parameter_values(expression(read_context))
            value = of_expression[expression][provider.index]
        else:
            value = provider.constant
        values[position] = processor(value) if processor else value
    return values
