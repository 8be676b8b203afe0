"""Measure documents and variables against the limits, before anything is made of them.

Each part of a document is measured once, however often it is spread, so that measuring takes no longer than parsing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
)

from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.errors import too_complex

_MAX_SHOWN_COUNT = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _SelectionSize:
    """The size of a selection set with all fragments spread: its levels, its fields at the first, and its aliases."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


_EMPTY = _SelectionSize()


@dataclass(slots=True)
class _DocumentMeter:
    """Measures one document; ``measured`` are its fragments, of which one that spreads itself counts as empty."""

    fragments: dict[str, FragmentDefinitionNode]
    measured: dict[str, _SelectionSize] = field(default_factory=dict)
    directives: int = 0
    nesting: int = 0

    def measure_operation(self, node: OperationDefinitionNode) -> _SelectionSize:
        """Measure an operation with all that it spreads."""
        self.count_directives(node.directives)
        for variable in node.variable_definitions or ():
            self.count_directives(variable.directives)
            self.measure_nesting(variable.default_value)
        return self.measure_selections(node.selection_set)

    def measure_selections(self, selection_set: SelectionSetNode | None) -> _SelectionSize:
        """Measure a selection set; a fragment that it spreads twice counts once."""
        depth = fields = aliases = 0
        for part, levels in self.parts(selection_set):
            depth, fields, aliases = max(depth, part.depth + levels), fields + part.fields, aliases + part.aliases
        return _SelectionSize(depth=depth, fields=fields, aliases=aliases)

    def parts(self, selection_set: SelectionSetNode | None) -> Iterator[tuple[_SelectionSize, int]]:
        """Yield the sizes of the parts of a selection set, with the levels that each part adds."""
        spread: set[str] = set()
        for node in selection_set.selections if selection_set else ():
            self.count_directives(node.directives)
            if isinstance(node, FieldNode):
                for argument in node.arguments or ():
                    self.measure_nesting(argument.value)
                inner = self.measure_selections(node.selection_set)
                yield _SelectionSize(depth=inner.depth, fields=1, aliases=inner.aliases + (node.alias is not None)), 1
            elif isinstance(node, InlineFragmentNode):
                yield self.measure_selections(node.selection_set), 0
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                yield self.measure_fragment(node.name.value), 0

    def measure_fragment(self, name: str) -> _SelectionSize:
        """Measure a fragment; a missing one, or one that spreads itself, counts as empty: validation refuses it."""
        if name not in self.measured and name in self.fragments:
            self.measured[name] = _EMPTY  # ends the recursion where it spreads itself
            self.count_directives(self.fragments[name].directives)
            self.measured[name] = self.measure_selections(self.fragments[name].selection_set)
        return self.measured.get(name, _EMPTY)

    def count_directives(self, directives: Sequence[DirectiveNode] | None) -> None:
        """Count directives, and measure the nesting of their arguments."""
        for directive in directives or ():
            self.directives += 1
            for argument in directive.arguments or ():
                self.measure_nesting(argument.value)

    def measure_nesting(self, value: ValueNode | None) -> None:
        """Measure the levels of lists and objects in a value."""
        self.nesting = max(self.nesting, _nesting(value))


def _nesting(value: ValueNode | None) -> int:
    if isinstance(value, ListValueNode):
        return 1 + max(map(_nesting, value.values), default=0)
    if isinstance(value, ObjectValueNode):
        return 1 + max((_nesting(item.value) for item in value.fields), default=0)
    return 0


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that exceeds a limit.

    Raises:
        RequestError: TOO_COMPLEX, naming the limit.
        RecursionError: it is too deep to be measured.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    meter = _DocumentMeter(fragments)
    operations = [
        meter.measure_operation(node) for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    # Those that nobody spreads, too: validation, which refuses them, comes only after this.
    for name in fragments:
        meter.measure_fragment(name)
    for operation in (*operations, _EMPTY):  # a document of fragments alone has its nesting, too
        depth = max(operation.depth, meter.nesting)
        _check_limit(depth, limits.max_depth, "文档的嵌套层数", "levels of nesting")
        _check_limit(operation.fields, limits.max_root_fields, "文档的根字段数", "root fields")
        _check_limit(operation.aliases, limits.max_aliases, "文档的别名数", "aliases")
    _check_limit(meter.directives, limits.max_directives, "文档的指令数", "directives")


def check_variables(sent: dict[str, Any], limits: Limits) -> None:
    """Refuse variables that are too many or too deep.

    Raises:
        RequestError: TOO_COMPLEX, naming the limit.
    """
    _count_values(sent, -1, 0, limits=limits)  # the object of all variables does not count


def _count_values(value: dict[str, Any] | list[Any], values: int, depth: int, *, limits: Limits) -> int:
    """Add a list or an object at a depth, with all that is in it, to a number of values; return the sum."""
    values += 1 + len(value)
    _check_limit(values, limits.max_values, "变量中的值的数目", "values in the variables")
    # Before what is inside is looked at, so that this recursion is never deeper than the limit.
    _check_limit(depth, limits.max_depth, "变量的嵌套层数", "levels of nesting in the variables")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            # Less one: the item was counted already, as a value of the list or object around it.
            values = _count_values(item, values - 1, depth + 1, limits=limits)
    return values


def _check_limit(count: int, limit: int, zh: str, en: str) -> None:
    if count > limit:
        raise too_complex(
            f"{zh}为 {format_count(count)},最多 {limit};请减少,或拆分为多个请求",
            f"{format_count(count)} {en}; there may be {limit}. Ask for less, or in several requests",
        )


def format_count(count: int) -> str:
    """Format a number for an error; fragments that spread each other can make one of any number of digits."""
    return str(count) if count < _MAX_SHOWN_COUNT else f"> {_MAX_SHOWN_COUNT}"
