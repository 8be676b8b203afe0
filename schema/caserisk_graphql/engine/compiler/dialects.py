"""The JSON functions of each database. Both write the same scalar texts as the reference executor.

A *value* is SQL that stands for a JSON value inside an object or array. What comes out of the column of a sub-select
becomes a value by `as_json`. SQLite's parser has a stack of fixed size up to version 3.45, so nested values are written
with as few functions as possible.
"""

from __future__ import annotations

from collections.abc import Iterable

from caserisk_graphql.engine.compiler.access_paths import AccessPath, PageQuery, id_path, lateral_path
from caserisk_graphql.engine.compiler.sql import string_literal

Members = Iterable[tuple[str, str]]
"""The members of an object: keys with their values."""


class PostgresqlJson:
    """The JSON of PostgreSQL: ``json`` and never ``jsonb``, so that nothing is parsed that is only passed on."""

    placeholder_prefix = "$"

    def object(self, members: Members) -> str:
        """Return an object with these members, in their order."""
        return f"json_build_object({_arguments(members)})"

    def array(self, values: Iterable[str]) -> str:
        """Return an array of these values."""
        return f"json_build_array({', '.join(values)})"

    def aggregate(self, value: str, condition: str | None = None) -> str:
        """Aggregate the values of the rows to an array, in their order; of those that fulfil a condition, if given."""
        return f"coalesce(json_agg({value}){_filter_clause(condition)}, '[]'::json)"  # it is null over no rows

    def as_json(self, column: str) -> str:
        """Return the column of a sub-select as a value."""
        return column

    def parse(self, text: str) -> str:
        """Return a JSON text that is bound as a parameter as a document."""
        return f"CAST({text} AS JSON)"

    def to_text(self, value: str) -> str:
        """Return the text of a value."""
        return f"CAST({value} AS TEXT)"

    def boolean(self, condition: str) -> str:
        """Return a condition as a value."""
        return condition

    def timestamp(self, moment: str) -> str:
        """Return a moment as a value: a text at +08:00."""
        return f"""to_char(timezone(interval '8 hours', {moment}), 'YYYY-MM-DD"T"HH24:MI:SS"+08:00"')"""

    def timestamp_from_text(self, text: str) -> str:
        """Return a moment that a document contains as text, as a value."""
        return self.timestamp(f"({text})::timestamptz")

    def cursor_timestamp(self, moment: str) -> str:
        """Return a moment as text for a cursor: in UTC."""
        return f"""to_char(timezone('UTC', {moment}), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""

    def stored_document(self, column: str) -> str:
        """Return a document in a column as a value."""
        return column

    def array_elements(self, document: str, alias: str) -> tuple[str, str, str]:
        """Return the elements of a document that is an array, as rows: the FROM item, the element, its position."""
        rows = f"json_array_elements({document}) WITH ORDINALITY AS {alias}(value, place)"
        return rows, f"{alias}.value", f"{alias}.place"

    def element_text(self, element: str) -> str:
        """Return an element that is a text, as SQL text."""
        return f"{element} #>> '{{}}'"

    def is_not_null(self, document: str) -> str:
        """Return the condition that a document is neither missing nor null."""
        return f"json_typeof({document}) != 'null'"

    def access_path(self, query: PageQuery) -> AccessPath:
        """Return the access path to a page of a whole table."""
        return lateral_path(query)

    def fail(self, text: str) -> str:
        """Return a value whose evaluation ends the statement with an error; the text has to be of the row."""
        return f"CAST({text} || '!' AS JSON)"  # an id followed by "!" is no JSON; a constant would fail when planned


class SqliteJson:
    """The JSON of SQLite. A value that comes out of a sub-select is text again, and has to be declared JSON."""

    placeholder_prefix = "?"

    def object(self, members: Members) -> str:
        """Return an object with these members, in their order."""
        return f"json_object({_arguments(members)})"

    def array(self, values: Iterable[str]) -> str:
        """Return an array of these values."""
        return f"json_array({', '.join(values)})"

    def aggregate(self, value: str, condition: str | None = None) -> str:
        """Aggregate the values of the rows to an array, in their order; of those that fulfil a condition, if given."""
        return f"json_group_array({value}){_filter_clause(condition)}"

    def as_json(self, column: str) -> str:
        """Return the column of a sub-select as a value."""
        return f"json({column})"  # without it, it would become a string in the object around it

    def parse(self, text: str) -> str:
        """Return a JSON text that is bound as a parameter as a document."""
        return f"json({text})"

    def to_text(self, value: str) -> str:
        """Return the text of a value."""
        return value

    def boolean(self, condition: str) -> str:
        """Return a condition as a value; SQLite's own truth is a number."""
        # A condition over a null is neither, and stays null.
        return f"json(CASE {condition} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)"

    def timestamp(self, moment: str) -> str:
        """Return a moment as a value: a text at +08:00."""
        return f"strftime('%Y-%m-%dT%H:%M:%S+08:00', {moment}, '+8 hours')"  # stored as text in UTC

    def timestamp_from_text(self, text: str) -> str:
        """Return a moment that a document contains as text, as a value."""
        return self.timestamp(text)

    def cursor_timestamp(self, moment: str) -> str:
        """Return a moment as text for a cursor: as it is stored."""
        return moment

    def stored_document(self, column: str) -> str:
        """Return a document in a column as a value."""
        return f"json({column})"

    def array_elements(self, document: str, alias: str) -> tuple[str, str, str]:
        """Return the elements of a document that is an array, as rows: the FROM item, the element, its position."""
        return f"json_each({document}) AS {alias}", f"{alias}.value", f"{alias}.key"

    def element_text(self, element: str) -> str:
        """Return an element that is a text, as SQL text."""
        return element

    def is_not_null(self, document: str) -> str:
        """Return the condition that a document is neither missing nor null."""
        return f"json_type({document}) != 'null'"

    def access_path(self, query: PageQuery) -> AccessPath:
        """Return the access path to a page of a whole table."""
        return id_path(query)

    def fail(self, text: str) -> str:
        """Return a value whose evaluation ends the statement with an error; the text has to be of the row."""
        return f"json({text} || '!')"


JsonDialect = PostgresqlJson | SqliteJson

_POSTGRESQL, _SQLITE = PostgresqlJson(), SqliteJson()


def json_dialect(database: str) -> JsonDialect:
    """Return the JSON functions of a database by SQLAlchemy's name of it."""
    return _POSTGRESQL if database == "postgresql" else _SQLITE


def _arguments(members: Members) -> str:
    return ", ".join(f"{string_literal(key)}, {value}" for key, value in members)


def _filter_clause(condition: str | None) -> str:
    return "" if condition is None else f" FILTER (WHERE {condition})"
