"""Where the values of a statement's parameters come from: what is the same for everybody, and what a request brings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, bindparam
from sqlalchemy.sql.elements import BooleanClauseList
from sqlalchemy.sql.operators import and_
from sqlalchemy.types import TypeEngine

from caserisk.store.columns import Moment
from caserisk_graphql.engine.compiler.given import Conditions, Given, values_of
from caserisk_graphql.engine.compiler.selection import Selected
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import Visible

Recipe = Callable[[ReadContext], ColumnElement[Any]]
"""What makes an expression that depends on who asks, or when."""

_MOMENT: TypeEngine[Any] = Moment()
_NOW: Any = bindparam("now", None, type_=_MOMENT)


def timeless(reading: ReadContext) -> ReadContext:
    """A reading for which now is a parameter: recipes make the same of it at any time."""
    return replace(reading, now=_NOW)


def is_now(bind: BindParameter[Any]) -> bool:
    """Whether a parameter is the moment of a `timeless` reading."""
    return bind.key == _NOW.key and bind.type is _MOMENT


@dataclass(frozen=True, slots=True)
class Seen:
    """Who sees a row, as a recipe; equal where it is the same."""

    visible: Visible

    def __call__(self, reading: ReadContext) -> ColumnElement[bool]:
        return self.visible(reading.scope)


def parts_of(condition: ColumnElement[Any]) -> Sequence[ColumnElement[Any]]:
    """The conditions that all have to hold for one to hold."""
    if isinstance(condition, BooleanClauseList) and condition.operator is and_:
        return condition.clauses
    return [condition]


@lru_cache(maxsize=4096)
def values_for(recipes: tuple[Recipe, ...], reading: ReadContext) -> Mapping[Recipe, Sequence[Any]]:
    """What somebody's scope puts into expressions: the same for all their requests."""
    return {recipe: values_of(recipe(reading)) for recipe in recipes}


# ------------------------------------------------------------------------------------------------ origins


@dataclass(frozen=True, slots=True)
class BindingContext:
    """What a request brings to a statement."""

    reading: ReadContext
    given: Mapping[Selected, Given]
    asked: Mapping[Recipe, Sequence[Any]]


class Origin(Protocol):
    """Where the values of a parameter come from."""

    def value(self, request: BindingContext, /) -> Any:
        """The value of a request."""
        ...


@dataclass(frozen=True, slots=True)
class Now:
    """The moment a request reads as of."""

    def value(self, request: BindingContext) -> Any:
        return request.reading.now


@dataclass(frozen=True, slots=True)
class Language:
    """The language of a request: ``zh`` or ``en``."""

    def value(self, request: BindingContext) -> Any:
        return request.reading.locale.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A value that is declared."""

    declared: Any

    def value(self, _: BindingContext) -> Any:
        return self.declared


@dataclass(frozen=True, slots=True)
class OfWhoAsks:
    """What a recipe makes of who asks, the n-th of its values."""

    recipe: Recipe
    number: int

    def value(self, request: BindingContext) -> Any:
        return request.asked[self.recipe][self.number]


@dataclass(frozen=True, slots=True)
class OfField:
    """What is given to a field by name."""

    selected: Selected
    name: str

    def value(self, request: BindingContext) -> Any:
        return request.given[self.selected].values[self.name]


@dataclass(frozen=True, slots=True)
class OfConditions:
    """What is in one of the conditions given to a field, the n-th of its values."""

    selected: Selected
    part: str
    place: int
    number: int

    def value(self, request: BindingContext) -> Any:
        conditions: Conditions = getattr(request.given[self.selected], self.part)
        return conditions.values[self.place][self.number]
