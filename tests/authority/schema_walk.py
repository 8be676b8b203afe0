"""Documents that go through the whole schema: from each root field to every type, by each field that leads to it.

They are made of the schema itself, so that a field that is new is walked, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from caserisk_graphql.api.schema import schema

Composite = GraphQLObjectType | GraphQLInterfaceType

CORE: GraphQLSchema = schema().core

FILLED = {"first": "2", "at": '"2026-06-01T00:00:00+08:00"', "kind": "SCHEME"}
"""What arguments of fields below the root are given; others are left out where they may be."""


@dataclass(slots=True, eq=False)
class _Step:
    """A selection of a type that is being made; ``alone``: no other type's fields are answered in its place."""

    type: Composite
    alone: bool = True
    parts: list[str | tuple[str, _Step]] = field(default_factory=list)

    def text(self) -> str:
        """Return the selection as documents write it."""
        parts = (part if isinstance(part, str) else f"{part[0]} {part[1].text()}" for part in self.parts)
        return f"{{ {' '.join(parts)} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """The document of a root field, its arguments variables of their names; ``edges`` are the fields on its way."""

    root: str
    text: str
    edges: frozenset[tuple[str, str]]


def walk(operation: str, root: str, *, deepest: int = 99, live: bool = True) -> Walked:
    """Return the document of a root field of ``query`` or ``subscription``, down to a depth.

    Without ``live`` it selects stored fields only: with others, the compiler leaves an operation to the reference
    executor. The walk is breadth first: a type is selected in full where it is met first, and where it is met again
    with its leaves alone.
    """
    root_type = CORE.query_type if operation == "query" else CORE.subscription_type
    assert root_type is not None
    given = root_type.fields[root]
    met, edges = set[str](), {(root_type.name, root)}
    first = _step(given)
    waiting: deque[tuple[_Step, int]] = deque([(first, 1)])
    while waiting:
        step, depth = waiting.popleft()
        again = step.type.name in met
        met.add(step.type.name)
        for name, child in _grow(
            step, brief=(again and not _passed_through(step.type)) or depth >= deepest, edges=edges, live=live
        ):
            step.parts.append((name, child))
            waiting.append((child, depth + 1))
    declared = [f"${name}: {asked.type}" for name, asked in given.args.items() if is_required_argument(asked)]
    passed = [f"{name}: ${name}" for name, asked in given.args.items() if is_required_argument(asked)]
    for name in ("where", "orderBy", "after"):
        if name in given.args:
            declared.append(f"${name}: {_optional(given.args[name])}")
            passed.append(f"{name}: ${name}")
    if "first" in given.args:
        passed.append("first: 5")
    variables, arguments = (f"({', '.join(items)})" if items else "" for items in (declared, passed))
    return Walked(
        root=root, text=f"{operation} {variables} {{ {root}{arguments} {first.text()} }}", edges=frozenset(edges)
    )


def _optional(asked: GraphQLArgument) -> str:
    type_ = asked.type.of_type if isinstance(asked.type, GraphQLNonNull) else asked.type
    default = " = DUE_SOONEST" if isinstance(asked.type, GraphQLNonNull) else ""
    return f"{type_}{default}"


def _step(given: GraphQLField, *, alone: bool = True) -> _Step:
    named = get_named_type(given.type)
    assert not isinstance(named, GraphQLUnionType)
    assert isinstance(named, Composite)
    return _Step(named, alone)


def _grow(step: _Step, *, brief: bool, edges: set[tuple[str, str]], live: bool) -> Iterator[tuple[str, _Step]]:
    """Select what a type holds itself, and yield the selections that are to be made below it."""
    type_, children = step.type, []
    if step.alone:
        step.parts.append("__typename")
    if isinstance(type_, GraphQLInterfaceType):
        step.parts.append("id")
        if not brief or type_.name != "Node":
            possible = CORE.get_possible_types(type_)
            children += [(f"... on {item.name}", _Step(item, alone=False)) for item in possible]
        yield from children
        return
    for name, given in type_.fields.items():
        named = get_named_type(given.type)
        key = "" if step.alone or name == "id" else f"{type_.name}_{name}: "
        if is_leaf_type(named):
            edges.add((type_.name, name))
            step.parts.append(f"{key}{name}{_arguments(given)}")
        elif (not brief or _is_plain(named)) and (live or not _is_live(type_, given)):
            edges.add((type_.name, name))
            yield f"{key}{name}{_arguments(given)}", _step(given)


def _arguments(given: GraphQLField) -> str:
    wanted = [(name, asked) for name, asked in given.args.items() if is_required_argument(asked) or name == "first"]
    return f"({', '.join(f'{name}: {FILLED[name]}' for name, _ in wanted)})" if wanted else ""


def _passed_through(type_: Composite) -> bool:
    """Tell whether a type is walked each time it is met: a page of a list, or a value without objects beneath."""
    return type_.name.endswith(("Connection", "Edge", "EventPage")) or _is_plain(type_)


def _is_live(type_: Composite, given: GraphQLField) -> bool:
    """Tell whether a field has a resolver of its own; fields of pages answer from what was read."""
    return given.extensions["strawberry-definition"].base_resolver is not None and not _passed_through(type_)


def _is_plain(type_: object) -> bool:
    """Tell whether a type is a value: all its fields are leaves."""
    return isinstance(type_, GraphQLObjectType) and all(
        is_leaf_type(get_named_type(given.type)) for given in type_.fields.values()
    )


def reachable() -> frozenset[tuple[str, str]]:
    """Return every field that can be reached from the roots of reading."""
    found = set[tuple[str, str]]()
    waiting: list[Composite | None] = [CORE.query_type, CORE.subscription_type]
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, GraphQLInterfaceType):
            fresh = [item for item in CORE.get_possible_types(type_) if not any(name == item.name for name, _ in found)]
            waiting += fresh
            continue
        assert isinstance(type_, GraphQLObjectType)
        for name, given in type_.fields.items():
            if (type_.name, name) not in found:
                found.add((type_.name, name))
                named = get_named_type(given.type)
                if isinstance(named, Composite):
                    waiting.append(named)
    return frozenset(found)
