"""What a field is read from: a row of a table, a row that is counted, or a value of a JSON document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ColumnElement, FromClause, Table
from sqlalchemy.sql.util import ClauseAdapter


@dataclass(frozen=True, slots=True)
class Aliases:
    """Gives the aliases of one statement: all statements share them, for the columns of one are costly to make."""

    given: Counter[Table] = field(default_factory=Counter)

    def __call__(self, table: Table) -> FromClause:
        """Another alias of a table."""
        self.given[table] += 1
        return _alias(table, self.given[table])


@lru_cache(maxsize=1024)
def _alias(table: Table, number: int) -> FromClause:
    return table.alias(f"{table.name}_{number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table under an alias, inside the rows around it; ``aliases`` gives those of further rows."""

    table: Table
    alias: FromClause
    around: tuple[FromClause, ...]
    aliases: Aliases = field(compare=False, repr=False)

    def of(self, expression: ColumnElement[Any]) -> ColumnElement[Any]:
        """An expression over the table, over this row."""
        if isinstance(expression, Column) and expression.table is self.table:
            return self.alias.c[expression.key]
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
