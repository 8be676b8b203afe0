"""What a document selects, merged and typed: the tree that a statement is written from.

Fragments are spread, fields of the same response key merged, ``@skip`` and ``@include`` decided. What is not declared
cannot be compiled, and says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

from caserisk_graphql.reads.declarations import Declaration
from caserisk_graphql.reads.fields import ReadField

_MOST_SELECTED = 2000
"""Fields of an operation: what is selected of an interface counts for each of its types."""


class NotCompiled(Exception):
    """Something in a selection is not plain stored data; the reference executor answers it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Selected:
    """A field that is selected, under its response key.

    ``shapes`` are the selections of what it answers, by the name of the type that is answered: one, or where the type
    is an interface one for each of its types; none for a leaf.
    """

    key: str
    name: str
    field: GraphQLField
    node: FieldNode
    reads: Declaration | None
    shapes: Mapping[str, Shape]

    @property
    def type_name(self) -> str:
        """The name of the type it answers with, lists aside."""
        return get_named_type(self.field.type).name

    @property
    def nullable(self) -> bool:
        """Whether it may be null."""
        return not is_non_null_type(self.field.type)

    @property
    def is_list(self) -> bool:
        """Whether it answers with a list."""
        type_: GraphQLOutputType = self.field.type
        return is_list_type(type_.of_type if is_non_null_type(type_) else type_)

    @property
    def shape(self) -> Shape:
        """The selection of the one type it answers with."""
        (shape,) = self.shapes.values()
        return shape


Shape = Sequence[Selected]
"""The fields selected of a type, in the order of the answer. ``__typename`` has no declaration."""


@dataclass(slots=True, kw_only=True)
class SelectionReader:
    """Reads selection sets of one operation; ``booleans`` are the variables that its directives name.

    ``read`` counts the fields.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    booleans: Mapping[str, bool | None]
    read: int = 0

    def root(self, type_: GraphQLObjectType, selection_set: SelectionSetNode) -> list[tuple[str, list[FieldNode]]]:
        """The root fields of an operation, merged by response key."""
        return list(self._merged(type_, [selection_set]).items())

    def field(self, parent: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> Selected:
        """A field with all that is selected beneath it.

        Raises:
            NotCompiled: something in it is not declared.
        """
        name, self.read = nodes[0].name.value, self.read + 1
        field = self.schema.get_field(parent, name)
        if field is None or self.read > _MOST_SELECTED:
            raise NotCompiled(name if field is None else "too much is selected")
        definition = field.extensions.get("strawberry-definition")
        return Selected(
            key=key,
            name=definition.python_name if definition else name,
            field=field,
            node=nodes[0],
            reads=definition.reads if isinstance(definition, ReadField) else None,
            shapes=self._shapes(field, nodes),
        )

    def _shapes(self, field: GraphQLField, nodes: Sequence[FieldNode]) -> dict[str, Shape]:
        named = get_named_type(field.type)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(named, GraphQLInterfaceType):
            possible = cast("Sequence[GraphQLObjectType]", self.schema.get_possible_types(named))
            return {type_.name: self._shape(type_, sets) for type_ in possible}
        return {named.name: self._shape(named, sets)} if isinstance(named, GraphQLObjectType) else {}

    def _shape(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Shape:
        return [self.field(type_, key, nodes) for key, nodes in self._merged(type_, sets).items()]

    def _merged(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        merged: dict[str, list[FieldNode]] = {}
        for node in self._fields(type_, sets):
            merged.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return merged

    def _fields(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Iterator[FieldNode]:
        spread: set[str] = set()
        for selection_set in sets:
            yield from self._fields_of(type_, selection_set, spread)

    def _fields_of(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node.type_condition.name.value if node.type_condition else type_.name, type_):
                    yield from self._fields_of(type_, node.selection_set, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_):
                    yield from self._fields_of(type_, fragment.selection_set, spread)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        return condition == type_.name or condition in {interface.name for interface in type_.interfaces}

    def _included(self, directives: Sequence[DirectiveNode]) -> bool:
        """Whether the directives of a selection leave it in."""
        for directive in directives:
            if directive.name.value in {"skip", "include"} and directive.arguments:
                value: Any = directive.arguments[0].value
                given = self.booleans[value.name.value] if isinstance(value, VariableNode) else value.value
                if given is None:
                    raise NotCompiled("a directive that is given null")
                if given is (directive.name.value == "skip"):
                    return False
        return True
