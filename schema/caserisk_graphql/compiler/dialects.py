"""How each database writes JSON. Both answer the same scalar texts as the reference executor.

A *value* is an expression that stands for a JSON value inside an object.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

Expression = ColumnElement[Any]
Pairs = Sequence[tuple[str, Expression]]


def text_literal(text: str) -> Expression:
    """A text that is part of the statement: a key, a name of ours."""
    return literal_column("'" + text.replace("'", "''") + "'", Text())


class PostgreSQL:
    """PostgreSQL's ``json``, never ``jsonb``: nothing is parsed that is only passed on."""

    name = "postgresql"

    def object(self, pairs: Pairs) -> Expression:
        """An object with these keys, in this order."""
        return func.json_build_object(
            *(part for key, value in pairs for part in (text_literal(key), value)), type_=JSON
        )

    def array(self, value: Expression, rows: FromClause, order: Sequence[Any]) -> Expression:
        """The values of rows, as a scalar sub-select; an empty array where there is none."""
        aggregated = func.json_agg(aggregate_order_by(value, *order) if order else value)
        return select(func.coalesce(aggregated, literal_column("'[]'::json"))).select_from(rows).scalar_subquery()

    def collected(self, value: Expression, place: Expression, kept: Expression) -> Expression:
        """An aggregate: the values of the rows that are kept, by their place."""
        aggregated = func.json_agg(aggregate_order_by(value, place)).filter(kept)
        return func.coalesce(aggregated, literal_column("'[]'::json"))

    def scalar(self, expression: Expression) -> Expression:
        """A column of text, number or boolean as a value."""
        return expression

    def moment(self, expression: Expression) -> Expression:
        """A moment at +08:00."""
        shifted = func.timezone(literal_column("interval '8 hours'"), expression)
        return func.to_char(shifted, literal_column("""'YYYY-MM-DD"T"HH24:MI:SS"+08:00"'"""))

    def moment_in(self, text: Expression) -> Expression:
        """A moment that a document holds as text."""
        return self.moment(text.op("::")(literal_column("timestamptz")))

    def document(self, expression: Expression) -> Expression:
        """A stored document as a value."""
        return expression

    def member(self, value: Expression, name: str) -> Expression:
        """A member of an object, as a value."""
        return value.op("->")(text_literal(name))

    def text_member(self, value: Expression, name: Expression) -> Expression:
        """A member of an object that is a text, as SQL text."""
        return value.op("->>")(name)

    def elements(self, value: Expression) -> tuple[FromClause, Expression, Expression]:
        """The elements of an array as rows: the rows, the element, its place."""
        rows = func.json_array_elements(value).table_valued("value", with_ordinality="place").render_derived()
        return rows, type_coerce(rows.c.value, JSON), rows.c.place

    def again(self, value: Expression) -> Expression:
        """A value that comes out of a sub-select."""
        return value

    def element_text(self, element: Expression) -> Expression:
        """An element that is a text, as SQL text."""
        return element.op("#>>")(literal_column("'{}'"))

    def list(self, values: Sequence[Expression]) -> Expression:
        """An array of these values."""
        return func.json_build_array(*values)

    def written(self, moment: Expression) -> Expression:
        """A moment as a cursor holds it."""
        return func.to_char(func.timezone("UTC", moment), literal_column("""'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""))

    def is_null(self, value: Expression) -> Expression:
        """Whether a value is absent or null."""
        return func.coalesce(func.json_typeof(value), "null") == "null"

    def text(self, value: Expression) -> Expression:
        """A value as the text of the answer."""
        return cast(value, Text)


class SQLite:
    """SQLite's JSON functions. A value that comes out of a sub-select is text again, and is told to be JSON."""

    name = "sqlite"

    def object(self, pairs: Pairs) -> Expression:
        """An object with these keys, in this order."""
        return func.json_object(*(part for key, value in pairs for part in (text_literal(key), value)))

    def array(self, value: Expression, rows: FromClause, order: Sequence[Any]) -> Expression:
        """The values of rows, as a scalar sub-select; an empty array where there is none."""
        ordered = select(value.label("value")).select_from(rows).order_by(*order).subquery()
        return func.json(select(func.json_group_array(func.json(ordered.c.value))).scalar_subquery())

    def collected(self, value: Expression, place: Expression, kept: Expression) -> Expression:  # noqa: ARG002  # in order
        """An aggregate: the values of the rows that are kept, which come by their place."""
        return func.json_group_array(func.json(value)).filter(kept)

    def scalar(self, expression: Expression) -> Expression:
        """A column of text, number or boolean as a value; SQLite's booleans are numbers."""
        if isinstance(expression.type, Boolean):
            return func.json(case((expression.is_(None), "null"), (expression, "true"), else_="false"))
        return expression

    def moment(self, expression: Expression) -> Expression:
        """A moment at +08:00."""
        return func.strftime(literal_column("'%Y-%m-%dT%H:%M:%S+08:00'"), expression, literal_column("'+8 hours'"))

    def moment_in(self, text: Expression) -> Expression:
        """A moment that a document holds as text."""
        return self.moment(text)

    def document(self, expression: Expression) -> Expression:
        """A stored document as a value."""
        return func.json(expression)

    def member(self, value: Expression, name: str) -> Expression:
        """A member of an object, as a value."""
        return func.json(value.op("->")(text_literal(name)))

    def text_member(self, value: Expression, name: Expression) -> Expression:
        """A member of an object that is a text, as SQL text."""
        return value.op("->>")(name)

    def elements(self, value: Expression) -> tuple[FromClause, Expression, Expression]:
        """The elements of an array as rows: the rows, the element, its place."""
        rows = func.json_each(value).table_valued("value", "key")
        return rows, rows.c.value, rows.c.key

    def again(self, value: Expression) -> Expression:
        """A value that comes out of a sub-select."""
        return func.json(value)

    def element_text(self, element: Expression) -> Expression:
        """An element that is a text, as SQL text."""
        return element

    def list(self, values: Sequence[Expression]) -> Expression:
        """An array of these values."""
        return func.json_array(*(func.json(value) for value in values))

    def written(self, moment: Expression) -> Expression:
        """A moment as a cursor holds it: as it is stored."""
        return type_coerce(moment, Text)

    def is_null(self, value: Expression) -> Expression:
        """Whether a value is absent or null."""
        return func.coalesce(func.json_type(value), "null") == "null"

    def text(self, value: Expression) -> Expression:
        """A value as the text of the answer."""
        return cast(value, Text)


Dialect = PostgreSQL | SQLite
"""How a database writes JSON."""


def dialect_of(name: str) -> Dialect:
    """The JSON of the database of that name."""
    return PostgreSQL() if name == "postgresql" else SQLite()
