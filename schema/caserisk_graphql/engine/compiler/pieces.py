"""Declared expressions as pieces of text: SQLAlchemy writes each once, and it is kept.

A piece holds nobody's values. What depends on who asks is written for their kind of scope, what is given for its shape;
the values of both are bound to each request. Only what is declared outright has constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, Column, ColumnElement, Select, Table, bindparam, select
from sqlalchemy.engine import Dialect as Driver
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import and_
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from caserisk_graphql.engine.compiler.given import binds_of, kind_of, values_in
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.compiler.sql import ROW, Parameter, Piece
from caserisk_graphql.engine.compiler.values import Constant, Now, OfWhoAsks, Recipe, is_now, parts_of
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads.read_context import ReadContext

Origins = dict[BindParameter[Any], Sequence[Hashable]]
"""Where the values of SQLAlchemy's parameters come from: of one, or of each element of a list."""

_HOLE = re.compile(r"%\((\w+)\)s")
_IT, _ROW = "_it", "_row"
_OF_ROW = re.compile(rf"\b{_ROW}\.")
_MOST = {"entries": 5000, "size": 5000}


class Pieces:
    """The pieces for one database."""

    def __init__(self, driver: Driver) -> None:
        self.database = driver.name
        of_driver: Any = type(driver)
        self._writing: Driver = of_driver(paramstyle="pyformat")
        self._kept: LruCache[Hashable, Piece] = LruCache(**_MOST)
        self._parts: LruCache[Hashable, Sequence[Piece]] = LruCache(**_MOST)

    def declared(self, expression: ColumnElement[Any], table: Table | None = None) -> Piece:
        """An expression over a table, or over nothing."""
        return self._kept.get_or_create(expression, partial(self._declared, expression, table))

    def parameter(self, type_: TypeEngine[Any]) -> Piece:
        """A parameter of a type, which is to be told whose."""
        return self._kept.get_or_create(type_, partial(self._parameter, type_))

    def asked(self, recipe: Recipe, reading: ReadContext, table: Table) -> Sequence[Piece]:
        """What a recipe makes of a table's rows for those who have a kind of scope: the parts that all have to hold."""
        key = (recipe, table, kind_of(reading))
        return self._parts.get_or_create(key, partial(self._asked, recipe, reading, table))

    def given(self, condition: ColumnElement[bool], shape: Hashable, table: Table) -> Piece:
        """A condition of a shape that is given; its parameters are its values by their number."""
        return self._kept.get_or_create((shape, table), partial(self._given, condition, table))

    def made(self, key: Hashable, make: Callable[[], tuple[Select[Any], Origins]]) -> Piece:
        """A whole statement, as a piece of another."""
        return self._kept.get_or_create(key, lambda: self._written(*make()))

    # -------------------------------------------------------------------------------------------- what is made

    def _declared(self, expression: ColumnElement[Any], table: Table | None) -> Piece:
        if isinstance(expression, Column) and expression.table is table:
            name = self._writing.identifier_preparer.quote(expression.name)
            return Piece([f"{ROW}.{name}"], columns=frozenset([expression.name]))
        if table is None:
            return self._written(expression, _constants(expression))
        return self._over(table, expression, _constants(expression))

    def _parameter(self, type_: TypeEngine[Any]) -> Piece:
        given: BindParameter[Any] = bindparam("given", None, type_=type_)
        return self._written(given, {given: [0]})

    def _asked(self, recipe: Recipe, reading: ReadContext, table: Table) -> Sequence[Piece]:
        whole = recipe(reading)
        origins = asked_by(recipe, whole)
        return [self._over(table, part, origins) for part in parts_of(whole)]

    def _given(self, condition: ColumnElement[bool], table: Table) -> Piece:
        return self._over(table, condition, _numbered(condition, lambda number: number))

    def _over(self, table: Table, expression: ColumnElement[Any], origins: Origins) -> Piece:
        """An expression over a table: selected from it, so that sub-selects know which row is around them."""
        row = table.alias(_ROW)
        adapted: ColumnElement[Any] = ClauseAdapter(row).traverse(expression)
        own = {bind: origins[given] for given, bind in zip(binds_of(expression), binds_of(adapted), strict=True)}
        within = select(adapted.self_group(and_).label(_IT)).select_from(row)
        piece = self._written(within, own, around=f" AS {_IT} FROM {table.name} AS {_ROW}")
        return replace(piece, columns=frozenset(_columns(expression, table)))

    def _written(self, element: ClauseElement, origins: Origins, around: str = "") -> Piece:
        """What SQLAlchemy writes; without what is ``around`` an expression that is selected."""
        compiled = element.compile(dialect=self._writing)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(type(compiled).__name__)
        written = compiled.construct_expanded_state()
        processes: Mapping[str, Any] = {**compiled._bind_processors, **written.processors}  # noqa: SLF001  # to the driver
        found: dict[str, Parameter] = {}
        for bind, name in compiled.bind_names.items():
            if bind not in origins:
                raise NotCompiled(f"nobody gives {name}")
            names = written.parameter_expansion.get(name, [name])
            found |= {
                one: Parameter(origin, processes.get(one)) for one, origin in zip(names, origins[bind], strict=True)
            }
        text = written.statement.replace(" \n", " ").replace("\n", " ")
        if around:
            if not text.startswith("SELECT ") or not text.endswith(around):
                raise NotCompiled("an expression over more than one row")
            text = text.removeprefix("SELECT ").removesuffix(around)
        texts = _HOLE.split(_OF_ROW.sub(f"{ROW}.", text))
        return Piece([part.replace("%%", "%") for part in texts[::2]], [found[name] for name in texts[1::2]])


def asked_by(recipe: Recipe, expression: ColumnElement[Any]) -> Origins:
    """The origins of the parameters of what a recipe made."""
    return _numbered(expression, partial(OfWhoAsks, recipe))


def _numbered(expression: ColumnElement[Any], origin: Callable[[int], Hashable]) -> Origins:
    numbers, found = count(), Origins()
    for bind in binds_of(expression):
        each = [origin(number) for _, number in zip(values_in(bind), numbers, strict=False)]
        found[bind] = [Now()] if is_now(bind) else each
    return found


def _constants(expression: ColumnElement[Any]) -> Origins:
    return {bind: [Constant(value) for value in values_in(bind)] for bind in binds_of(expression)}


def _columns(expression: ColumnElement[Any], table: Table) -> Iterator[str]:
    """The names of a table's columns that an expression is over."""
    for element in iterate(expression):
        if isinstance(element, Column) and element.table is table:
            yield element.name
