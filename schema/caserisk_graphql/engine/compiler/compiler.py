"""Answer root fields by SQL: each has a cached plan, and each plan its cached statements.

A root field that cannot be compiled is left to the reference executor; those beside it are compiled all the same.
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
from caserisk_graphql.engine.compiler.arguments import AccessRecorder, FieldArguments, scope_shape
from caserisk_graphql.engine.compiler.expressions import ExpressionCompiler
from caserisk_graphql.engine.compiler.plan import (
    CompiledStatement,
    PreparedArguments,
    RootFieldPlan,
    compile_statement,
    plan_root_field,
)
from caserisk_graphql.engine.compiler.selection import NotCompiled, SelectedField, Selection, SelectionReader
from caserisk_graphql.engine.compiler.statement import take_audit_marks
from caserisk_graphql.engine.documents import Operation, Variables
from caserisk_graphql.engine.response import NULL, Json, encode
from caserisk_graphql.lru_cache import LruCache
from caserisk_graphql.reads import declarations
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.reference_resolvers import POSITION
from caserisk_graphql.reads.schema import Schema

log = logging.getLogger("caserisk.compiler")

_PLAN_CACHE = {"entries": 1000, "size": 100_000}
"""The size is that of fields and tokens; a plan takes more memory than them, by its statements and arguments."""

_TYPENAME = SelectionSetNode(selections=(FieldNode(name=NameNode(value="__typename")),))
"""What graphql-core selects of a computed root field whose selection is compiled."""


class ViewerOutdated(Exception):
    """The organisation has changed since the viewer was cached: their authority may have, too."""


class _CompilationFailed(NotCompiled):
    """A root field turned out not to have a statement when it was to be written."""


@dataclass(slots=True, eq=False)
class RootField:
    """A root field of an operation; its plan is None once it has turned out that it cannot be compiled."""

    nodes: Sequence[FieldNode]
    plan: RootFieldPlan | None

    @property
    def is_stored(self) -> bool:
        """Tell whether a statement alone answers it."""
        return self.plan is not None and not self.plan.has_root_value


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationPlan:
    """The root fields of an operation by response key, in the order of the response."""

    root_fields: Mapping[str, RootField]

    def remaining_operation(self, operation: OperationDefinitionNode) -> OperationDefinitionNode | None:
        """Return what graphql-core has to execute: root fields without a plan, and computed ones for their values."""
        nodes = [node for root in self.root_fields.values() if not root.is_stored for node in _remaining_nodes(root)]
        return _with_root_fields(operation, nodes) if nodes else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundStatement:
    """The statement of a root field with the values of a request."""

    root: RootField
    statement: CompiledStatement
    values: Sequence[Any]


class Compiler:
    """Compiles the operations of one schema for one database, and runs their statements."""

    def __init__(self, schema: Schema, store: Store) -> None:
        self._schema, self._database = schema, store.database
        self._expressions = ExpressionCompiler(store.database.dialect)
        self.plans: LruCache[Hashable, OperationPlan] = LruCache(**_PLAN_CACHE)

    def plan(self, operation: Operation, variables: Variables) -> OperationPlan:
        """Return the plan of an operation for the values that its directives have.

        Raises:
            NotCompiled: a directive is given null, or nothing of the operation can be compiled.
        """
        # The operation itself is the key: it is compared by identity, and the plan refers to its nodes anyway.
        booleans = {name: variables.values.coerced.get(name) for name in operation.directive_variables}
        key = (operation, *booleans.values())
        plan = self.plans.get(key)
        if plan is None:
            fragments = {node.name.value: node for node in operation.fragments}
            reader = SelectionReader(schema=self._schema.core, fragments=fragments, booleans=booleans)
            plan = OperationPlan(root_fields=self._plan_root_fields(reader, operation))
            self.plans.put(key, plan, reader.field_count + operation.tokens)
        if all(root.plan is None for root in plan.root_fields.values()):
            raise NotCompiled("nothing stored")
        return plan

    def bind(self, plan: OperationPlan, variables: Variables, context: Context) -> dict[str, BoundStatement]:
        """Bind the statements of the stored root fields to a request; a field that has none loses its plan.

        Raises:
            NotCompiled: an argument is to be refused.
        """
        bound = {}
        for key, root in plan.root_fields.items():
            if root.plan and not root.plan.has_root_value:
                with suppress(_CompilationFailed):
                    bound[key] = self._bind(root, root.plan, variables, context=context)
        return bound

    async def run(self, bound: Mapping[str, BoundStatement], context: Context, *, alone: bool) -> dict[str, Json]:
        """Run statements in one snapshot and return the JSON of their root fields.

        ``alone``: there is one statement, and nothing else in the operation.

        Raises:
            NotCompiled: the database refuses a statement.
            ViewerOutdated: see there.
        """
        # One after the other: they share a snapshot, and it has one connection.
        return {key: await self._run(item, context, alone=alone) for key, item in bound.items()}

    async def read_computed(self, root: RootField, value: Any, variables: Variables, *, context: Context) -> Json:
        """Return what is selected of the value of a computed root field.

        Raises:
            NotCompiled: it cannot be compiled after all.
        """
        if value is None or root.plan is None:
            return NULL
        # The value is a parameter of the statement: rows beneath it are read by the ids in it, all at once.
        document = encode(_select_members(value, root.plan.selected.selection)).decode()
        bound = self._bind(root, root.plan, variables, context=context, root_value=document)
        return await self._run(bound, context, alone=True)

    async def read_log_entry(
        self, operation: Operation, entry: Mapping[str, Any], variables: Variables, *, context: Context
    ) -> dict[str, Json]:
        """Return what a subscription selects of an entry of the log, by response key.

        Raises:
            NotCompiled: it cannot be compiled.
        """
        # There is only one: validation refuses a subscription of several root fields.
        ((key, root),) = self.plan(operation, variables).root_fields.items()
        if root.plan is None:
            raise NotCompiled(key)
        bound = self._bind(root, root.plan, variables, context=context, root_value=entry[POSITION])
        return {key: await self._run(bound, context, alone=True)}

    # -------------------------------------------------------------------------------------------- planning

    def _plan_root_fields(self, reader: SelectionReader, operation: Operation) -> dict[str, RootField]:
        type_ = self._schema.core.get_root_type(operation.kind)
        if type_ is None:
            raise NotCompiled(operation.kind.value)
        merged = reader.root_fields(type_, operation.node.selection_set)
        return {key: _plan_root_field(reader, type_, key, nodes=nodes) for key, nodes in merged}

    # -------------------------------------------------------------------------------------------- binding

    def _bind(
        self, root: RootField, plan: RootFieldPlan, variables: Variables, *, context: Context, root_value: Any = None
    ) -> BoundStatement:
        try:
            read_context = context.read_context
            prepared = self._prepare_arguments(plan, variables, read_context, root_value=root_value)
            statement = self._statement(plan, prepared, read_context)
            values = statement.bind(read_context, prepared.arguments)
        except GraphQLError as error:  # the reference executor says what is wrong, at the field where it is
            raise NotCompiled("an argument is to be refused") from error
        except NotCompiled as reason:
            log.info("%s is left to the reference executor: %s", plan.selected.key, reason)
            root.plan = None
            raise _CompilationFailed(str(reason)) from reason
        return BoundStatement(root=root, statement=statement, values=values)

    def _prepare_arguments(
        self, plan: RootFieldPlan, variables: Variables, read_context: ReadContext, *, root_value: Any
    ) -> PreparedArguments:
        """Return the arguments of a root field, cached by the variables where neither viewer nor moment matter."""
        prepared = plan.prepared.get(variables.sent) if root_value is None else None
        if prepared is None:
            recorder = AccessRecorder(read_context)
            recorded = cast("ReadContext", recorder)
            arguments = plan.arguments(variables.values, recorded, self._schema, root_value=root_value)
            prepared = PreparedArguments(arguments=arguments)
            # A filter that has asked for viewer or moment has made conditions for this request alone.
            if not recorder.accessed and root_value is None:
                plan.prepared.put(variables.sent, prepared, len(variables.sent))
        return prepared

    def _statement(
        self, plan: RootFieldPlan, prepared: PreparedArguments, read_context: ReadContext
    ) -> CompiledStatement:
        scope = scope_shape(read_context)
        statement = prepared.statements.get(scope)
        if statement is None:
            statement = self._compiled_statement(plan, prepared.arguments, read_context)
            prepared.statements[scope] = statement
        return statement

    def _compiled_statement(
        self, plan: RootFieldPlan, arguments: Mapping[SelectedField, FieldArguments], read_context: ReadContext
    ) -> CompiledStatement:
        shape = plan.statement_shape(read_context, arguments)
        statement = plan.statements.get(shape)
        if statement is None:
            statement = compile_statement(
                plan.selected, read_context, arguments=arguments, expressions=self._expressions
            )
            plan.statements.put(shape, statement, len(statement.text))
        return statement

    # -------------------------------------------------------------------------------------------- running

    async def _run(self, bound: BoundStatement, context: Context, *, alone: bool) -> Json:
        """Run a statement; one that is alone sees a single moment by itself, and needs no transaction around it."""
        read = self._database.read_row if alone else context.snapshot.row
        try:
            row = await read(bound.statement.text, bound.values)
        except DBAPIError as error:
            if _exceeds_limits(error):
                bound.root.plan = None  # no request has to find that out again
            log.warning("a statement is left to the reference executor: %s", redact(error))
            raise NotCompiled("refused by the database") from error
        text, organisation_version = cast("tuple[str | None, int]", row)  # every statement answers with one row
        # Checked before anything of the answer is used: what a cached viewer may see can have changed since.
        if context.viewer_version is not None and organisation_version != context.viewer_version:
            raise ViewerOutdated
        if text is None and not bound.statement.nullable:
            raise NotCompiled("nothing where something has to be")
        if text is not None and bound.statement.audited:
            text, shown = take_audit_marks(text)
            context.parties_shown.update(shown)
        return NULL if text is None else text.encode()


def _select_members(value: Any, selection: Selection) -> Any:
    """Return the members of a value that a selection reads.

    Regulations answer with more than is asked for, and their values may refer to one another.
    """
    if isinstance(value, list | tuple):
        return [_select_members(element, selection) for element in value]
    if not selection or value is None:
        return value
    members = {}
    for item in selection:
        match item.declaration:
            case declarations.Attribute():
                members[item.name] = _select_members(value[item.name], item.selection if item.selections else ())
            case declarations.Localised(column=None):
                members[item.name] = value[item.name]
            case declarations.One(key=str() as key):
                members[key] = value[key]
    return members


def _exceeds_limits(error: Exception) -> bool:
    """Tell whether a statement is refused for its size or depth, and therefore always will be."""
    cause = getattr(error, "orig", error)
    exceeded = str(getattr(cause, "sqlstate", "")).startswith("54")  # PostgreSQL's class of exceeded limits
    # SQLite has no class of its own for these: most come under its general error code, so the words have to tell.
    return exceeded or any(words in str(cause) for words in ("stack overflow", "too large", "too many"))


def _plan_root_field(
    reader: SelectionReader, type_: GraphQLObjectType, key: str, *, nodes: Sequence[FieldNode]
) -> RootField:
    try:
        return RootField(nodes, plan_root_field(reader, type_, key, nodes=nodes))
    except NotCompiled as reason:
        log.info("%s is left to the reference executor: %s", key, reason)
        return RootField(nodes, None)


def _remaining_nodes(root: RootField) -> Sequence[FieldNode]:
    """Return what graphql-core executes of a root field: all of it, or only what computes its value."""
    if root.plan is None:
        return root.nodes
    node = root.nodes[0]
    return [FieldNode(alias=node.alias, name=node.name, arguments=node.arguments, selection_set=_TYPENAME)]


def _with_root_fields(operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=operation.directives,
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
