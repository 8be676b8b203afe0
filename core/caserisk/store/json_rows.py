"""Rows as JSON, in the words of each database: what belongs together is read by one statement."""

from __future__ import annotations

from collections.abc import Mapping
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

from caserisk.domain.levels import RiskLevel
from caserisk.store.tables import levels

Expression = ColumnElement[Any]
Members = Mapping[str, Expression]


class Json:
    """JSON as one database writes it: PostgreSQL's ``json``, never ``jsonb``, or SQLite's functions."""

    def __init__(self, dialect: str) -> None:
        self.is_sqlite = dialect == "sqlite"

    def answer(self, value: Expression) -> Select[Any]:
        """A statement that answers with the text of a value."""
        return select(cast(value, Text))

    def texts(self, found: Select[Any]) -> Select[Any]:
        """A statement that answers with the text of an array: what is found in the only column, in its order."""
        rows = found.subquery()
        return self.answer(self._gathered(rows.c[0]))

    def object(self, members: Members) -> Expression:
        """An object with these members."""
        build = func.json_object if self.is_sqlite else func.json_build_object
        return build(*(part for name, value in members.items() for part in (_text(name), value)), type_=JSON)

    def row(self, table: FromClause, noun: type[Any]) -> dict[str, Expression]:
        """A row as the members of a noun; a ``…level_id`` stands for the level itself."""
        known, members = {field.name for field in fields(noun)}, {}
        for column in table.columns:
            is_level = column.name.endswith("level_id")
            name = column.name.removesuffix("_id") if is_level else column.name
            if name in known:
                members[name] = self._level(column) if is_level else self._value(column)
        return members

    def rows(self, table: Table, noun: type[Any], *where: Expression, joined: FromClause | None = None) -> Expression:
        """Rows of a table as an array of a noun, in no order; ``joined`` is the table with what ``where`` needs."""
        found = select(self._gathered(self.object(self.row(table, noun))))
        return self._again(found.select_from(table if joined is None else joined).where(*where).scalar_subquery())

    def truth(self, condition: Expression) -> Expression:
        """Whether a condition holds; SQLite's booleans are numbers."""
        return func.json(case((condition, _text("true")), else_=_text("false"))) if self.is_sqlite else condition

    def listed(self, parameter: str) -> Select[Any]:
        """The texts of a list that is a parameter."""
        texts = bindparam(parameter, type_=JSON)
        if self.is_sqlite:
            return select(func.json_each(texts).table_valued("value").c.value)
        return select(func.json_array_elements_text(texts).column_valued("listed"))

    def _value(self, column: Expression) -> Expression:
        if not self.is_sqlite:
            return column
        if isinstance(column.type, JSON):
            return func.json(column)
        return self.truth(column) if isinstance(column.type, Boolean) else column

    def _level(self, id: Expression) -> Expression:
        level = levels.alias()
        members = {**self.row(level, RiskLevel), "scheme": level.c.scheme_id}
        return self._again(select(self.object(members)).where(level.c.id == id).scalar_subquery())

    def _gathered(self, value: Expression) -> Expression:
        if self.is_sqlite:
            return func.json_group_array(value)
        return func.coalesce(func.json_agg(value), literal_column("'[]'::json"))

    def _again(self, value: ScalarSelect[Any]) -> Expression:
        """What comes out of a sub-select: to SQLite it is text, unless it is told."""
        return func.json(value) if self.is_sqlite else value


def _text(text: str) -> Expression:
    """A text of ours, as part of the statement."""
    return literal_column(f"'{text}'", Text())
