"""Answers queries by their plans; what cannot be compiled is left to the reference executor, root by root."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
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

from caserisk_graphql.compiler.kept import Kept
from caserisk_graphql.compiler.plan import RootPlan, Statement, plan_root, write
from caserisk_graphql.compiler.selection import NotCompiled, Reader
from caserisk_graphql.reads.reading import Reading
from caserisk_graphql.reads.reference import Reads
from caserisk_graphql.reads.snapshot import Snapshot

log = logging.getLogger("caserisk.compiler")

_DOCUMENTS = {"entries": 500, "size": 8 * 1024 * 1024}
_PLANS = {"entries": 1000, "size": 50_000}
_STATEMENTS = {"entries": 1000, "size": 16 * 1024 * 1024}
"""What is kept: documents by their text, plans by the fields that they select, statements by their text."""

_REFUSED = (DBAPIError, sqlite3.Error, asyncpg.PostgresError)
"""What databases raise, through SQLAlchemy and without it."""


@dataclass(slots=True, eq=False)
class Root:
    """A root field of an operation, with its plan unless it has turned out that it cannot be compiled."""

    nodes: Sequence[FieldNode]
    plan: RootPlan | None


Roots = Mapping[str, Root]
"""The root fields of an operation by response key, in the order of the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A root field with its statement and the values of a request."""

    root: Root
    statement: Statement
    values: Sequence[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An operation of a document that was seen, and the variables that decide what is selected."""

    operation: OperationDefinitionNode
    deciding: tuple[str, ...]


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
        self.known: Kept[Hashable, Known] = Kept(**_DOCUMENTS)
        self.plans: Kept[Hashable, Roots] = Kept(**_PLANS)
        self.statements: Kept[Hashable, Statement] = Kept(**_STATEMENTS)

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
        booleans = {name: variables.coerced.get(name) for name in known.deciding}
        roots = self._roots((query, operation_name), known, document, booleans)
        bound = self._bound(roots, variables, reads.reading)
        if not bound:
            raise NotCompiled("nothing stored")
        left = [node for root in roots.values() if root.plan is None for node in root.nodes]
        read = {key: await self._read(what, reads.snapshot, alone=len(roots) == 1) for key, what in bound.items()}
        return Answer(keys=list(roots), compiled=read, left=_with(known.operation, left) if left else None)

    # -------------------------------------------------------------------------------------------- plans

    def _operation(self, query: str, document: DocumentNode, name: str | None) -> Known:
        """What is known of an operation of a document."""
        known = self.known.get((query, name))
        if known is None:
            operation, deciding = _operation(document, name), tuple(sorted(_directive_variables(document)))
            known = self.known.put((query, name), Known(operation=operation, deciding=deciding), len(query))
        return known

    def _roots(self, key: Hashable, known: Known, document: DocumentNode, booleans: Mapping[str, bool | None]) -> Roots:
        """The plans of an operation for what its directives are given."""
        key = (key, *booleans.values())
        roots = self.plans.get(key)
        if roots is None:
            reader = self._reader(document, booleans)
            roots = self.plans.put(key, self._planned(reader, known.operation), reader.read)
        return roots

    def _reader(self, document: DocumentNode, booleans: Mapping[str, bool | None]) -> Reader:
        fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        return Reader(schema=self.core, fragments=fragments, booleans=booleans)

    def _planned(self, reader: Reader, operation: OperationDefinitionNode) -> Roots:
        root = self.core.query_type
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
                bound[key] = self._bind(root, root.plan, variables, reading)
            except GraphQLError as error:
                raise NotCompiled(error.message) from error
            except NotCompiled as reason:
                log.info("%s is left to the reference executor: %s", key, reason)
                root.plan = None
        return bound

    def _bind(self, root: Root, plan: RootPlan, variables: VariableValues, reading: Reading) -> Bound:
        """The statement of a root field for a request, written where none is kept for those like it."""
        given = plan.given(variables, reading, self._schema)
        shape = (plan, plan.shape(reading, given))
        statement = self.statements.get(shape)
        if statement is None:
            statement = write(plan.selected, reading, given, self._engine.dialect)
            self.statements.put(shape, statement, len(statement.text))
        return Bound(root=root, statement=statement, values=statement.bind(reading, given))

    async def _read(self, bound: Bound, snapshot: Snapshot, *, alone: bool) -> msgspec.Raw:
        """The JSON text of a root field; a statement that is alone needs no transaction around it."""
        try:
            text = await (self._text_alone(bound) if alone else snapshot.text(bound.statement.text, bound.values))
        except _REFUSED as error:
            if _is_too_much(error):
                bound.root.plan = None
            log.warning("a statement is left to the reference executor: %s", getattr(error, "orig", error))
            raise NotCompiled("refused by the database") from error
        if text is None and not bound.statement.nullable:
            raise NotCompiled("nothing where something has to be")
        return msgspec.Raw(b"null" if text is None else text.encode())

    async def _text_alone(self, bound: Bound) -> str | None:
        async with self._engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if self._engine.dialect.name == "postgresql":
                text: str | None = await driver.fetchval(bound.statement.text, *bound.values)
                return text
            async with driver.execute(bound.statement.text, bound.values) as cursor:
                row = await cursor.fetchone()
                return row[0] if row else None


def _is_too_much(error: Exception) -> bool:
    """Whether a statement is refused for its size or its depth: it always will be."""
    cause = getattr(error, "orig", error)
    exceeded = str(getattr(cause, "sqlstate", "")).startswith("54")  # PostgreSQL's class of exceeded limits
    return exceeded or any(words in str(cause) for words in ("stack overflow", "too large", "too many"))


def _root(reader: Reader, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Root:
    try:
        plan = plan_root(reader, type_, key, nodes)
    except NotCompiled as reason:
        log.info("%s is left to the reference executor: %s", key, reason)
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
