"""What a document selects, merged and typed: the tree of fields that a statement is written from.

Fragments are spread, fields of the same response key merged, ``@skip`` and ``@include`` decided. A field without a
declaration cannot be compiled.
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

_MAX_SELECTED_FIELDS = 2000
"""Fields of an operation; what is selected of an interface counts for each of its types."""


class NotCompiled(Exception):
    """Something in a selection is not plain stored data; the reference executor has to answer it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectedField:
    """A field that is selected, under its response key; ``name`` is its name in Python.

    ``selections`` are what is selected of its value, by the name of the object type: one, or of an interface one for
    each of its types; none for a leaf.
    """

    key: str
    name: str
    field: GraphQLField
    node: FieldNode
    declaration: Declaration | None
    selections: Mapping[str, Selection]

    @property
    def type_name(self) -> str:
        """Return the name of its type, without list and non-null."""
        return get_named_type(self.field.type).name

    @property
    def nullable(self) -> bool:
        """Tell whether its value may be null."""
        return not is_non_null_type(self.field.type)

    @property
    def is_list(self) -> bool:
        """Tell whether its value is a list."""
        type_: GraphQLOutputType = self.field.type
        return is_list_type(type_.of_type if is_non_null_type(type_) else type_)

    @property
    def selection(self) -> Selection:
        """Return what is selected of the one object type that its value has."""
        (selection,) = self.selections.values()
        return selection


Selection = Sequence[SelectedField]
"""The fields selected of an object type, in the order of the response. ``__typename`` has no declaration."""


@dataclass(slots=True, kw_only=True)
class SelectionReader:
    """Reads the selection sets of one operation; ``booleans`` are the variables that its directives name.

    ``field_count`` is the number of fields read so far.
    """

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    booleans: Mapping[str, bool | None]
    field_count: int = 0

    def root_fields(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode
    ) -> list[tuple[str, list[FieldNode]]]:
        """Return the root fields of an operation, merged by response key."""
        return list(self._merge(type_, [selection_set]).items())

    def select_field(self, parent: GraphQLObjectType, key: str, nodes: Sequence[FieldNode]) -> SelectedField:
        """Return a field with all that is selected beneath it.

        Raises:
            NotCompiled: a field is unknown, or too many are selected.
        """
        name, self.field_count = nodes[0].name.value, self.field_count + 1
        field = self.schema.get_field(parent, name)
        if field is None or self.field_count > _MAX_SELECTED_FIELDS:
            raise NotCompiled(name if field is None else "too much is selected")
        definition = field.extensions.get("strawberry-definition")
        return SelectedField(
            key=key,
            name=definition.python_name if definition else name,
            field=field,
            node=nodes[0],
            # A computed field is a plain Strawberry field; graphql-core's own, like __typename, has no definition.
            declaration=definition.reads if isinstance(definition, ReadField) else None,
            selections=self._selections(field, nodes),
        )

    def _selections(self, field: GraphQLField, nodes: Sequence[FieldNode]) -> dict[str, Selection]:
        named = get_named_type(field.type)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(named, GraphQLInterfaceType):
            possible = cast("Sequence[GraphQLObjectType]", self.schema.get_possible_types(named))
            return {type_.name: self._selection(type_, sets) for type_ in possible}
        return {named.name: self._selection(named, sets)} if isinstance(named, GraphQLObjectType) else {}

    def _selection(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> Selection:
        return [self.select_field(type_, key, nodes) for key, nodes in self._merge(type_, sets).items()]

    def _merge(self, type_: GraphQLObjectType, sets: Sequence[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        merged: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()  # a fragment that is spread twice on the same type selects nothing more
        for selection_set in sets:
            for node in self._fields(type_, selection_set, spread):
                merged.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        return merged

    def _fields(
        self, type_: GraphQLObjectType, selection_set: SelectionSetNode, spread: set[str]
    ) -> Iterator[FieldNode]:
        for node in selection_set.selections:
            if not self._is_included(node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                if self._applies(node.type_condition.name.value if node.type_condition else type_.name, type_):
                    yield from self._fields(type_, node.selection_set, spread)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                fragment = self.fragments[node.name.value]
                if self._applies(fragment.type_condition.name.value, type_):
                    yield from self._fields(type_, fragment.selection_set, spread)

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        return condition == type_.name or condition in {interface.name for interface in type_.interfaces}

    def _is_included(self, directives: Sequence[DirectiveNode]) -> bool:
        for directive in directives:
            if directive.name.value in {"skip", "include"} and directive.arguments:
                argument: Any = directive.arguments[0].value
                value = self.booleans[argument.name.value] if isinstance(argument, VariableNode) else argument.value
                if value is None:  # graphql-core says what is wrong with it
                    raise NotCompiled("a directive that is given null")
                if value is (directive.name.value == "skip"):
                    return False
        return True
