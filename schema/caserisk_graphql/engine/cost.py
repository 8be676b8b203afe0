"""What an operation costs: the most values that its answer can have, known before anything is read.

A page has as many objects as are asked for; of a list without pages so many are assumed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_list_type,
)

from caserisk_graphql.engine.document_limits import format_count
from caserisk_graphql.engine.documents import Operation, Variables
from caserisk_graphql.engine.response import Cost
from caserisk_graphql.errors import RequestError, too_complex
from caserisk_graphql.reads.declarations import ById, Log, Page
from caserisk_graphql.reads.fields import ReadField
from caserisk_graphql.reads.page_arguments import DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE

_ASSUMED = 10
"""The objects of a list that has no pages."""

_OF_INTROSPECTION = 3
"""As `_ASSUMED`, of the schema: most fields have no arguments, and ``ofType`` is hardly ever there."""


class CostEstimator:
    """The costs of the operations of one schema."""

    def __init__(self, core: GraphQLSchema, limit: int) -> None:
        self._core, self._limit = core, limit
        self._pages = _page_types(core)

    def of(self, operation: Operation, variables: Variables) -> Cost:
        """What an operation costs with these variables; of a subscription, an event of it."""
        root = self._core.get_root_type(operation.kind)
        fragments = {node.name.value: node for node in operation.fragments}
        counting = _Counting(self._core, self._pages, fragments, variables.values.coerced)
        requested = counting.selected(root, operation.node.selection_set).of(_ASSUMED) if root else 0
        return Cost(
            requested=requested,
            limit=self._limit,
            text=b'{"requested":%d,"limit":%d}' % (requested, self._limit),
        )


def over_cost_limit(cost: Cost) -> RequestError:
    """An operation costs more than it may."""
    return too_complex(
        f"查询成本为 {format_count(cost.requested)},最多 {cost.limit};请减小分页或减少所选字段",
        f"the query costs {format_count(cost.requested)}; it may cost {cost.limit}. "
        "Ask for smaller pages, or fewer fields",
    )


def _page_types(core: GraphQLSchema) -> frozenset[str]:
    """The types of pages: their lists are as long as the page."""
    every = (made for type_ in core.type_map.values() for made in getattr(type_, "fields", {}).values())
    return frozenset(get_named_type(made.type).name for made in every if isinstance(_reads(made), Page | Log))


def _reads(made: GraphQLField) -> Any:
    definition = made.extensions.get("strawberry-definition")
    return definition.reads if isinstance(definition, ReadField) else None


class _Values(NamedTuple):
    """How many values a selection has: ``once``, and for ``each`` object of the page that it is selected of."""

    once: int
    each: int = 0

    def of(self, size: int) -> int:
        """All of them, of a page of that size."""
        return self.once + self.each * size


@dataclass(slots=True)
class _Counting:
    """Counts the values of one operation; each fragment once."""

    core: GraphQLSchema
    pages: frozenset[str]
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    counted: dict[str, _Values] = field(default_factory=dict)

    def selected(self, type_: GraphQLNamedType, selection_set: SelectionSetNode) -> _Values:
        """The values of a selection set; what it spreads twice counts once."""
        once = each = 0
        spread: set[str] = set()
        for node in selection_set.selections:
            if not self.included(node.directives):
                continue
            if isinstance(node, FieldNode):
                values = self.field(type_, node)
            elif isinstance(node, InlineFragmentNode):
                on = self.core.type_map[node.type_condition.name.value] if node.type_condition else type_
                values = self.selected(on, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                values = self.fragment(node.name.value)
            else:
                continue
            once, each = once + values.once, each + values.each
        return _Values(once, each)

    def fragment(self, name: str) -> _Values:
        """The values of a fragment."""
        if name not in self.counted:
            fragment = self.fragments[name]
            on = self.core.type_map[fragment.type_condition.name.value]
            self.counted[name] = self.selected(on, fragment.selection_set)
        return self.counted[name]

    def field(self, parent: GraphQLNamedType, node: FieldNode) -> _Values:
        """The values of a field and of what is selected beneath it."""
        made: GraphQLField | None = self.core.get_field(parent, node.name.value)  # type: ignore[arg-type]  # it has fields
        named = get_named_type(made.type) if made else None
        if node.name.value == "ofType":
            return _Values(0)
        if made is None or named is None or node.selection_set is None or not is_composite_type(named):
            return _Values(1)
        reads = _reads(made)
        beneath = self.selected(named, node.selection_set).of(self.size(reads, node))
        if not is_list_type(get_nullable_type(made.type)):
            return _Values(1 + beneath)
        if parent.name in self.pages:
            return _Values(1, beneath)
        return _Values(1 + beneath * self.length(parent, reads, node))

    def size(self, reads: Any, node: FieldNode) -> int:
        """The size of the page that a field reads."""
        match reads:
            case Page():
                given = self.given(node, "first"), self.given(node, "last")
                size = next((value for value in given if isinstance(value, int)), DEFAULT_PAGE_SIZE)
            case Log():
                first = self.given(node, "first")
                size = first if isinstance(first, int) else MAX_PAGE_SIZE
            case _:
                return _ASSUMED
        return min(max(size, 0), MAX_PAGE_SIZE)

    def length(self, parent: GraphQLNamedType, reads: Any, node: FieldNode) -> int:
        """The length of a list without pages."""
        if parent.name == "__Schema" and node.name.value == "types":
            return len(self.core.type_map)
        if parent.name.startswith("__"):
            return _OF_INTROSPECTION
        ids = self.given(node, "ids") if isinstance(reads, ById) else None
        return len(ids) if isinstance(ids, Sequence) else _ASSUMED

    def given(self, node: FieldNode, name: str) -> Any:
        """What an argument is given, where it matters here."""
        return next((self.value(item.value) for item in node.arguments or () if item.name.value == name), None)

    def value(self, node: ValueNode) -> Any:
        """The value of a variable or of what is written out."""
        match node:
            case VariableNode():
                return self.variables.get(node.name.value)
            case IntValueNode():
                return int(node.value) if len(node.value) < 10 else MAX_PAGE_SIZE  # more is refused anyway
            case ListValueNode():
                return node.values
            case BooleanValueNode():
                return node.value
        return None

    def included(self, directives: Sequence[DirectiveNode] | None) -> bool:
        """Whether the directives of a selection leave it in."""
        for directive in directives or ():
            leaves_out = {"skip": True, "include": False}.get(directive.name.value)
            if directive.arguments and self.value(directive.arguments[0].value) is leaves_out is not None:
                return False
        return True
