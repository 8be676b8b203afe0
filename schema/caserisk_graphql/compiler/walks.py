"""Which rows a page reads, and how the database gets at them without reading the others.

The list of an office and those below it is many sorted lists in one, and so is that of the departments of a leader. The
rows of each are walked as an index has them, a page of each at most, and the page is merged from those: it costs what
there are offices or departments, not rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, select, true
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from caserisk.store import tables as t
from caserisk_graphql.compiler.sources import Row

Conditions = Sequence[ColumnElement[Any]]

_SHARED = (("department_id", t.departments), ("office_id", t.offices))
"""The columns by which rows are of a list of their own, and whose list it is; the narrowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow(Row):
    """A row of a table that is many lists by ``key``; of its ``owner`` where an expression is over the key alone."""

    key: Column[str]
    owner: FromClause

    def of(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """An expression over the table, over this row or its owner."""
        if set(_columns(expression, self.table)) != {self.key}:
            return Row.of(self, expression)
        key, id = self.key, self.owner.c.id
        adapted: ColumnElement[Any] = replacement_traverse(
            expression, {}, lambda element, **_: id if element is key else None
        )
        return adapted

    @property
    def owned(self) -> ColumnElement[bool]:
        """The rows of the owner's list."""
        listed: ColumnElement[bool] = self.alias.c[self.key.key] == self.owner.c.id
        return listed


def listed(row: Row, conditions: Conditions) -> Row:
    """A row, as one of many lists where any of the conditions on its table decides which of them are read."""
    decided = [set(_columns(condition, row.table)) for condition in conditions]
    for name, owners in _SHARED:
        key = row.table.c.get(name)
        if key is not None and {key} in decided:
            return ListedRow(
                table=row.table,
                alias=row.alias,
                around=row.around,
                aliases=row.aliases,
                key=key,
                owner=row.aliases(owners),
            )
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A way to the rows of a page, which come in its order."""

    row: Row
    rows: FromClause
    where: Conditions
    order: Sequence[ColumnElement[Any]]
    size: ColumnElement[int]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the rows."""
        order = map(self.row.of, self.order)
        return select(*columns).select_from(self.rows).where(*self.where).order_by(*order).limit(self.size)

    def again(self, row: Row, rows: FromClause, *where: ColumnElement[Any]) -> Walk:
        """The same page of other rows."""
        return replace(self, row=row, rows=rows, where=where)


def merged(walk: Walk) -> Walk:
    """A walk of a whole table as one merged from lists; the rows are those of a sub-select next to the owners."""
    row = walk.row
    if not isinstance(row, ListedRow):
        return walk
    of_owners, of_rows = _apart(walk.where, row)
    inner = walk.again(row, row.alias, row.owned, *of_rows)
    beside = inner.select(*row.alias.c).correlate(row.owner).lateral()
    return walk.again(_under(row, beside), row.owner.join(beside, true()), *of_owners)


def picked(walk: Walk) -> Walk:
    """As `merged`, by ids: for a database that would else make every object before it knows which it shows."""
    row = walk.row
    if isinstance(row, ListedRow):
        of_owners, of_rows = _apart(walk.where, row)
        inner = walk.again(row, row.alias, row.owned, *of_rows)
        ids = inner.select(row.alias.c.id).correlate(row.owner)
        near = _under(row, row.aliases(row.table))
        walk = walk.again(near, row.owner.join(near.alias, near.alias.c.id.in_(ids)), *of_owners)
    shown = _under(row, row.aliases(row.table))
    return walk.again(shown, shown.alias, shown.alias.c.id.in_(walk.select(walk.row.alias.c.id)))


def _apart(conditions: Conditions, row: ListedRow) -> tuple[Conditions, Conditions]:
    """The conditions on the owners, and those on the rows."""
    of_rows = [(any(True for _ in _columns(condition, row.alias)), condition) for condition in conditions]
    return [condition for of, condition in of_rows if not of], [condition for of, condition in of_rows if of]


def _under(row: Row, alias: FromClause) -> Row:
    return Row(table=row.table, alias=alias, around=row.around, aliases=row.aliases)


def _columns(expression: ColumnElement[Any], rows: FromClause) -> Iterator[Column[Any]]:
    """The columns of a table, or of an alias, that an expression is over."""
    for element in iterate(expression):
        if isinstance(element, Column) and element.table is rows:
            yield element
