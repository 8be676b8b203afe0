"""Statements: compiled once for each database, and from then on given to its driver as text.

Building an expression and having SQLAlchemy run it costs more, each time, than most of these statements do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import BindParameter, Column, Dialect, Insert, Table, bindparam, insert
from sqlalchemy.sql.expression import ClauseElement

from caserisk.store.json_builder import Expression, JsonBuilder

T_co = TypeVar("T_co", covariant=True)

Values = Mapping[str, Any]
"""The bound parameters of a statement, by name."""

Build = Callable[[JsonBuilder], ClauseElement]
"""Builds a statement for one database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverStatement:
    """A statement as text for a driver.

    ``parameters`` are in the driver's order, each with the function that converts its value for the driver, if there is
    one; ``constants`` are the values of parameters that the expression itself has.
    """

    text: str
    parameters: Sequence[tuple[str, Callable[[Any], Any] | None]]
    constants: Values

    def bind(self, values: Values) -> list[Any]:
        """Return the values of all parameters as the driver takes them."""
        known = {**self.constants, **values}
        return [convert(known[name]) if convert else known[name] for name, convert in self.parameters]


class Statement:
    """A statement with named parameters, compiled when it is first run."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._compiled: dict[str, DriverStatement] = {}

    def for_dialect(self, dialect: Dialect) -> DriverStatement:
        """Return the statement as text for a database's driver."""
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = self._compiled[dialect.name] = _compile(self._build(JsonBuilder(dialect.name)), dialect)
        return compiled


class JsonQuery(Statement, Generic[T_co]):
    """A statement whose first row holds the text of a JSON document, which is decoded as a ``T_co``."""

    def __init__(self, type: type[T_co], build: Build) -> None:
        super().__init__(build)
        # Made once: to make a decoder costs more than to decode most documents.
        self.decode = msgspec.json.Decoder(type).decode


def parameter(column: Column[Any]) -> Expression:
    """Make a parameter with the name and the type of a column."""
    return bindparam(column.name, type_=column.type)


def row_parameters(table: Table) -> dict[str, Expression]:
    """Make a parameter for each column of a table."""
    return {column.name: parameter(column) for column in table.columns}


def insert_row(table: Table, **expressions: Expression) -> Insert:
    """Insert a row whose columns are parameters, but for those that an expression is given for."""
    return insert(table).values(row_parameters(table) | expressions)


def _compile(statement: ClauseElement, dialect: Dialect) -> DriverStatement:
    compiled: Any = statement.compile(dialect=dialect)
    binds: Mapping[str, BindParameter[Any]] = compiled.binds
    # What SQLAlchemy itself would apply on execution: documents become JSON text, moments what the database holds.
    converters = {name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in binds.items()}
    return DriverStatement(
        text=compiled.string,
        parameters=[(name, converters[name]) for name in compiled.positiontup],
        constants={name: bind.value for name, bind in binds.items() if not bind.required},
    )
