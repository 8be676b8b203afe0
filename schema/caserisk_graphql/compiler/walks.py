"""Which rows a page reads, and how the database gets at them without reading the others.

The list of an office and those below it is many sorted lists in one. The rows of each office are walked as an index has
them, a page of each at most, and the page is merged from those: it costs what there are offices, not rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Select, select, true
from sqlalchemy.sql.visitors import iterate, replacement_traverse

from caserisk_graphql.compiler.sources import Row
from caserisk_graphql.reads.windows import Window

Conditions = Sequence[ColumnElement[Any]]

OFFICE = "office_id"
"""The column by which a table's rows belong to an office."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow(Row):
    """A row of a table, or of its office where an expression is over nothing else of it."""

    office: FromClause

    def of(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """An expression over the table, over this row or its office."""
        office_id, id = self.table.c[OFFICE], self.office.c.id
        if set(_columns(expression, self.table)) != {office_id}:
            return Row.of(self, expression)
        adapted: ColumnElement[Any] = replacement_traverse(
            expression, {}, lambda element, **_: id if element is office_id else None
        )
        return adapted


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A way to the rows of a page, which come in the window's direction."""

    row: Row
    rows: FromClause
    where: Conditions
    window: Window
    size: ColumnElement[int]

    def select(self, *columns: ColumnElement[Any]) -> Select[Any]:
        """These columns of the rows."""
        order = map(self.row.of, self.window.order.sorted(backward=self.window.backward))
        return select(*columns).select_from(self.rows).where(*self.where).order_by(*order).limit(self.size)

    def again(self, row: Row, rows: FromClause, *where: ColumnElement[Any]) -> Walk:
        """The same page of other rows."""
        return replace(self, row=row, rows=rows, where=where)


def merged(walk: Walk, row: OfficeRow) -> Walk:
    """A walk of a whole table as one that is merged from each office's, where something decides which offices.

    The merged rows are those of a sub-select next to the offices.
    """
    of_offices, of_rows = _apart(walk.where, row)
    if not of_offices:
        return replace(walk, row=_under(row, row.alias))
    inner = walk.again(row, row.alias, row.alias.c[OFFICE] == row.office.c.id, *of_rows)
    beside = inner.select(*row.alias.c).correlate(row.office).lateral()
    return walk.again(_under(row, beside), row.office.join(beside, true()), *of_offices)


def picked(walk: Walk, row: OfficeRow) -> Walk:
    """As `merged`, by ids: for a database that would else make every object before it knows which it shows."""
    of_offices, of_rows = _apart(walk.where, row)
    if of_offices:
        inner = walk.again(row, row.alias, row.alias.c[OFFICE] == row.office.c.id, *of_rows)
        ids = inner.select(row.alias.c.id).correlate(row.office)
        near = _under(row, row.table.alias())
        walk = walk.again(near, row.office.join(near.alias, near.alias.c.id.in_(ids)), *of_offices)
    shown = _under(row, row.table.alias())
    return walk.again(shown, shown.alias, shown.alias.c.id.in_(walk.select(walk.row.alias.c.id)))


def _apart(conditions: Conditions, row: OfficeRow) -> tuple[Conditions, Conditions]:
    """The conditions on the offices, and those on the rows."""
    of_rows = [(any(True for _ in _columns(condition, row.alias)), condition) for condition in conditions]
    return [condition for of, condition in of_rows if not of], [condition for of, condition in of_rows if of]


def _under(row: Row, alias: FromClause) -> Row:
    return Row(table=row.table, alias=alias, around=row.around)


def _columns(expression: ColumnElement[Any], rows: FromClause) -> Iterator[Column[Any]]:
    """The columns of a table, or of an alias, that an expression is over."""
    for element in iterate(expression):
        if isinstance(element, Column) and element.table is rows:
            yield element
