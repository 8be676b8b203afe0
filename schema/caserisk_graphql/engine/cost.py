"""Estimate the cost of an operation: the number of values that its answer can have, before anything is read.

A page counts with the size that is asked for, a list without pages with an assumed length.
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

_ASSUMED_LENGTH = 10
"""Objects of a list that has no pages."""

_ASSUMED_INTROSPECTION_LENGTH = 3
"""Objects of a list of the introspection: most fields have no arguments."""


class CostEstimator:
    """Estimates the costs of the operations of one schema."""

    def __init__(self, core: GraphQLSchema, limit: int) -> None:
        self._core, self._limit = core, limit
        self._page_types = _page_types(core)

    def estimate(self, operation: Operation, variables: Variables) -> Cost:
        """Return the cost of an operation with these variables; of a subscription, that of one event."""
        root = self._core.get_root_type(operation.kind)
        fragments = {node.name.value: node for node in operation.fragments}
        counter = _ValueCounter(self._core, self._page_types, fragments, variables.values.coerced)
        requested = counter.count(root, operation.node.selection_set).on_page(_ASSUMED_LENGTH) if root else 0
        return Cost(
            requested=requested,
            limit=self._limit,
            text=b'{"requested":%d,"limit":%d}' % (requested, self._limit),
        )


def over_cost_limit(cost: Cost) -> RequestError:
    """Return the error for an operation that costs more than its limit."""
    return too_complex(
        f"查询成本为 {format_count(cost.requested)},最多 {cost.limit};请减小分页或减少所选字段",
        f"the query costs {format_count(cost.requested)}; it may cost {cost.limit}. "
        "Ask for smaller pages, or fewer fields",
    )


def _page_types(core: GraphQLSchema) -> frozenset[str]:
    """Return the names of the types of pages, whose lists are as long as the page."""
    fields = (field for type_ in core.type_map.values() for field in getattr(type_, "fields", {}).values())
    return frozenset(get_named_type(field.type).name for field in fields if isinstance(_declaration(field), Page | Log))


def _declaration(field: GraphQLField) -> Any:
    definition = field.extensions.get("strawberry-definition")
    return definition.reads if isinstance(definition, ReadField) else None


class _ValueCount(NamedTuple):
    """The number of values of a selection: ``once``, and for ``each`` object of the page that it is selected of."""

    once: int
    each: int = 0

    def on_page(self, size: int) -> int:
        """Return the number on a page of a size."""
        return self.once + self.each * size


@dataclass(slots=True)
class _ValueCounter:
    """Counts the values of one operation, those of each fragment once."""

    core: GraphQLSchema
    page_types: frozenset[str]
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    counted: dict[str, _ValueCount] = field(default_factory=dict)

    def count(self, type_: GraphQLNamedType, selection_set: SelectionSetNode) -> _ValueCount:
        """Count the values of a selection set; a fragment that it spreads twice counts once."""
        once = each = 0
        spread: set[str] = set()
        for node in selection_set.selections:
            if not self.is_included(node.directives):
                continue
            if isinstance(node, FieldNode):
                values = self.count_field(type_, node)
            elif isinstance(node, InlineFragmentNode):
                on = self.core.type_map[node.type_condition.name.value] if node.type_condition else type_
                values = self.count(on, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                values = self.count_fragment(node.name.value)
            else:
                continue
            once, each = once + values.once, each + values.each
        return _ValueCount(once, each)

    def count_fragment(self, name: str) -> _ValueCount:
        """Count the values of a fragment."""
        # No fragment spreads itself here: validation has refused that.
        # Kept, as fragments that each spread the next one twice would otherwise be counted exponentially often.
        if name not in self.counted:
            fragment = self.fragments[name]
            on = self.core.type_map[fragment.type_condition.name.value]
            self.counted[name] = self.count(on, fragment.selection_set)
        return self.counted[name]

    def count_field(self, parent: GraphQLNamedType, node: FieldNode) -> _ValueCount:
        """Count the values of a field and of what is selected beneath it."""
        field: GraphQLField | None = self.core.get_field(parent, node.name.value)  # type: ignore[arg-type]  # it has fields
        named = get_named_type(field.type) if field else None
        if node.name.value == "ofType":  # nested deeply by every tool, and hardly ever there
            return _ValueCount(0)
        if field is None or named is None or node.selection_set is None or not is_composite_type(named):
            return _ValueCount(1)
        declaration = _declaration(field)
        beneath = self.count(named, node.selection_set).on_page(self.page_size(declaration, node))
        if not is_list_type(get_nullable_type(field.type)):
            return _ValueCount(1 + beneath)
        if parent.name in self.page_types:  # the size is an argument of the field around it
            return _ValueCount(1, beneath)
        return _ValueCount(1 + beneath * self.list_length(parent, declaration, node))

    def page_size(self, declaration: Any, node: FieldNode) -> int:
        """Return the size of the page that a field reads."""
        match declaration:
            case Page():
                sizes = self.argument(node, "first"), self.argument(node, "last")
                size = next((value for value in sizes if isinstance(value, int)), DEFAULT_PAGE_SIZE)
            case Log():
                first = self.argument(node, "first")
                # The schema's default for the log is the largest page.
                size = first if isinstance(first, int) else MAX_PAGE_SIZE
            case _:
                return _ASSUMED_LENGTH
        # A size out of range is refused by the field itself; here it must only not make the cost negative.
        return min(max(size, 0), MAX_PAGE_SIZE)

    def list_length(self, parent: GraphQLNamedType, declaration: Any, node: FieldNode) -> int:
        """Return the length of a list without pages, as far as it is known."""
        if parent.name == "__Schema" and node.name.value == "types":
            return len(self.core.type_map)
        if parent.name.startswith("__"):
            return _ASSUMED_INTROSPECTION_LENGTH
        ids = self.argument(node, "ids") if isinstance(declaration, ById) else None
        return len(ids) if isinstance(ids, Sequence) else _ASSUMED_LENGTH

    def argument(self, node: FieldNode, name: str) -> Any:
        """Return the value of an argument, where it matters for the cost."""
        return next((self.value(item.value) for item in node.arguments or () if item.name.value == name), None)

    def value(self, node: ValueNode) -> Any:
        """Return the value of a variable or of a literal."""
        match node:
            case VariableNode():
                return self.variables.get(node.name.value)
            case IntValueNode():
                return int(node.value) if len(node.value) < 10 else MAX_PAGE_SIZE  # a larger page is refused anyway
            case ListValueNode():
                return node.values
            case BooleanValueNode():
                return node.value
        return None

    def is_included(self, directives: Sequence[DirectiveNode] | None) -> bool:
        """Tell whether ``@skip`` and ``@include`` leave a selection in."""
        for directive in directives or ():
            # Null, or a variable that is missing, leaves the selection in; execution refuses it.
            excluding = {"skip": True, "include": False}.get(directive.name.value)
            if directive.arguments and self.value(directive.arguments[0].value) is excluding is not None:
                return False
        return True
