"""Statements: written once for each database, and from then on given to its driver as they are.

To build an expression and to have SQLAlchemy run it costs more, each time, than most of these statements do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BindParameter, Column, Dialect, Insert, Select, Table, bindparam, insert
from sqlalchemy.sql.expression import ClauseElement

from caserisk.store.json_rows import Expression, Json

T_co = TypeVar("T_co", covariant=True)

Values = Mapping[str, Any]
"""What a statement is run with: its parameters by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A statement in the words of a driver, with its parameters in their order and how each is brought into form.

    ``constants`` are parameters that are always the same.
    """

    text: str
    parameters: Sequence[tuple[str, Callable[[Any], Any] | None]]
    constants: Values

    def bind(self, values: Values) -> list[Any]:
        """The parameters as the driver takes them."""
        known = {**self.constants, **values}
        return [form(known[name]) if form else known[name] for name, form in self.parameters]


class Statement:
    """A statement with parameters that have names."""

    def __init__(self, build: Callable[[Json], ClauseElement]) -> None:
        self._build = build
        self._written: dict[str, Written] = {}

    def written(self, dialect: Dialect) -> Written:
        """The statement as a database wants it."""
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self._build(Json(dialect.name)), dialect)
        return written


class Document(Statement, Generic[T_co]):
    """A statement that answers with the text of a JSON document, which is read as a ``T_co``; no row is no document."""

    def __init__(self, type: type[T_co], build: Callable[[Json], Select[Any]]) -> None:
        super().__init__(build)
        self.read = msgspec.json.Decoder(type).decode


def given(column: Column[Any]) -> Expression:
    """A value for a column: a parameter of its name."""
    return bindparam(column.name, type_=column.type)


def inserting(table: Table, **instead: Expression) -> Insert:
    """Add a row: each column's value is given, but for those that an expression stands for."""
    return insert(table).values({column.name: instead.get(column.name, given(column)) for column in table.columns})


def _write(statement: ClauseElement, dialect: Dialect) -> Written:
    compiled: Any = statement.compile(dialect=dialect)
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    forms = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    return Written(
        text=compiled.string,
        parameters=[(name, forms[name]) for name in compiled.positiontup],
        constants={name: bind.value for name, bind in binds.items() if not bind.required},
    )
