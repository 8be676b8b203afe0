"""Declare what a field reads, once: every executor follows these declarations and knows nothing else.

A row of a table, a JSON document in a column and a value that a regulation answers are all read the same way: by the
names of the attributes. What came along in the value around it is taken as it is; a relation is followed otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar, Protocol, Self

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, Table, UnaryExpression
from sqlalchemy.types import TypeEngine

from caserisk_graphql.reads.orders import Order
from caserisk_graphql.reads.read_context import ReadContext

Expression = ColumnElement[Any] | Callable[[ReadContext], ColumnElement[Any]]
Condition = Callable[[ReadContext], ColumnElement[bool]]
Parameters = Mapping[str, ColumnElement[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """A key that the client gives."""

    name: str
    type: Any
    description: str


Key = sa.Column[Any] | str | Argument
"""What a relation starts from: a column of the row, a name in the value around it, or an argument of the field."""


class Filter(Protocol):
    """An input type that narrows a list."""

    def conditions(self, reading: ReadContext, /) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions that were given; all of them hold."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A column, or an expression that may depend on who asks and when."""

    expression: Expression


@dataclass(frozen=True, slots=True, eq=False)
class JsonDocument:
    """A JSON value in a column: it is read through the field's type, or is a list of words.

    ``audited``: the ids of the rows of which it is shown, that is where it is not null, are collected for the record.
    """

    expression: Expression
    audited: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """What the value around the field holds under its name."""


@dataclass(frozen=True, slots=True, eq=False)
class Localised:
    """A text ``{"zh": …, "en": …}``, answered in one language.

    It is in ``column``, or where that is None in the value around the field under its name. ``choosable``: the argument
    ``locale`` overrides the request's language.
    """

    column: Expression | None = None
    choosable: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class One:
    """The row of ``table`` whose ``remote`` column equals the key; null where there is none or it is not seen.

    ``opens``: whoever reads the row around the field sees this one, if only in this way.
    """

    table: Table
    key: Key
    remote: sa.Column[Any]
    opens: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ByIdList:
    """The rows of ``table`` that a list of ids names, in its order."""

    table: Table
    key: sa.Column[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Many:
    """All rows of ``table`` whose ``remote`` column is the id of the row around the field; without it, all."""

    table: Table
    remote: sa.Column[Any] | None
    order: tuple[sa.Column[Any], ...]
    where: Condition | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """As ``Many``, a page at a time: a Relay connection.

    ``orders`` are those to choose from, the first by default; ``ordering`` is the enum of their names where there is a
    choice. ``filter`` is the input type of the argument ``where``.
    """

    table: Table
    remote: sa.Column[Any] | None
    orders: tuple[Order, ...]
    ordering: type[Enum] | None = None
    filter: type[Filter] | None = None
    where: Condition | None = None

    def order(self, choice: Enum | None) -> Order:
        """Return the order that was chosen; there is one for each member of the enum."""
        return self.orders[0 if choice is None else list(type(choice)).index(choice)]


@dataclass(frozen=True, slots=True, eq=False)
class AsOf:
    """The row of ``table`` that a history names for a moment.

    Of the entries of ``key.table`` whose ``remote`` is the id of the row around the field and whose ``since`` is not
    after the argument ``at``, the first by ``latest`` names it by ``key``.
    """

    table: Table
    key: sa.Column[Any]
    remote: sa.Column[Any]
    since: sa.Column[Any]
    latest: tuple[UnaryExpression[Any], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """The entries of the event log after a position, in its order."""

    table: Table
    position: sa.Column[int]
    filter: type[Filter]


@dataclass(frozen=True, slots=True, eq=False)
class ById:
    """Any row that has a global id; ``several``: a list of them."""

    several: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """A value that was computed: a document, read through the field's type."""


class Counts(Protocol):
    """What is counted of what a client gives: its methods make the statements of `Counted`.

    It has the values that it counts by as ``parameters``. ``narrowed`` gives a condition about who asks.
    """

    parameters: ClassVar[Mapping[str, TypeEngine[Any]]]

    @classmethod
    def values(cls, arguments: Mapping[str, Any], reading: ReadContext, /) -> Mapping[str, Any]:
        """Return the values of the parameters, from the arguments of the field.

        Raises:
            RequestError: BAD_INPUT, where they could never be right.
        """
        ...

    @classmethod
    def of(cls, parameters: Parameters, narrowed: Callable[[Condition], ColumnElement[bool]], /) -> Self:
        """Return what is counted by these parameters."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """Rows that are counted, not stored: those of a statement, whose columns are the fields of the type by their names.

    ``of``: there is one row, of what the arguments give; without it, they are the rows of what the row around them is
    counted of.
    """

    rows: Callable[[Any], Select[Any]]
    of: type[Counts] | None = None


Declaration = (
    Column
    | JsonDocument
    | Attribute
    | Localised
    | One
    | ByIdList
    | Many
    | Page
    | AsOf
    | Log
    | ById
    | Counted
    | Computed
)
