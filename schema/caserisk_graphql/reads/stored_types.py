"""The types that are rows of tables: what of a row their fields read, and which rows are seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
import strawberry
from sqlalchemy import ColumnElement, Label, Select, Table, literal, select
from strawberry.types.base import get_object_definition

from caserisk.domain.policy import Scope
from caserisk_graphql.reads.declarations import ByIdList, Column, JsonDocument, Localised, One
from caserisk_graphql.reads.fields import ReadField
from caserisk_graphql.reads.read_context import ReadContext

T = TypeVar("T")
Visible = Callable[[Scope], ColumnElement[bool]]

TYPENAME = "_typename"
ID = "_id"

STORED: dict[Table, Stored] = {}
"""The type that each table is read as."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stored:
    """A table as a type.

    ``visible`` says which rows are seen, None: all. ``named``: a row that something seen names is seen too; lists,
    nodes and searches are narrowed all the same. ``typename`` tells which type a row is, where a table holds several.
    ``prefix`` begins the global ids of its rows. ``names`` are those of the types.
    """

    table: Table
    typename: ColumnElement[str]
    prefix: str | None
    visible: Visible | None
    named: bool
    fields: dict[str, ReadField] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def select(self, reading: ReadContext, *further: Label[Any], named: bool = False) -> Select[Any]:
        """All that the type's fields read of the rows that are seen, by field; keys of relations by `key_label`.

        ``named``: the rows are named by something that is seen.
        """
        statement = select(*self._columns(reading), *further)
        if self.visible is None or (named and self.named):
            return statement
        return statement.where(self.visible(reading.scope))

    def _columns(self, reading: ReadContext) -> Iterator[Label[Any]]:
        yield self.typename.label(TYPENAME)
        labelled: dict[str, ColumnElement[Any]] = {ID: self.table.c.id}
        for name, read in self.fields.items():
            match read.reads:
                case Column(expression=expression) | JsonDocument(expression=expression):
                    labelled[name] = expression(reading) if callable(expression) else expression
                case Localised(column=sa.Column() as column):
                    labelled[name] = column
                case One(key=sa.Column() as key) | ByIdList(key=key):
                    labelled[key_label(key)] = key
        for label, expression in labelled.items():
            yield expression.label(label)

    def add(self, cls: type) -> None:
        """Take on the fields of a type that its rows are read as."""
        definition = get_object_definition(cls, strict=True)
        if not definition.is_interface:
            self.names.append(definition.name)
        self.fields.update({item.python_name: item for item in definition.fields if isinstance(item, ReadField)})


def key_label(key: sa.Column[Any]) -> str:
    """The label under which a row holds the key of a relation."""
    return f"_{key.key}"


def stored(
    table: Table,
    description: str,
    *,
    name: str | None = None,
    prefix: str | None = None,
    visible: Visible | None = None,
    named: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare a type whose objects are the rows of a table; for the arguments see `Stored`."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.type(cls, name=name, description=description)
        typename = literal(name or cls.__name__)
        STORED[table] = Stored(table=table, typename=typename, prefix=prefix, visible=visible, named=named)
        STORED[table].add(typed)
        return typed

    return declare


def stored_interface(
    table: Table, description: str, *, typename: ColumnElement[str], prefix: str, visible: Visible
) -> Callable[[type[T]], type[T]]:
    """Declare an interface whose implementations are rows of one table; `variant` declares those."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.interface(cls, description=description)
        STORED[table] = Stored(table=table, typename=typename, prefix=prefix, visible=visible, named=False)
        STORED[table].add(typed)
        return typed

    return declare


def variant(table: Table, description: str) -> Callable[[type[T]], type[T]]:
    """Declare an implementation of the interface that a table is read as."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.type(cls, description=description)
        STORED[table].add(typed)
        return typed

    return declare


def embedded(description: str) -> Callable[[type[T]], type[T]]:
    """Declare a type whose objects are values: parts of stored documents, or of what a regulation answers."""

    def declare(cls: type[T]) -> type[T]:
        return strawberry.type(cls, description=description)

    return declare


def stored_by_prefix(prefix: str) -> Stored | None:
    """The type whose global ids begin so."""
    return next((item for item in STORED.values() if item.prefix == prefix), None)
