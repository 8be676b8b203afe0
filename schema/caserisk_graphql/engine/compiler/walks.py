"""Which rows a page reads, and how the database gets at them without reading the others.

The list of an office and those below it is many sorted lists in one, and so is that of the departments of a leader. The
rows of each are walked as an index has them, a page of each at most, and the page is merged from those: it costs what
there are offices or departments, not rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from caserisk.store import tables as t
from caserisk_graphql.engine.compiler.sources import Row
from caserisk_graphql.engine.compiler.sql import ROW, Over, where

_SHARED = (("department_id", t.departments), ("office_id", t.offices))
"""The columns by which rows are of a list of their own, and whose list it is; the narrowest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRow(Row):
    """A row of a table that is many lists by ``key``, each of an ``owner``.

    What is over the key alone is a condition on the owner, which decides once for all rows of its list.
    """

    key: str
    owner: Row

    def of(self, over: Over) -> str:
        """A text over the table, over this row or its owner."""
        return over.text.replace(f"{ROW}.{self.key}", self.owner.id) if self._is_owners(over) else Row.of(self, over)

    def apart(self, conditions: Iterable[Over]) -> tuple[list[str], list[str]]:
        """The conditions on the owners, and those on the rows of a list."""
        apart: tuple[list[str], list[str]] = [], [f"{self.alias}.{self.key} = {self.owner.id}"]
        for condition in conditions:
            apart[not self._is_owners(condition)].append(self.of(condition))
        return apart

    def _is_owners(self, over: Over) -> bool:
        return over.columns <= {self.key}


def listed(row: Row, conditions: Iterable[Over]) -> Row:
    """A row, as one of many lists where any of the conditions on its table decides which of them are read."""
    decided = [condition.columns for condition in conditions]
    for key, owners in _SHARED:
        if {key} in decided:
            owner = Row(table=owners, alias=row.aliases.another(owners.name), aliases=row.aliases)
            return ListedRow(table=row.table, alias=row.alias, aliases=row.aliases, key=key, owner=owner)
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The rows of a page: the first that fulfil the conditions, in an order."""

    row: Row
    where: Sequence[Over]
    order: Sequence[tuple[Over, str]]
    size: str

    def through(self, rows: str, conditions: Iterable[str], row: Row) -> str:
        """The page of these rows, from FROM on."""
        order = ", ".join(f"{row.of(term)} {way}" for term, way in self.order)
        return f"FROM {rows}{where(conditions)} ORDER BY {order} LIMIT {self.size}"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to the rows of a page, which come in its order: a select of a row from FROM on."""

    row: Row
    rest: str


def direct(walk: Walk) -> Way:
    """The rows as the database finds them."""
    return Way(walk.row, walk.through(walk.row.rows, map(walk.row.of, walk.where), walk.row))


def merged(walk: Walk) -> Way:
    """The rows of a whole table, merged from lists; they are those of a sub-select next to the owners."""
    row = walk.row
    if not isinstance(row, ListedRow):
        return direct(walk)
    of_owners, of_rows = row.apart(walk.where)
    beside = row.another()
    each = f"SELECT {row.alias}.* {walk.through(row.rows, of_rows, row)}"
    return Way(
        beside, walk.through(f"{row.owner.rows} JOIN LATERAL ({each}) AS {beside.alias} ON true", of_owners, beside)
    )


def picked(walk: Walk) -> Way:
    """As `merged`, by ids: for a database that would else make every object before it knows which it shows."""
    row = walk.row
    if isinstance(row, ListedRow):
        of_owners, of_rows = row.apart(walk.where)
        ids = f"SELECT {row.id} {walk.through(row.rows, of_rows, row)}"
        near = row.another()
        way = Way(near, walk.through(f"{row.owner.rows} JOIN {near.rows} ON {near.id} IN ({ids})", of_owners, near))
    else:
        way = direct(walk)
    shown = row.another()
    return Way(shown, walk.through(shown.rows, [f"{shown.id} IN (SELECT {way.row.id} {way.rest})"], shown))
