"""SQL as text.

Text are names and constants of this code, names of the schema and response keys, which are names by GraphQL's grammar,
and what SQLAlchemy writes of declared expressions. Every value is a bound parameter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

ROW_MARK = "\0"
"""Stands for the alias of the row in the text of a `RowExpression`; nothing else in SQL contains this character."""

_PARAMETER_MARKS = ("\1", "\2")
"""Stand around the index of a parameter until the placeholders are numbered."""

_MARKED_PARAMETERS = re.compile("\1(\\d+)\2")

BindProcessor = Callable[[Any], Any]
"""Convert a value to what the driver takes."""


class BoundParameter(NamedTuple):
    """A parameter: what provides its value for a request, and the conversion for the driver.

    In a template the provider may be a bare index or name, which `SqlTemplate.with_providers` replaces.
    """

    provider: Hashable
    processor: BindProcessor | None


@dataclass(frozen=True, slots=True)
class SqlTemplate:
    """SQL with gaps for placeholders: one parameter between each two of its ``texts``.

    ``columns`` are the names of the columns that it reads of its row.
    """

    texts: Sequence[str]
    parameters: Sequence[BoundParameter] = ()
    columns: frozenset[str] = frozenset()

    def with_providers(self, provider_of: Callable[[Any], Hashable]) -> SqlTemplate:
        """Return the template with providers in place of bare indexes and names."""
        parameters = [
            parameter._replace(provider=provider_of(parameter.provider))
            if isinstance(parameter.provider, int | str)
            else parameter
            for parameter in self.parameters
        ]
        return replace(self, parameters=parameters)

    def render(self, placeholders: Iterable[str]) -> RowExpression:
        """Return the text with a placeholder in each gap."""
        # There is one text more than placeholders: the last is followed by nothing.
        parts = [part for pair in zip(self.texts, (*placeholders, ""), strict=True) for part in pair]
        return RowExpression("".join(parts), self.columns)


class RowExpression(NamedTuple):
    """SQL over one row of a table, whose alias is written as `ROW_MARK`; ``columns`` are those that it reads."""

    text: str
    columns: frozenset[str]


@dataclass(slots=True)
class StatementParameters:
    """The parameters of a statement while it is written; ``prefix`` begins a placeholder of the driver.

    Placeholders are numbered when the statement is complete: not everything that was written has to be part of it, and
    PostgreSQL refuses a parameter that does not occur.
    """

    prefix: str
    indexes: dict[BoundParameter, int] = field(default_factory=dict)

    def placeholder(self, parameter: BoundParameter) -> str:
        """Return a preliminary placeholder; equal parameters share one."""
        opening, closing = _PARAMETER_MARKS
        return f"{opening}{self.indexes.setdefault(parameter, len(self.indexes))}{closing}"

    def number_placeholders(self, text: str) -> tuple[str, list[BoundParameter]]:
        """Return the complete statement with the driver's placeholders, and its parameters in their order."""
        parameters, used = list(self.indexes), dict[BoundParameter, int]()

        def numbered(match: re.Match[str]) -> str:
            # Numbered by first occurrence: SQLite's "?1" and PostgreSQL's "$1" may occur again.
            parameter = parameters[int(match[1])]
            return f"{self.prefix}{used.setdefault(parameter, len(used) + 1)}"

        return _MARKED_PARAMETERS.sub(numbered, text), list(used)


@dataclass(slots=True)
class Aliases:
    """The aliases of a statement: ``cases1``, ``cases2``; SQLAlchemy's own have an underscore."""

    counts: Counter[str] = field(default_factory=Counter)

    def new(self, name: str) -> str:
        """Return an alias that the statement does not have yet."""
        self.counts[name] += 1
        return f"{name}{self.counts[name]}"


def string_literal(text: str) -> str:
    """Quote a text of this code or a response key as an SQL literal; never a value of a request."""
    return "'" + text.replace("'", "''") + "'"


def json_member(document: str, name: str) -> str:
    """Return the member of a JSON document as JSON."""
    return f"{document} -> {string_literal(name)}"


def json_text_member(document: str, name_sql: str) -> str:
    """Return the member of a JSON document as SQL text; its name is given as SQL."""
    return f"{document} ->> {name_sql}"


def where_clause(conditions: Iterable[str]) -> str:
    """Return a WHERE clause of all conditions; nothing where there are none."""
    together = " AND ".join(conditions)
    return f" WHERE {together}" if together else ""
