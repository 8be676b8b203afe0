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

STORED_TYPES: dict[Table, StoredType] = {}
"""The type that each table is read as; declaring a type enters it here."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StoredType:
    """A table as a type.

    ``visible`` says which rows are seen, None: all. ``visible_by_reference``: a row that something seen refers to is
    seen too; lists, nodes and searches are narrowed all the same. ``typename`` tells which type a row is, where a table
    holds several. ``prefix`` begins the global ids of its rows. ``names`` are those of the types.
    """

    table: Table
    typename: ColumnElement[str]
    prefix: str | None
    visible: Visible | None
    visible_by_reference: bool
    fields: dict[str, ReadField] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def select(
        self, reading: ReadContext, *further: Label[Any], by_reference: bool = False, opened: bool = False
    ) -> Select[Any]:
        """Select all that the type's fields read of the rows that are seen, by field; keys of relations by `key_label`.

        ``by_reference``: something that is seen refers to the rows. ``opened``: whatever refers to them opens them.
        """
        statement = select(*self._columns(reading), *further)
        # A handler who left, or an office above, is read where something seen refers to them.
        if self.visible is None or opened or (by_reference and self.visible_by_reference):
            return statement
        return statement.where(self.visible(reading.scope))

    def _columns(self, reading: ReadContext) -> Iterator[Label[Any]]:
        yield self.typename.label(TYPENAME)
        # By label: two relations may start from the same key, which is selected once.
        labelled: dict[str, ColumnElement[Any]] = {ID: self.table.c.id}
        for name, read in self.fields.items():
            match read.reads:
                case (
                    Column(expression=expression) | JsonDocument(expression=expression) | Localised(column=expression)
                ) if expression is not None:
                    labelled[name] = expression(reading) if callable(expression) else expression
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
    """Return the label under which a row holds the key of a relation."""
    return f"_{key.key}"


def stored(
    table: Table,
    description: str,
    *,
    name: str | None = None,
    prefix: str | None = None,
    visible: Visible | None = None,
    visible_by_reference: bool = False,
) -> Callable[[type[T]], type[T]]:
    """Declare a type whose objects are the rows of a table; for the arguments see `Stored`."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.type(cls, name=name, description=description)
        typename = literal(name or cls.__name__)
        STORED_TYPES[table] = StoredType(
            table=table, typename=typename, prefix=prefix, visible=visible, visible_by_reference=visible_by_reference
        )
        STORED_TYPES[table].add(typed)
        return typed

    return declare


def stored_interface(
    table: Table, description: str, *, typename: ColumnElement[str], prefix: str, visible: Visible
) -> Callable[[type[T]], type[T]]:
    """Declare an interface whose implementations are rows of one table; `variant` declares those."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.interface(cls, description=description)
        STORED_TYPES[table] = StoredType(
            table=table, typename=typename, prefix=prefix, visible=visible, visible_by_reference=False
        )
        STORED_TYPES[table].add(typed)
        return typed

    return declare


def variant(table: Table, description: str) -> Callable[[type[T]], type[T]]:
    """Declare an implementation of the interface that a table is read as."""

    def declare(cls: type[T]) -> type[T]:
        typed = strawberry.type(cls, description=description)
        STORED_TYPES[table].add(typed)
        return typed

    return declare


def embedded(description: str) -> Callable[[type[T]], type[T]]:
    """Declare a type whose objects are values: parts of stored documents, or of what a regulation answers."""

    def declare(cls: type[T]) -> type[T]:
        return strawberry.type(cls, description=description)

    return declare


def stored_by_prefix(prefix: str) -> StoredType | None:
    """Return the type whose global ids begin with a prefix."""
    return next((item for item in STORED_TYPES.values() if item.prefix == prefix), None)
