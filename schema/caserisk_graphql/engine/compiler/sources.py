"""What a field is read from: a row of a table, a row that is counted, or a value of a JSON document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table

from caserisk_graphql.engine.compiler.selection import Selected
from caserisk_graphql.engine.compiler.sql import ROW, Aliases, Over


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table under an alias; ``aliases`` gives those of further rows."""

    table: Table
    alias: str
    aliases: Aliases = field(compare=False, repr=False)

    @property
    def rows(self) -> str:
        """The rows, as a part of FROM."""
        return f"{self.table.name} AS {self.alias}"

    @property
    def id(self) -> str:
        """The row's id."""
        return f"{self.alias}.id"

    def of(self, over: Over) -> str:
        """A text over the table, over this row."""
        return over.text.replace(ROW, self.alias)

    def another(self) -> Row:
        """Another row of the table."""
        return Row(table=self.table, alias=self.aliases.another(self.table.name), aliases=self.aliases)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonValue:
    """A JSON value."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRow:
    """A row that is counted; ``counted`` are the names of all that is counted of the same, by field."""

    rows: str
    counted: Mapping[Selected, str]


Source = Row | CountedRow | JsonValue | None
