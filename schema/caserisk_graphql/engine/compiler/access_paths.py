"""Access paths: how the database finds the rows of a page without reading the others.

The list of an office and those below it consists of many sorted lists, and so does the list of a leader's departments.
An index holds the rows of each in order: the first rows of each list are read, at most a page of them, and the page is
merged from those. It costs as much as there are offices or departments, not rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caserisk.store import tables as t
from caserisk_graphql.engine.compiler.field_sources import TableRow
from caserisk_graphql.engine.compiler.sql import ROW_MARK, RowExpression, where_clause

_PARTITION_KEYS = (("department_id", t.departments), ("office_id", t.offices))
"""The columns that divide a table into sorted lists, with the tables of their owners; the narrowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionedRow(TableRow):
    """A row of a table that consists of one list for each ``owner``, to which ``key`` refers.

    A condition that reads the key alone is a condition on the owner, and decides for all rows of its list at once.
    """

    key: str
    owner: TableRow

    def render(self, expression: RowExpression) -> str:
        """Return an expression over the table as SQL over this row, or over its owner where it reads the key alone."""
        if self._is_about_owner(expression):
            return expression.text.replace(f"{ROW_MARK}.{self.key}", self.owner.id)
        return TableRow.render(self, expression)

    def split_conditions(self, conditions: Iterable[RowExpression]) -> tuple[list[str], list[str]]:
        """Divide conditions into those on the owners and those on the rows of one owner's list."""
        on_owner: list[str] = []
        on_row = [f"{self.alias}.{self.key} = {self.owner.id}"]
        for condition in conditions:
            (on_owner if self._is_about_owner(condition) else on_row).append(self.render(condition))
        return on_owner, on_row

    def _is_about_owner(self, expression: RowExpression) -> bool:
        return expression.columns <= {self.key}


def partition_row(row: TableRow, conditions: Iterable[RowExpression]) -> TableRow:
    """Return a row as one of many lists, where any of the conditions on its table decides which lists are read."""
    # Only a condition on the key alone decides for a whole list; one that reads other columns, too, decides row by row.
    columns = [condition.columns for condition in conditions]
    for key, owners in _PARTITION_KEYS:
        if {key} in columns:
            owner = TableRow(table=owners, alias=row.aliases.new(owners.name), aliases=row.aliases)
            return PartitionedRow(table=row.table, alias=row.alias, aliases=row.aliases, key=key, owner=owner)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """The rows of a page: the first ``limit`` that fulfil the conditions, in an order."""

    row: TableRow
    conditions: Sequence[RowExpression]
    order: Sequence[tuple[RowExpression, str]]
    limit: str

    def select_from(self, from_items: str, conditions: Iterable[str], row: TableRow) -> str:
        """Return the page of these rows, from FROM on."""
        order = ", ".join(f"{row.render(term)} {direction}" for term, direction in self.order)
        return f"FROM {from_items}{where_clause(conditions)} ORDER BY {order} LIMIT {self.limit}"


@dataclass(frozen=True, slots=True)
class AccessPath:
    """The rows of a page as the database is asked for them, in order: ``sql`` selects ``row``, from FROM on."""

    row: TableRow
    sql: str


def direct_path(query: PageQuery) -> AccessPath:
    """Leave the path to the database."""
    row = query.row
    return AccessPath(row, query.select_from(row.from_item, map(row.render, query.conditions), row))


def lateral_path(query: PageQuery) -> AccessPath:
    """Merge the page from the first rows of each owner's list, by a lateral join of the owners."""
    row = query.row
    if not isinstance(row, PartitionedRow):
        return direct_path(query)
    on_owner, on_row = row.split_conditions(query.conditions)
    found = row.with_new_alias()
    # LATERAL repeats the inner page for each owner, so that each is one range of an index, in its order.
    list_of_owner = f"SELECT {row.alias}.* {query.select_from(row.from_item, on_row, row)}"
    joined = f"{row.owner.from_item} JOIN LATERAL ({list_of_owner}) AS {found.alias} ON true"
    return AccessPath(found, query.select_from(joined, on_owner, found))


def id_path(query: PageQuery) -> AccessPath:
    """Find the ids of the page first, and then its rows.

    For a database that otherwise builds the JSON of every row before it knows which rows the page has.
    """
    row = query.row
    if isinstance(row, PartitionedRow):
        on_owner, on_row = row.split_conditions(query.conditions)
        # SQLite has no LATERAL; a correlated list of ids takes its place.
        ids = f"SELECT {row.id} {query.select_from(row.from_item, on_row, row)}"
        found = row.with_new_alias()
        joined = f"{row.owner.from_item} JOIN {found.from_item} ON {found.id} IN ({ids})"
        path = AccessPath(found, query.select_from(joined, on_owner, found))
    else:
        path = direct_path(query)
    shown = row.with_new_alias()
    # The page is sorted once more: the order of a sub-select does not hold outside of it.
    on_ids = [f"{shown.id} IN (SELECT {path.row.id} {path.sql})"]
    return AccessPath(shown, query.select_from(shown.from_item, on_ids, shown))
