"""Reads what operations select by SQL: a plan for each root field, a statement for each plan, kept for the next time.

What cannot be compiled is left to the reference executor, root field by root field.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from graphql import FieldNode, GraphQLError, GraphQLObjectType, NameNode, OperationDefinitionNode, SelectionSetNode
from sqlalchemy.exc import DBAPIError

from caserisk.redaction import redact
from caserisk.store.store import Store
from caserisk_graphql.context import Context
from caserisk_graphql.engine.compiler.given import Given, Noting, kind_of
from caserisk_graphql.engine.compiler.pieces import Pieces
from caserisk_graphql.engine.compiler.plan import CompiledStatement, Prepared, RootPlan, plan_root, write
from caserisk_graphql.engine.compiler.selection import NotCompiled, Selected, SelectionReader, Shape
from caserisk_graphql.engine.compiler.statement import without_notes
from caserisk_graphql.engine.documents import Operation, Variables
from caserisk_graphql.engine.response import NULL, Json, encode
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.reference import POSITION
from caserisk_graphql.reads.schema import Schema

log = logging.getLogger("caserisk.compiler")

_KEPT = {"entries": 1000, "size": 100_000}
"""How many plans are kept, of how many fields and tokens together; each with its statements, and what it was given."""

_TYPENAME = SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))
"""What graphql-core is asked of a live root field whose selection is compiled."""


class Outdated(Exception):
    """The organisation has changed since it was remembered who asks."""


class _Undeclared(NotCompiled):
    """That a root field has no statement turned out when it was to be written."""


@dataclass(slots=True, eq=False)
class Root:
    """A root field of an operation, with its plan unless it has turned out that it cannot be compiled."""

    nodes: Sequence[FieldNode]
    plan: RootPlan | None

    @property
    def stored(self) -> bool:
        """Whether a statement alone answers it."""
        return self.plan is not None and not self.plan.live


@dataclass(frozen=True, slots=True, kw_only=True)
class Roots:
    """The root fields of an operation by response key, in the order of the answer."""

    by_key: Mapping[str, Root]

    def rest(self, operation: OperationDefinitionNode) -> OperationDefinitionNode | None:
        """What graphql-core has to execute of an operation: fields without a plan, and live ones for their values."""
        left = [node for root in self.by_key.values() if not root.stored for node in _left(root)]
        return _with(operation, left) if left else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A root field with its statement and the values of a request."""

    root: Root
    statement: CompiledStatement
    values: Sequence[Any]


class Compiler:
    """Keeps the plans of one schema for one database."""

    def __init__(self, schema: Schema, store: Store) -> None:
        self._schema, self._database = schema, store.database
        self._pieces = Pieces(store.database.dialect)
        self.plans: LruCache[Hashable, Roots] = LruCache(**_KEPT)

    def roots(self, operation: Operation, variables: Variables) -> Roots:
        """The plans of an operation for what its directives are given.

        Raises:
            NotCompiled: a directive is given nothing, or nothing of it can be compiled.
        """
        booleans = {name: variables.values.coerced.get(name) for name in operation.deciding}
        key = (operation, *booleans.values())
        roots = self.plans.get(key)
        if roots is None:
            fragments = {node.name.value: node for node in operation.fragments}
            reader = SelectionReader(schema=self._schema.core, fragments=fragments, booleans=booleans)
            roots = Roots(by_key=self._planned(reader, operation))
            self.plans.put(key, roots, reader.read + operation.tokens)
        if all(root.plan is None for root in roots.by_key.values()):
            raise NotCompiled("nothing stored")
        return roots

    def bind(self, roots: Roots, variables: Variables, context: Context) -> dict[str, Bound]:
        """The statements of the stored root fields for a request; one that turns out to have none has no plan then.

        Raises:
            NotCompiled: one of them is to be refused.
        """
        bound = {}
        for key, root in roots.by_key.items():
            if root.plan and not root.plan.live:
                with suppress(_Undeclared):
                    bound[key] = self._bound(root, root.plan, variables, context)
        return bound

    async def read(self, bound: Mapping[str, Bound], context: Context, *, alone: bool) -> dict[str, Json]:
        """What these statements answer, in one snapshot; ``alone``: there is nothing else in the operation.

        Raises:
            NotCompiled: a database refuses one of them.
            Outdated: see there.
        """
        return {key: await self._read(item, context, alone=alone) for key, item in bound.items()}

    async def live(self, root: Root, value: Any, variables: Variables, context: Context) -> Json:
        """What is selected of the value of a live root field.

        Raises:
            NotCompiled: it cannot be compiled after all.
        """
        if value is None or root.plan is None:
            return NULL
        document = encode(_of_interest(value, root.plan.selected.shape)).decode()
        return await self._read(self._bound(root, root.plan, variables, context, document), context)

    async def entry(
        self, operation: Operation, entry: Mapping[str, Any], variables: Variables, context: Context
    ) -> dict[str, Json]:
        """What a subscription selects of an entry of the log, by response key.

        Raises:
            NotCompiled: it cannot be compiled.
        """
        ((key, root),) = self.roots(operation, variables).by_key.items()
        if root.plan is None:
            raise NotCompiled(key)
        return {key: await self._read(self._bound(root, root.plan, variables, context, entry[POSITION]), context)}

    # -------------------------------------------------------------------------------------------- plans

    def _planned(self, reader: SelectionReader, operation: Operation) -> dict[str, Root]:
        type_ = self._schema.core.get_root_type(operation.kind)
        if type_ is None:
            raise NotCompiled(operation.kind.value)
        return {
            key: _root(reader, type_, key, nodes) for key, nodes in reader.root(type_, operation.node.selection_set)
        }

    def _bound(self, root: Root, plan: RootPlan, variables: Variables, context: Context, value: Any = None) -> Bound:
        """A root field's statement with its values, unless the reference executor has to say what is wrong."""
        try:
            return self._bind(root, plan, variables, context, value)
        except GraphQLError as error:
            raise NotCompiled("an argument is to be refused") from error
        except NotCompiled as reason:
            log.info("%s is left to the reference executor: %s", plan.selected.key, reason)
            root.plan = None
            raise _Undeclared(str(reason)) from reason

    def _bind(self, root: Root, plan: RootPlan, variables: Variables, context: Context, value: Any) -> Bound:
        """The statement of a root field for a request, written where none is kept for those like it."""
        reading = context.reading
        prepared = self._prepared_for(plan, variables, reading, value)
        scope = kind_of(reading)
        statement = prepared.statements.get(scope)
        if statement is None:
            statement = prepared.statements[scope] = self._statement(plan, reading, prepared.given)
        return Bound(root=root, statement=statement, values=statement.bind(reading, prepared.given))

    def _prepared_for(self, plan: RootPlan, variables: Variables, reading: ReadContext, value: Any) -> Prepared:
        """What is given to a root field; kept where neither who asks nor when matters to it."""
        prepared = plan.prepared.get(variables.sent) if value is None else None
        if prepared is None:
            noting = Noting(reading)
            given = plan.given(variables.values, cast("ReadContext", noting), self._schema, value)
            prepared = Prepared(given=given)
            if not noting.asked and value is None:
                plan.prepared.put(variables.sent, prepared, len(variables.sent))
        return prepared

    def _statement(self, plan: RootPlan, reading: ReadContext, given: Mapping[Selected, Given]) -> CompiledStatement:
        shape = plan.shape(reading, given)
        statement = plan.statements.get(shape)
        if statement is None:
            statement = write(plan.selected, reading, given, self._pieces)
            plan.statements.put(shape, statement, len(statement.text))
        return statement

    # -------------------------------------------------------------------------------------------- reading

    async def _read(self, bound: Bound, context: Context, *, alone: bool = True) -> Json:
        """The JSON text of a root field; a statement that is alone needs no transaction around it."""
        read = self._database.read_row if alone else context.snapshot.row
        try:
            row = await read(bound.statement.text, bound.values)
        except DBAPIError as error:
            if _is_too_much(error):
                bound.root.plan = None
            log.warning("a statement is left to the reference executor: %s", redact(error))
            raise NotCompiled("refused by the database") from error
        text, version = cast("tuple[str | None, int]", row)  # it answers with one row, whatever there is
        if context.version is not None and version != context.version:
            raise Outdated
        if text is None and not bound.statement.nullable:
            raise NotCompiled("nothing where something has to be")
        if text is not None and bound.statement.noted:
            text, shown = without_notes(text)
            context.parties_shown.update(shown)
        return NULL if text is None else text.encode()


def _of_interest(value: Any, shape: Shape) -> Any:
    """What a selection reads of a value: regulations answer with more, and values may hold one another."""
    if isinstance(value, list | tuple):
        return [_of_interest(element, shape) for element in value]
    if not shape or value is None:
        return value
    taken = {}
    for item in shape:
        match item.reads:
            case declarations.Attribute():
                taken[item.name] = _of_interest(value[item.name], item.shape if item.shapes else ())
            case declarations.Localised(column=None):
                taken[item.name] = value[item.name]
            case declarations.One(key=str() as key):
                taken[key] = value[key]
    return taken


def _is_too_much(error: Exception) -> bool:
    """Whether a statement is refused for its size or its depth: it always will be."""
    cause = getattr(error, "orig", error)
    exceeded = str(getattr(cause, "sqlstate", "")).startswith("54")  # PostgreSQL's class of exceeded limits
    return exceeded or any(words in str(cause) for words in ("stack overflow", "too large", "too many"))


def _root(reader: SelectionReader, type_: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Root:
    try:
        return Root(nodes, plan_root(reader, type_, key, nodes))
    except NotCompiled as reason:
        log.info("%s is left to the reference executor: %s", key, reason)
        return Root(nodes, None)


def _left(root: Root) -> Sequence[FieldNode]:
    """What graphql-core is asked of a root field."""
    if root.plan is None:
        return root.nodes
    node = root.nodes[0]
    return [FieldNode(alias=node.alias, name=node.name, arguments=node.arguments, selection_set=_TYPENAME)]


def _with(operation: OperationDefinitionNode, fields: Sequence[FieldNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(fields)),
    )
