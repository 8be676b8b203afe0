"""Declare the fields of a type as a data sheet: ``number: str = column(cases.c.number, "Case number (案号)…")``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import Enum
from typing import Any, cast

import sqlalchemy as sa
import strawberry
from sqlalchemy import Table, UnaryExpression
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField
from strawberry.types.unset import UNSET

from caserisk.domain.vocabulary import Locale
from caserisk.store.columns import PartyText
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.orders import Order

READS = "reads"
"""The key of a field's metadata that holds its declaration."""


class ReadField(StrawberryField):
    """A field that is read as its declaration says, by whichever executor the request has."""

    @property
    def reads(self) -> declarations.Declaration:
        """Return what the field reads."""
        return cast("declarations.Declaration", self.metadata[READS])

    @property
    def is_basic_field(self) -> bool:
        """Tell whether the value is in the row or document around the field, as it stands."""
        audited = isinstance(self.reads, declarations.JsonDocument) and self.reads.audited
        return (
            isinstance(self.reads, declarations.Column | declarations.JsonDocument | declarations.Attribute)
            and not audited
        )

    def get_result(self, source: Any, info: strawberry.Info | None, args: list[Any], kwargs: Any) -> Any:  # noqa: ARG002  # strawberry passes all by name
        """Read the field of a row, a document or a value."""
        # Strawberry reads a field without arguments in this way.
        if info is None:
            return source[self.python_name]
        return info.context.reader.resolve(self.reads, self.python_name, source, kwargs)


def _field(reads: declarations.Declaration, description: str, arguments: Iterable[StrawberryArgument] = ()) -> Any:
    made = ReadField(description=description, metadata={READS: reads})
    made.arguments = list(arguments)
    return made


def _argument(name: str, type_: Any, description: str, default: Any = UNSET) -> StrawberryArgument:
    return StrawberryArgument(name, None, StrawberryAnnotation(type_), description=description, default=default)


# ------------------------------------------------------------------------------------------------ of the value itself


def column(expression: declarations.Expression, description: str) -> Any:
    """Declare a column, or an expression that may depend on who asks and when.

    Raises:
        TypeError: a text that may name a party, as it stands: not everybody who sees the row may read it.
    """
    if isinstance(expression, sa.Column) and isinstance(expression.type, PartyText):
        raise TypeError(f"{expression} may name a party; declare what is shown to those who may not see the parties")
    return _field(declarations.Column(expression), description)


def document(expression: declarations.Expression, description: str, *, audited: bool = False) -> Any:
    """Declare a JSON value in a column, or one that may depend on who asks; ``audited``: see `JsonDocument`."""
    return _field(declarations.JsonDocument(expression, audited), description)


def localised(stored: declarations.Expression, description: str, *, choosable: bool = False) -> Any:
    """Declare a text in a column that holds both languages, or in an expression that may depend on who asks.

    ``choosable``: with an argument for the language.
    """
    locale = _argument("locale", Locale | None, "Overrides the request's language for this field alone.")
    return _field(declarations.Localised(stored, choosable), description, [locale] if choosable else ())


def attribute(description: str) -> Any:
    """Declare what the value around the field holds under the field's name."""
    return _field(declarations.Attribute(), description)


def localised_attribute(description: str) -> Any:
    """Declare a text in both languages that the value around the field holds under the field's name."""
    return _field(declarations.Localised(), description)


# ------------------------------------------------------------------------------------------------ relations


def argument(name: str, type_: Any, description: str) -> declarations.Argument:
    """Declare a key that the client gives."""
    return declarations.Argument(name, type_, description)


def one(
    table: Table, key: declarations.Key, description: str, *, by: sa.Column[Any] | None = None, opens: bool = False
) -> Any:
    """Declare the row that a key names, by its id or by another unique column; ``opens``: see `One`."""
    arguments = [_argument(key.name, key.type, key.description)] if isinstance(key, declarations.Argument) else []
    return _field(declarations.One(table, key, table.c.id if by is None else by, opens), description, arguments)


def listed(table: Table, key: sa.Column[Any], description: str) -> Any:
    """Declare the rows that a list of ids names, in its order."""
    return _field(declarations.ByIdList(table, key), description)


def many(
    table: Table,
    remote: sa.Column[Any] | None,
    description: str,
    *,
    order: tuple[sa.Column[Any], ...],
    where: declarations.Condition | None = None,
) -> Any:
    """Declare all rows that belong to the row around the field by ``remote``; without it, all there are."""
    return _field(declarations.Many(table, remote, order, where), description)


def page(
    table: Table,
    remote: sa.Column[Any] | None,
    description: str,
    *,
    orders: tuple[Order, ...],
    ordering: type[Enum] | None = None,
    filter: type[declarations.Filter] | None = None,
    where: declarations.Condition | None = None,
) -> Any:
    """Declare the same as `many`, a page at a time."""
    reads = declarations.Page(table, remote, orders, ordering, filter, where)
    arguments = [
        *([_argument("where", filter | None, "Narrows the list; all given conditions hold.")] if filter else []),
        *([_argument("order_by", ordering, "The order of the list.", next(iter(ordering)))] if ordering else []),
        # Without a default in the schema: it would be there beside `last` too, and both together are refused.
        _argument("first", int | None, "How many from the start, 1 to 100; 20 where neither this nor `last` is given."),
        _argument("after", str | None, "Only what comes after this cursor."),
        _argument("last", int | None, "How many from the end, 1 to 100; not together with `first`."),
        _argument("before", str | None, "Only what comes before this cursor."),
    ]
    return _field(reads, description, arguments)


def as_of(
    table: Table,
    key: sa.Column[Any],
    description: str,
    *,
    remote: sa.Column[Any],
    since: sa.Column[Any],
    latest: tuple[UnaryExpression[Any], ...],
) -> Any:
    """Declare the row that a history names for the moment ``at``."""
    at = _argument("at", datetime, "The moment.")
    return _field(declarations.AsOf(table, key, remote, since, latest), description, [at])


# ------------------------------------------------------------------------------------------------ counts


def counted(
    rows: Callable[[Any], sa.Select[Any]],
    description: str,
    *arguments: declarations.Argument,
    of: type[declarations.Counts] | None = None,
) -> Any:
    """Declare the rows of a statement that counts; with ``of`` one row, of what the arguments give."""
    asked = [_argument(item.name, item.type, item.description) for item in arguments]
    return _field(declarations.Counted(rows, of), description, asked)


# ------------------------------------------------------------------------------------------------ at the root


def by_id(description: str) -> Any:
    """Declare whatever has a global id."""
    return _field(declarations.ById(), description, [_argument("id", strawberry.ID, "A global id.")])


def by_ids(description: str) -> Any:
    """Declare whatever has these global ids."""
    ids = _argument("ids", list[strawberry.ID], "Global ids, at most 100.")
    return _field(declarations.ById(several=True), description, [ids])


def log(entries: declarations.Log, description: str) -> Any:
    """Declare the event log after a cursor."""
    arguments = [
        _argument("after", EventCursor | None, "Only what was written after this cursor; by default, from the start."),
        _argument("where", entries.filter | None, "Narrows the log; all given conditions hold."),
        _argument("first", int, "At most how many, 1 to 100.", 100),
    ]
    return _field(entries, description, arguments)


def computed(resolver: Callable[..., Any], description: str) -> Any:
    """Declare a field that is not stored data: it is computed when asked for."""
    return strawberry.field(resolver=resolver, description=description)
