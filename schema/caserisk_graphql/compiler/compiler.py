"""Answers queries by their plans; what cannot be compiled is left to the reference executor, root by root."""

from __future__ import annotations

import logging
import sqlite3
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_variable_values
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry import Schema

from caserisk_graphql.compiler.plan import RootPlan, Statement, plan_root
from caserisk_graphql.compiler.selection import NotCompiled, Reader
from caserisk_graphql.reads.reading import Reading
from caserisk_graphql.reads.reference import Reads
from caserisk_graphql.reads.snapshot import Snapshot

log = logging.getLogger("caserisk.compiler")

_MOST_DOCUMENTS = 500
_MOST_TEXT = 8 * 1024 * 1024
"""What is kept: so many documents, of so many characters together."""


@dataclass(slots=True)
class Root:
    """A root field of an operation, with its plan unless it has turned out that it cannot be compiled."""

    nodes: Sequence[FieldNode]
    plan: RootPlan | None


Bound = tuple[Statement, list[Any]]
"""A statement and the values of a request."""

Roots = Mapping[str, Root]
"""The root fields of an operation by response key, in the order of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An operation of a document that was seen: the variables that decide what is selected, and its roots by them."""

    operation: OperationDefinitionNode
    deciding: tuple[str, ...]
    by_booleans: dict[tuple[bool, ...], Roots]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The root fields that were compiled, by response key; ``left`` is the operation of the others."""

    keys: Sequence[str]
    compiled: Mapping[str, msgspec.Raw]
    left: OperationDefinitionNode | None


class Compiler:
    """Keeps the plans of one schema for one database."""

    def __init__(self, schema: Schema, engine: AsyncEngine) -> None:
        self._schema, self._engine = schema, engine
        self.core = schema._schema  # noqa: SLF001  # strawberry's face of graphql-core
        self._known: OrderedDict[tuple[str, str | None], Known] = OrderedDict()
        self._text = 0

    async def answer(
        self, query: str, document: DocumentNode, operation_name: str | None, given: Mapping[str, Any], reads: Reads
    ) -> Answer:
        """The compiled root fields of a query, and what is left of it.

        Raises:
            NotCompiled: none of it can be compiled, or it is to be refused: the reference executor says how.
        """
        known = self._operation(query, document, operation_name)
        variables = get_variable_values(self.core, known.operation.variable_definitions or (), dict(given))
        if not isinstance(variables, VariableValues):
            raise NotCompiled("variables that are none of their types")
        roots = self._roots(known, document, variables)
        bound = self._bound(roots, variables, reads.reading)
        if not bound:
            raise NotCompiled("nothing stored")
        left = [node for root in roots.values() if root.plan is None for node in root.nodes]
        read = {key: await self._read(*what, reads.snapshot, alone=len(roots) == 1) for key, what in bound.items()}
        return Answer(keys=list(roots), compiled=read, left=_with(known.operation, left) if left else None)

    # -------------------------------------------------------------------------------------------- plans

    def _operation(self, query: str, document: DocumentNode, name: str | None) -> Known:
        """What is known of an operation of a document; those longest not seen are forgotten."""
        key = (query, name)
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        operation, deciding = _operation(document, name), tuple(sorted(_directive_variables(document)))
        known = Known(operation=operation, deciding=deciding, by_booleans={})
        self._known[key] = known
        self._text += len(query)
        while len(self._known) > _MOST_DOCUMENTS or self._text > _MOST_TEXT:
            (forgotten, _), _ = self._known.popitem(last=False)
            self._text -= len(forgotten)
        return known

    def _roots(self, known: Known, document: DocumentNode, variables: VariableValues) -> Roots:
        booleans = tuple(bool(variables.coerced.get(name)) for name in known.deciding)
        if booleans not in known.by_booleans:
            chosen = dict(zip(known.deciding, booleans, strict=True))
            known.by_booleans[booleans] = self._planned(document, known.operation, chosen)
        return known.by_booleans[booleans]

    def _planned(
        self, document: DocumentNode, operation: OperationDefinitionNode, booleans: Mapping[str, bool]
    ) -> Roots:
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        reader, root = Reader(schema=self.core, fragments=fragments, booleans=booleans), self.core.query_type
        if operation.operation is not OperationType.QUERY or root is None:
            raise NotCompiled("not a query")
        return {key: _root(reader, root, key, nodes) for key, nodes in reader.root(root, operation.selection_set)}

    # -------------------------------------------------------------------------------------------- reading

    def _bound(self, roots: Roots, variables: VariableValues, reading: Reading) -> dict[str, Bound]:
        """The statements of the root fields that have a plan, with their values."""
        bound: dict[str, Bound] = {}
        for key, root in roots.items():
            if root.plan is None:
                continue
            try:
                given = root.plan.given(variables, reading, self._schema)
            except GraphQLError as error:
                raise NotCompiled(error.message) from error
            try:
                statement = root.plan.statement(reading, given, self._engine.dialect)
            except NotCompiled as reason:
                log.info("%s is left to the reference executor: %s", key, reason)
                root.plan = None
            else:
                bound[key] = statement, statement.bind(reading, given)
        return bound

    async def _read(
        self, statement: Statement, values: Sequence[Any], snapshot: Snapshot, *, alone: bool
    ) -> msgspec.Raw:
        """The JSON text of a root field; a statement that is alone needs no transaction around it."""
        try:
            read = self._read_alone(statement, values) if alone else snapshot.text(statement.text, values)
            text = await read
        except (DBAPIError, sqlite3.OperationalError) as error:  # SQLite's parser has a limit of depth
            log.warning("a statement is left to the reference executor: %s", error)
            raise NotCompiled("refused by the database") from error
        return msgspec.Raw(b"null" if text is None else text.encode())

    async def _read_alone(self, statement: Statement, values: Sequence[Any]) -> str | None:
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if self._engine.dialect.name == "postgresql":
                text: str | None = await driver.fetchval(statement.text, *values)
                return text
            async with driver.execute(statement.text, values) as cursor:
                (text,) = await cursor.fetchone()
                return text


def _root(reader: Reader, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Root:
    try:
        plan = plan_root(reader, type_, key, nodes)
    except NotCompiled:
        return Root(nodes, None)
    return Root(nodes, plan if plan.selected.reads else None)


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in operations if name is None or (node.name and node.name.value == name)]
    if len(named) != 1:
        raise NotCompiled("not one operation")
    return named[0]


def _with(operation: OperationDefinitionNode, fields: Sequence[FieldNode]) -> OperationDefinitionNode:
    selection_set = operation.selection_set.__class__(selections=tuple(fields))
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=selection_set,
    )


class _Directives(Visitor):
    """Gathers the variables that decide what is selected."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: Any, *_: Any) -> None:
        """Note the variable of a directive."""
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def _directive_variables(document: DocumentNode) -> frozenset[str]:
    directives = _Directives()
    visit(document, directives)
    return frozenset(directives.names)
