"""Rows as JSON, in the SQL of each database, so that one statement reads what belongs together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Table,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from caserisk.domain.levels import RiskLevel
from caserisk.store.tables import levels

Expression = ColumnElement[Any]
Members = Mapping[str, Expression]


class JsonBuilder:
    """Builds what each database writes in its own way: JSON (PostgreSQL's ``json``, never ``jsonb``) and upserts."""

    def __init__(self, dialect: str) -> None:
        self.is_sqlite = dialect == "sqlite"

    def answer(self, value: Expression) -> Select[Any]:
        """Select the text of a value."""
        return select(self.text(value))

    def text(self, value: Expression) -> Expression:
        """Turn a value into its JSON text."""
        return cast(value, Text)

    def texts(self, found: Select[Any]) -> Select[Any]:
        """Select the text of an array of the values that a one-column query finds, in its order."""
        rows = found.subquery()
        return self.answer(self._aggregate(rows.c[0]))

    def object(self, members: Members) -> Expression:
        """Build an object with these members."""
        build = func.json_object if self.is_sqlite else func.json_build_object
        return build(*(part for name, value in members.items() for part in (_literal(name), value)), type_=JSON)

    def row(self, table: FromClause, noun: type[Any]) -> dict[str, Expression]:
        """Return a row's columns as the members of a dataclass; a ``…level_id`` becomes the level itself."""
        known, members = {field.name for field in fields(noun)}, {}
        for column in table.columns:
            is_level = column.name.endswith("level_id")
            name = column.name.removesuffix("_id") if is_level else column.name
            if name in known:
                members[name] = self._level(column) if is_level else self._value(column)
        return members

    def rows(
        self, table: FromClause, noun: type[Any], *where: Expression, joined: FromClause | None = None
    ) -> Expression:
        """Build an array of a table's rows as a dataclass, in no order.

        ``joined`` is the table with what it is joined to, where the conditions need that.
        """
        found = select(self._aggregate(self.object(self.row(table, noun))))
        return self._as_json(found.select_from(table if joined is None else joined).where(*where).scalar_subquery())

    def boolean(self, condition: Expression) -> Expression:
        """Turn a condition into ``true`` or ``false``: to SQLite it is a number."""
        if not self.is_sqlite:
            return condition
        return func.json(case((condition, _literal("true")), else_=_literal("false")))

    def elements(self, parameter: str) -> Select[Any]:
        """Select the texts of a list that is bound as one parameter."""
        # One JSON parameter instead of one for each element: the statement's text stays the same whatever the length.
        texts = bindparam(parameter, type_=JSON)
        if self.is_sqlite:
            return select(func.json_each(texts).table_valued("value").c.value)
        return select(func.json_array_elements_text(texts).column_valued("listed"))

    def upsert(self, table: Table) -> sqlite.Insert:
        """Begin an INSERT that takes an ON CONFLICT clause."""
        # The two have the same methods for the clause, but no type in common.
        insert: Callable[[Table], Any] = sqlite.insert if self.is_sqlite else postgresql.insert
        upsert: sqlite.Insert = insert(table)
        return upsert

    def _value(self, column: Expression) -> Expression:
        if not self.is_sqlite:
            return column
        if isinstance(column.type, JSON):
            return func.json(column)
        return self.boolean(column) if isinstance(column.type, Boolean) else column

    def _level(self, id: Expression) -> Expression:
        level = levels.alias()
        members = {**self.row(level, RiskLevel), "scheme": level.c.scheme_id}
        return self._as_json(select(self.object(members)).where(level.c.id == id).scalar_subquery())

    def _aggregate(self, value: Expression) -> Expression:
        if self.is_sqlite:
            return func.json_group_array(value)
        # Without rows json_agg is NULL, where SQLite answers with an empty array.
        return func.coalesce(func.json_agg(value), literal_column("'[]'::json"))

    def _as_json(self, value: ScalarSelect[Any]) -> Expression:
        """Mark the value of a sub-select as JSON: SQLite would quote it as text."""
        return func.json(value) if self.is_sqlite else value


def _literal(text: str) -> Expression:
    """Write a text of this program into the statement itself."""
    return literal_column(f"'{text}'", Text())
