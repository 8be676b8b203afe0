"""What a field is read from: a row of a table, a row that is counted, or a value of a JSON document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table
from sqlalchemy.sql.util import ClauseAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table under an alias, inside the rows around it."""

    table: Table
    alias: FromClause
    around: tuple[FromClause, ...]

    def of(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """An expression over the table, over this row."""
        adapted: ColumnElement[Any] = ClauseAdapter(self.alias).traverse(expression)
        return adapted

    @property
    def froms(self) -> tuple[FromClause, ...]:
        """What a sub-select inside may refer to."""
        return (*self.around, self.alias)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A JSON value, inside the rows around it."""

    value: ColumnElement[Any]
    froms: tuple[FromClause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A row that is counted of something."""

    rows: FromClause
    counts: Any

    @property
    def froms(self) -> tuple[FromClause, ...]:
        """What a sub-select inside may refer to."""
        return (self.rows,)


Source = Row | Count | Value | None


def froms_of(source: Source) -> tuple[FromClause, ...]:
    """What a sub-select inside may refer to."""
    return source.froms if source else ()
