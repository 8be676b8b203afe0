"""What a field is read from: a row of a table, a row of counts, or a value of a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table

from caserisk_graphql.engine.compiler.selection import SelectedField
from caserisk_graphql.engine.compiler.sql import ROW_MARK, Aliases, RowExpression


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row of a table under an alias; ``aliases`` are those of the statement."""

    table: Table
    alias: str
    aliases: Aliases = field(compare=False, repr=False)

    @property
    def from_item(self) -> str:
        """Return the table under its alias, as an item of FROM."""
        return f"{self.table.name} AS {self.alias}"

    @property
    def id(self) -> str:
        """Return the column of the row's id."""
        return f"{self.alias}.id"

    def render(self, expression: RowExpression) -> str:
        """Return an expression over the table as SQL over this row."""
        return expression.text.replace(ROW_MARK, self.alias)

    def with_new_alias(self) -> TableRow:
        """Return a row of the same table under an alias of its own."""
        return TableRow(table=self.table, alias=self.aliases.new(self.table.name), aliases=self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """A JSON value, as SQL."""

    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """A row of counts, read from the common table ``name``; ``tables`` are all that share the same arguments."""

    name: str
    tables: Mapping[SelectedField, str]


FieldSource = TableRow | CountedRow | JsonValue | None
"""None: the root of the operation."""
