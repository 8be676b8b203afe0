"""Declared SQLAlchemy expressions, compiled to templates of SQL text once and cached.

A template holds no viewer's values. An expression that depends on the viewer is compiled for the form of the scope, a
condition made from arguments for its shape; the values of both are bound for each request. Only declarations have
constants.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import BindParameter, ClauseElement, Column, ColumnElement, Select, Table, bindparam, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.operators import and_
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from caserisk_graphql.engine.compiler.arguments import bind_parameters, scope_shape, values_of_bind
from caserisk_graphql.engine.compiler.bound_values import (
    ConstantValue,
    ContextExpression,
    ContextValue,
    NowValue,
    is_time_parameter,
    split_conjunction,
)
from caserisk_graphql.engine.compiler.selection import NotCompiled
from caserisk_graphql.engine.compiler.sql import ROW_MARK, BindProcessor, BoundParameter, SqlTemplate
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads.read_context import ReadContext

Providers = dict[BindParameter[Any], Sequence[Hashable]]
"""What provides the values of SQLAlchemy's parameters: one provider, or for a list one for each element."""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_EXPRESSION_LABEL, _ROW_ALIAS = "_it", "_row"
_ROW_COLUMN = re.compile(rf"\b{_ROW_ALIAS}\.")
_TEMPLATE_CACHE = {"entries": 5000, "size": 5000}


class ExpressionCompiler:
    """Compiles expressions for one database."""

    def __init__(self, dialect: Dialect) -> None:
        self.database = dialect.name
        dialect_class: Any = type(dialect)
        # Named placeholders are found again in the text; the driver's own are numbered when a statement is complete.
        self._dialect: Dialect = dialect_class(paramstyle="pyformat")
        self._templates: LruCache[Hashable, SqlTemplate] = LruCache(**_TEMPLATE_CACHE)
        self._conjunctions: LruCache[Hashable, Sequence[SqlTemplate]] = LruCache(**_TEMPLATE_CACHE)

    def declared(self, expression: ColumnElement[Any], table: Table | None = None) -> SqlTemplate:
        """Compile an expression over a table, or over nothing."""
        return self._templates.get_or_create(expression, partial(self._compile_declared, expression, table))

    def parameter(self, type_: TypeEngine[Any]) -> SqlTemplate:
        """Compile a parameter of a type, without a provider."""
        return self._templates.get_or_create(type_, partial(self._compile_parameter, type_))

    def context_conditions(
        self, expression: ContextExpression, read_context: ReadContext, table: Table
    ) -> Sequence[SqlTemplate]:
        """Compile a context expression over a table for viewers of this scope's form, as conditions that all hold."""
        key = (expression, table, scope_shape(read_context))
        return self._conjunctions.get_or_create(
            key, partial(self._compile_context_conditions, expression, read_context, table)
        )

    def request_condition(self, condition: ColumnElement[bool], shape: Hashable, table: Table) -> SqlTemplate:
        """Compile a condition made from arguments; the providers of its parameters are their indexes."""
        key = (shape, table)
        return self._templates.get_or_create(key, partial(self._compile_request_condition, condition, table))

    def select(self, key: Hashable, build: Callable[[], tuple[Select[Any], Providers]]) -> SqlTemplate:
        """Compile a whole statement, to be part of another; it is built only where the key is not cached."""
        return self._templates.get_or_create(key, lambda: self._compile(*build()))

    # -------------------------------------------------------------------------------------------- cache misses

    def _compile_declared(self, expression: ColumnElement[Any], table: Table | None) -> SqlTemplate:
        if isinstance(expression, Column) and expression.table is table:  # by far the most; no need for SQLAlchemy
            name = self._dialect.identifier_preparer.quote(expression.name)
            return SqlTemplate([f"{ROW_MARK}.{name}"], columns=frozenset([expression.name]))
        if table is None:
            return self._compile(expression, _constant_providers(expression))
        return self._compile_over_row(table, expression, _constant_providers(expression))

    def _compile_parameter(self, type_: TypeEngine[Any]) -> SqlTemplate:
        parameter: BindParameter[Any] = bindparam("given", None, type_=type_)
        return self._compile(parameter, {parameter: [0]})

    def _compile_context_conditions(
        self, expression: ContextExpression, read_context: ReadContext, table: Table
    ) -> Sequence[SqlTemplate]:
        condition = expression(read_context)
        providers = context_providers(expression, condition)
        return [self._compile_over_row(table, part, providers) for part in split_conjunction(condition)]

    def _compile_request_condition(self, condition: ColumnElement[bool], table: Table) -> SqlTemplate:
        return self._compile_over_row(table, condition, _indexed_providers(condition, lambda index: index))

    def _compile_over_row(self, table: Table, expression: ColumnElement[Any], providers: Providers) -> SqlTemplate:
        """Compile an expression as a column selected from its table, so that sub-selects correlate with the row."""
        row = table.alias(_ROW_ALIAS)
        # The adapted copy has parameters of its own, in the same order.
        adapted: ColumnElement[Any] = ClauseAdapter(row).traverse(expression)
        pairs = zip(bind_parameters(expression), bind_parameters(adapted), strict=True)
        own_providers = {bind: providers[original] for original, bind in pairs}
        # Grouped as an operand of AND, for that is what it becomes in a WHERE clause.
        selected = select(adapted.self_group(and_).label(_EXPRESSION_LABEL)).select_from(row)
        template = self._compile(
            selected, own_providers, suffix=f" AS {_EXPRESSION_LABEL} FROM {table.name} AS {_ROW_ALIAS}"
        )
        return replace(template, columns=frozenset(_columns_of(expression, table)))

    def _compile(self, element: ClauseElement, providers: Providers, suffix: str = "") -> SqlTemplate:
        """Compile an element; with a ``suffix``, only what is selected before it.

        Raises:
            NotCompiled: a parameter has no provider, or the expression reads more than its row.
        """
        compiled = element.compile(dialect=self._dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError(type(compiled).__name__)
        expanded = compiled.construct_expanded_state()  # the elements of lists as parameters of their own
        parameters: dict[str, BoundParameter] = {}
        for bind, name in compiled.bind_names.items():
            if bind not in providers:
                raise NotCompiled(f"nobody gives {name}")
            processor = self._bind_processor(bind)
            for one, provider in zip(expanded.parameter_expansion.get(name, [name]), providers[bind], strict=True):
                parameters[one] = BoundParameter(provider, processor)
        text = expanded.statement.replace(" \n", " ").replace("\n", " ")
        if suffix:
            # Anything else in FROM than the row means that the expression joins tables.
            if not text.startswith("SELECT ") or not text.endswith(suffix):
                raise NotCompiled("an expression over more than one row")
            text = text.removeprefix("SELECT ").removesuffix(suffix)
        # Splitting by a pattern with one group alternates texts and names. "pyformat" doubles percent signs.
        texts = _PLACEHOLDER.split(_ROW_COLUMN.sub(f"{ROW_MARK}.", text))
        return SqlTemplate([part.replace("%%", "%") for part in texts[::2]], [parameters[name] for name in texts[1::2]])

    def _bind_processor(self, bind: BindParameter[Any]) -> BindProcessor | None:
        return bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)


def context_providers(expression: ContextExpression, built: ColumnElement[Any]) -> Providers:
    """Return the providers of the parameters of what a context expression built."""
    return _indexed_providers(built, partial(ContextValue, expression))


def _indexed_providers(expression: ColumnElement[Any], provider: Callable[[int], Hashable]) -> Providers:
    indexes, providers = count(), Providers()
    for bind in bind_parameters(expression):
        by_index = [provider(index) for _, index in zip(values_of_bind(bind), indexes, strict=False)]
        providers[bind] = [NowValue()] if is_time_parameter(bind) else by_index
    return providers


def _constant_providers(expression: ColumnElement[Any]) -> Providers:
    return {bind: [ConstantValue(value) for value in values_of_bind(bind)] for bind in bind_parameters(expression)}


def _columns_of(expression: ColumnElement[Any], table: Table) -> Iterator[str]:
    for element in iterate(expression):
        if isinstance(element, Column) and element.table is table:
            yield element.name
