"""How each database writes JSON. Both answer the same scalar texts as the reference executor.

A *value* is an expression that stands for a JSON value inside an object. What comes out of the columns of a sub-select
is a value only `again`. SQLite's parser has a fixed stack up to version 3.45, so what nests is written with as
few functions as can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    type_coerce,
)

from caserisk_graphql.compiler.walks import Walk, merged, picked

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

    def list(self, values: Sequence[Expression]) -> Expression:
        """An array of these values."""
        return func.json_build_array(*values)

    def gathered(self, value: Expression, kept: Expression | None = None) -> Expression:
        """An aggregate: the values of the rows in their order, of those that are kept where not all are."""
        aggregated = func.json_agg(value)
        kept_alone = aggregated if kept is None else aggregated.filter(kept)
        return func.coalesce(kept_alone, literal_column("'[]'::json"))

    def again(self, value: Expression) -> Expression:
        """A value that comes out of a sub-select."""
        return value

    def given(self, text: Expression) -> Expression:
        """A JSON text that is given, as a document."""
        return cast(text, JSON())

    def statement(self, value: Expression) -> Select[Any]:
        """The statement that answers with the text of a value."""
        return select(cast(value, Text))

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

    def written(self, moment: Expression) -> Expression:
        """A moment as a cursor holds it."""
        return func.to_char(func.timezone("UTC", moment), literal_column("""'YYYY-MM-DD"T"HH24:MI:SS"Z"'"""))

    def document(self, expression: Expression) -> Expression:
        """A stored document as a value."""
        return expression

    def member(self, document: Expression, name: str) -> Expression:
        """A member of a document, which is a value too."""
        return document.op("->")(text_literal(name))

    def text_member(self, document: Expression, name: Expression) -> Expression:
        """A member of a document that is a text, as SQL text."""
        return document.op("->>", return_type=Text())(name)

    def elements(self, document: Expression) -> tuple[FromClause, Expression, Expression]:
        """The elements of a document that is an array, as rows: the rows, the element, its place."""
        rows = func.json_array_elements(document).table_valued("value", with_ordinality="place").render_derived()
        return rows, type_coerce(rows.c.value, JSON), rows.c.place

    def element_text(self, element: Expression) -> Expression:
        """An element that is a text, as SQL text."""
        return element.op("#>>", return_type=Text())(literal_column("'{}'"))

    def holds(self, document: Expression) -> Expression:
        """Whether a document is there and is not null."""
        return func.json_typeof(document) != text_literal("null")

    def walk(self, walk: Walk) -> Walk:
        """The way to the rows of a whole table."""
        return merged(walk)

    def impossible(self, text: Expression) -> Expression:
        """A value that ends the statement with an error where it is evaluated; ``text`` is of the row."""
        return cast(text.concat(text_literal("!")), JSON)


class SQLite:
    """SQLite's JSON functions. A value that comes out of a sub-select is text again, and is told to be JSON."""

    name = "sqlite"

    def object(self, pairs: Pairs) -> Expression:
        """An object with these keys, in this order."""
        return func.json_object(*(part for key, value in pairs for part in (text_literal(key), value)))

    def list(self, values: Sequence[Expression]) -> Expression:
        """An array of these values."""
        return func.json_array(*values)

    def gathered(self, value: Expression, kept: Expression | None = None) -> Expression:
        """An aggregate: the values of the rows in their order, of those that are kept where not all are."""
        aggregated = func.json_group_array(value)
        return aggregated if kept is None else aggregated.filter(kept)

    def again(self, value: Expression) -> Expression:
        """A value that comes out of a sub-select."""
        return func.json(value)

    def given(self, text: Expression) -> Expression:
        """A JSON text that is given, as a document."""
        return func.json(text)

    def statement(self, value: Expression) -> Select[Any]:
        """The statement that answers with the text of a value; with no row, it is null."""
        return value.element if isinstance(value, ScalarSelect) and isinstance(value.element, Select) else select(value)

    def scalar(self, expression: Expression) -> Expression:
        """A column of text, number or boolean as a value; SQLite's booleans are numbers."""
        if not isinstance(expression.type, Boolean):
            return expression
        words: dict[Any, Any] = {literal_column("1"): text_literal("true"), literal_column("0"): text_literal("false")}
        return func.json(case(words, value=expression))

    def moment(self, expression: Expression) -> Expression:
        """A moment at +08:00."""
        return func.strftime(literal_column("'%Y-%m-%dT%H:%M:%S+08:00'"), expression, literal_column("'+8 hours'"))

    def moment_in(self, text: Expression) -> Expression:
        """A moment that a document holds as text."""
        return self.moment(text)

    def written(self, moment: Expression) -> Expression:
        """A moment as a cursor holds it: as it is stored."""
        return type_coerce(moment, Text)

    def document(self, expression: Expression) -> Expression:
        """A stored document as a value."""
        return func.json(expression)

    def member(self, document: Expression, name: str) -> Expression:
        """A member of a document, which is a value too."""
        return document.op("->")(text_literal(name))

    def text_member(self, document: Expression, name: Expression) -> Expression:
        """A member of a document that is a text, as SQL text."""
        return document.op("->>", return_type=Text())(name)

    def elements(self, document: Expression) -> tuple[FromClause, Expression, Expression]:
        """The elements of a document that is an array, as rows: the rows, the element, its place."""
        rows = func.json_each(document).table_valued("value", "key")
        return rows, rows.c.value, rows.c.key

    def element_text(self, element: Expression) -> Expression:
        """An element that is a text, as SQL text."""
        return element

    def holds(self, document: Expression) -> Expression:
        """Whether a document is there and is not null."""
        return func.json_type(document) != text_literal("null")

    def walk(self, walk: Walk) -> Walk:
        """The way to the rows of a whole table."""
        return picked(walk)

    def impossible(self, text: Expression) -> Expression:
        """A value that ends the statement with an error where it is evaluated; ``text`` is of the row."""
        return func.json(text.concat(text_literal("!")))


Dialect = PostgreSQL | SQLite
"""How a database writes JSON."""


_POSTGRESQL, _SQLITE = PostgreSQL(), SQLite()


def dialect_of(name: str) -> Dialect:
    """The JSON of the database of that name."""
    return _POSTGRESQL if name == "postgresql" else _SQLITE
