"""How each database writes JSON. Both answer the same scalar texts as the reference executor.

A *value* is a text that stands for a JSON value inside an object. What comes out of the columns of a sub-select is a
value only `again`. SQLite's parser has a fixed stack up to version 3.45, so what nests is written with as few functions
as can be.
"""

from __future__ import annotations

from collections.abc import Iterable

from caserisk_graphql.engine.compiler.sql import text_literal
from caserisk_graphql.engine.compiler.walks import Walk, Way, merged, picked

Pairs = Iterable[tuple[str, str]]


class PostgreSQL:
    """PostgreSQL's ``json``, never ``jsonb``: nothing is parsed that is only passed on."""

    mark = "$"

    def object(self, pairs: Pairs) -> str:
        """An object with these keys, in this order."""
        return f"json_build_object({_members(pairs)})"

    def list(self, values: Iterable[str]) -> str:
        """An array of these values."""
        return f"json_build_array({', '.join(values)})"

    def gathered(self, value: str, kept: str | None = None) -> str:
        """An aggregate: the values of the rows in their order, of those that are kept where not all are."""
        return f"coalesce(json_agg({value}){_filter(kept)}, '[]'::json)"

    def again(self, value: str) -> str:
        """A value that comes out of a sub-select."""
        return value

    def given(self, text: str) -> str:
        """A JSON text that is given, as a document."""
        return f"CAST({text} AS JSON)"

    def answer(self, value: str) -> str:
        """The text of a value."""
        return f"CAST({value} AS TEXT)"

    def truth(self, condition: str) -> str:
        """A condition as a value."""
        return condition

    def moment(self, moment: str) -> str:
        """A moment at +08:00."""
        return f"""to_char(timezone(interval '8 hours', {moment}), 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"')"""

    def moment_in(self, text: str) -> str:
        """A moment that a document holds as text."""
        return self.moment(f"({text})::timestamptz")

    def written(self, moment: str) -> str:
        """A moment as a cursor holds it."""
        return f"""to_char(timezone('UTC', {moment}), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

    def document(self, stored: str) -> str:
        """A stored document as a value."""
        return stored

    def elements(self, document: str, alias: str) -> tuple[str, str, str]:
        """The elements of a document that is an array, as rows: the rows, the element, its place."""
        rows = f"json_array_elements({document}) WITH ORDINALITY AS {alias}(value, place)"
        return rows, f"{alias}.value", f"{alias}.place"

    def element_text(self, element: str) -> str:
        """An element that is a text, as SQL text."""
        return f"{element} #>> '{{}}'"

    def holds(self, document: str) -> str:
        """Whether a document is there and is not null."""
        return f"json_typeof({document}) != 'null'"

    def walk(self, walk: Walk) -> Way:
        """The way to the rows of a whole table."""
        return merged(walk)

    def impossible(self, text: str) -> str:
        """A value that ends the statement with an error where it is evaluated; ``text`` is of the row."""
        return f"CAST({text} || '!' AS JSON)"


class SQLite:
    """SQLite's JSON functions. A value that comes out of a sub-select is text again, and is told to be JSON."""

    mark = "?"

    def object(self, pairs: Pairs) -> str:
        """An object with these keys, in this order."""
        return f"json_object({_members(pairs)})"

    def list(self, values: Iterable[str]) -> str:
        """An array of these values."""
        return f"json_array({', '.join(values)})"

    def gathered(self, value: str, kept: str | None = None) -> str:
        """An aggregate: the values of the rows in their order, of those that are kept where not all are."""
        return f"json_group_array({value}){_filter(kept)}"

    def again(self, value: str) -> str:
        """A value that comes out of a sub-select."""
        return f"json({value})"

    def given(self, text: str) -> str:
        """A JSON text that is given, as a document."""
        return f"json({text})"

    def answer(self, value: str) -> str:
        """The text of a value."""
        return value

    def truth(self, condition: str) -> str:
        """A condition as a value: SQLite's truth is a number."""
        return f"json(CASE {condition} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"

    def moment(self, moment: str) -> str:
        """A moment at +08:00."""
        return f"strftime('%Y-%m-%dT%H:%M:%S+08:00', {moment}, '+8 hours')"

    def moment_in(self, text: str) -> str:
        """A moment that a document holds as text."""
        return self.moment(text)

    def written(self, moment: str) -> str:
        """A moment as a cursor holds it: as it is stored."""
        return moment

    def document(self, stored: str) -> str:
        """A stored document as a value."""
        return f"json({stored})"

    def elements(self, document: str, alias: str) -> tuple[str, str, str]:
        """The elements of a document that is an array, as rows: the rows, the element, its place."""
        return f"json_each({document}) AS {alias}", f"{alias}.value", f"{alias}.key"

    def element_text(self, element: str) -> str:
        """An element that is a text, as SQL text."""
        return element

    def holds(self, document: str) -> str:
        """Whether a document is there and is not null."""
        return f"json_type({document}) != 'null'"

    def walk(self, walk: Walk) -> Way:
        """The way to the rows of a whole table."""
        return picked(walk)

    def impossible(self, text: str) -> str:
        """A value that ends the statement with an error where it is evaluated; ``text`` is of the row."""
        return f"json({text} || '!')"


Dialect = PostgreSQL | SQLite
"""How a database writes JSON."""

_POSTGRESQL, _SQLITE = PostgreSQL(), SQLite()


def dialect_of(name: str) -> Dialect:
    """The JSON of the database of that name."""
    return _POSTGRESQL if name == "postgresql" else _SQLITE


def _members(pairs: Pairs) -> str:
    return ", ".join(f"{text_literal(key)}, {value}" for key, value in pairs)


def _filter(kept: str | None) -> str:
    return "" if kept is None else f" FILTER (WHERE {kept})"
