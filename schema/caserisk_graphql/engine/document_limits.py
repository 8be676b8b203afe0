"""How large a document is and the variables of a request, measured before anything is made of them.

Each part of a document is looked at once, however often it is spread: measuring costs what reading it did.
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

_READABLE = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measure:
    """Of a selection set, all fragments spread: its levels, its fields at the first of them, the aliases in it."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0


_NOTHING = _Measure()


@dataclass(slots=True)
class _Document:
    """Measures one document: ``measured`` are its fragments; one that spreads itself is nothing there."""

    fragments: dict[str, FragmentDefinitionNode]
    measured: dict[str, _Measure] = field(default_factory=dict)
    directives: int = 0
    nesting: int = 0

    def operation(self, node: OperationDefinitionNode) -> _Measure:
        """An operation with all that it spreads."""
        self.directed(node.directives)
        for variable in node.variable_definitions or ():
            self.directed(variable.directives)
            self.given(variable.default_value)
        return self.selected(node.selection_set)

    def selected(self, selection_set: SelectionSetNode | None) -> _Measure:
        """A selection set; what it spreads twice counts once."""
        depth = fields = aliases = 0
        for part, own in self.parts(selection_set):
            depth, fields, aliases = max(depth, part.depth + own), fields + part.fields, aliases + part.aliases
        return _Measure(depth=depth, fields=fields, aliases=aliases)

    def parts(self, selection_set: SelectionSetNode | None) -> Iterator[tuple[_Measure, int]]:
        """What a selection set is made of, and the levels that each part adds."""
        spread: set[str] = set()
        for node in selection_set.selections if selection_set else ():
            self.directed(node.directives)
            if isinstance(node, FieldNode):
                for argument in node.arguments or ():
                    self.given(argument.value)
                inner = self.selected(node.selection_set)
                yield _Measure(depth=inner.depth, fields=1, aliases=inner.aliases + (node.alias is not None)), 1
            elif isinstance(node, InlineFragmentNode):
                yield self.selected(node.selection_set), 0
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in spread:
                spread.add(node.name.value)
                yield self.fragment(node.name.value), 0

    def fragment(self, name: str) -> _Measure:
        """A fragment; nothing where there is none, or while it is being measured."""
        if name not in self.measured and name in self.fragments:
            self.measured[name] = _NOTHING
            self.directed(self.fragments[name].directives)
            self.measured[name] = self.selected(self.fragments[name].selection_set)
        return self.measured.get(name, _NOTHING)

    def directed(self, directives: Sequence[DirectiveNode] | None) -> None:
        """Count directives, and look at what they are given."""
        for directive in directives or ():
            self.directives += 1
            for argument in directive.arguments or ():
                self.given(argument.value)

    def given(self, value: ValueNode | None) -> None:
        """Look how deep a value is."""
        self.nesting = max(self.nesting, _nesting(value))


def _nesting(value: ValueNode | None) -> int:
    if isinstance(value, ListValueNode):
        return 1 + max(map(_nesting, value.values), default=0)
    if isinstance(value, ObjectValueNode):
        return 1 + max((_nesting(item.value) for item in value.fields), default=0)
    return 0


def check_document(document: DocumentNode, limits: Limits) -> None:
    """Refuse a document that is too large for what it is.

    Raises:
        RequestError: TOO_COMPLEX, saying of what there is too much, and how much there may be.
        RecursionError: it is deeper than could be measured.
    """
    fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
    measuring = _Document(fragments)
    operations = [
        measuring.operation(node) for node in document.definitions if isinstance(node, OperationDefinitionNode)
    ]
    for name in fragments:
        measuring.fragment(name)
    for operation in (*operations, _NOTHING):
        depth = max(operation.depth, measuring.nesting)
        _at_most(depth, limits.max_depth, "文档的嵌套层数", "levels of nesting")
        _at_most(operation.fields, limits.max_root_fields, "文档的根字段数", "root fields")
        _at_most(operation.aliases, limits.max_aliases, "文档的别名数", "aliases")
    _at_most(measuring.directives, limits.max_directives, "文档的指令数", "directives")


def check_variables(sent: dict[str, Any], limits: Limits) -> None:
    """Refuse variables of which there are too many, or that are too deep.

    Raises:
        RequestError: TOO_COMPLEX, saying of what there is too much, and how much there may be.
    """
    _counted(sent, -1, 0, limits)


def _counted(value: dict[str, Any] | list[Any], values: int, depth: int, limits: Limits) -> int:
    """The values there are, with those of a list or an object that is so deep."""
    values += 1 + len(value)
    _at_most(values, limits.max_values, "变量中的值的数目", "values in the variables")
    _at_most(depth, limits.max_depth, "变量的嵌套层数", "levels of nesting in the variables")
    for item in value.values() if isinstance(value, dict) else value:
        if isinstance(item, dict | list):
            values = _counted(item, values - 1, depth + 1, limits)
    return values


def _at_most(found: int, most: int, zh: str, en: str) -> None:
    if found > most:
        raise too_complex(
            f"{zh}为 {format_count(found)},最多 {most};请减少,或拆分为多个请求",
            f"{format_count(found)} {en}; there may be {most}. Ask for less, or in several requests",
        )


def format_count(number: int) -> str:
    """A number, unless it has more digits than anybody reads: what is spread doubles each time."""
    return str(number) if number < _READABLE else f"> {_READABLE}"
