"""Random documents that are valid: a walk over the whole schema, with everything that GraphQL allows on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    Undefined,
    get_named_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from caserisk_graphql.api.schema import schema
from caserisk_graphql.reads.stored_types import stored_by_prefix
from tests.compiler.pool import Pool
from tests.compiler.values import Drawn, Values

Composite = GraphQLObjectType | GraphQLInterfaceType
Asked = GraphQLArgument | GraphQLInputField

CORE = schema()._schema
DEEPEST = 6
LIVE = ("viewer", "regulation", "plugins")
"""The root fields that are not stored."""

_WORDS = (
    "shown0",
    "place",
    "count",
    "position",
    "select",
    "sort0",
    "A" * 70,
    "a" * 70,
    "__x",
    "order",
    "name_1",
    "_id",
)
"""Response keys that mean something to somebody else, each once in a document."""

_STORED = (
    "node",
    "nodes",
    "case",
    "cases",
    "cases",
    "warnings",
    "warnings",
    "events",
    "events",
    "office",
    "offices",
    "statistics",
)
"""Those that are; of those with more to them, more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A document with what is sent along."""

    text: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    operation: str | None = None

    def __repr__(self) -> str:
        sent = json.dumps(self.variables, ensure_ascii=False)
        return f"{self.text}\nvariables: {sent}\noperation: {self.operation}"


@dataclass(frozen=True, slots=True)
class _Fragment:
    name: str
    fields: int
    depth: int
    lists: int


@dataclass(slots=True, kw_only=True)
class Walk:
    """One walk, and what it has gathered.

    ``fields`` may still be selected. ``wild``: among the values are some that are refused. ``meant`` are the prefixes
    of the ids that are asked for.
    """

    random: Random
    pool: Pool
    fields: int = 60
    wild: bool = False
    count: int = 0
    variables: dict[str, Drawn] = field(default_factory=dict)
    declared: list[str] = field(default_factory=list)
    fragments: list[str] = field(default_factory=list)
    known: dict[tuple[str, bool], list[_Fragment]] = field(default_factory=dict)
    meant: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=lambda: list(_WORDS))

    def questions(self) -> tuple[Question, Question]:
        """Return a document to be asked twice, each time with other variables."""
        self.wild = self.maybe(0.1)
        self.fields = self.random.choice((8, 20, 40, 60))
        root = CORE.query_type
        assert root is not None
        parts = [self._root(root, live=number > 1) for number in range(1, self.random.choice((2, 2, 2, 3, 4)))]
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        operation = self.random.choice((None, "Asked", "Asked")) if declared else None
        other = "query Other { __typename }" if operation and self.maybe(0.2) else ""
        named = f"query {operation or ''}{declared} " if operation or declared else ""
        text = "\n".join(filter(None, [other, f"{named}{{ {' '.join(parts)} }}", *self.fragments]))
        operation = operation if other else None
        once, again = (Question(text=text, variables=self._sent(), operation=operation) for _ in range(2))
        return once, again

    def _sent(self) -> dict[str, Any]:
        drawn = {name: _drawn(value) for name, value in self.variables.items()}
        return {name: value for name, value in drawn.items() if value is not Undefined}

    def maybe(self, chance: float) -> bool:
        """Draw whether it is so this time."""
        return self.random.random() >= 1 - chance

    def _root(self, root: GraphQLObjectType, *, live: bool) -> str:
        if live and self.maybe(0.1):
            return "__typename"
        if self.maybe(0.08):
            return f"... on Query{self._directives()} {{ {self._root(root, live=live)} }}"
        if self.maybe(0.05):
            self.count += 1
            name = f"F{self.count}"
            self.fragments.append(f"fragment {name} on Query {{ {self._root(root, live=live)} }}")
            return f"...{name}{self._directives()}"
        name = self.random.choice(LIVE if live and self.maybe(0.3) else _STORED)
        self.meant = self.random.sample(list(self.pool.ids), 2)
        return self._field(root, name, DEEPEST, 3, typed=False)

    # -------------------------------------------------------------------------------------------- selections

    def selection(self, type_: Composite, depth: int, lists: int, *, typed: bool) -> str:
        """Write a selection set of a type; ``typed``: other types' fields are answered under the same key."""
        most = self.random.choice((1, 2, 3, 4, 5, 8))
        parts = [self._part(type_, depth, lists, typed=typed) for _ in range(most if self.fields > 0 else 1)]
        return f"{{ {' '.join(parts)} }}"

    def _part(self, type_: Composite, depth: int, lists: int, *, typed: bool) -> str:
        kind = self.random.random()
        if kind < 0.08 or (isinstance(type_, GraphQLInterfaceType) and kind < 0.12):
            return f"{self._alias('is') if self.maybe(0.3) else ''}__typename{self._directives()}"
        interface = isinstance(type_, GraphQLInterfaceType)
        if depth and self.fields > 0 and kind < (0.6 if interface else 0.2):
            return self._fragment(type_, depth, lists, typed=typed)
        name = self._chosen(type_, depth, lists)
        return self._field(type_, name, depth, lists, typed=typed) if name else "__typename"

    def _chosen(self, type_: Composite, depth: int, lists: int) -> str | None:
        """Write a field, one with a selection of its own where there is room for it."""
        leaves = [name for name, given in type_.fields.items() if is_leaf_type(get_named_type(given.type))]
        unlikely = {"regulation"} if self.maybe(0.9) else set()
        further = [
            name
            for name, given in type_.fields.items()
            if name not in leaves and name not in unlikely and (lists or not _many(given))
        ]
        deeper = further and depth and self.fields > 0 and self.maybe(0.55 if len(leaves) > 1 else 0.85)
        names = further if deeper else leaves
        return self.random.choice(names) if names else None

    def _fragment(self, type_: Composite, depth: int, lists: int, *, typed: bool) -> str:
        """Write a fragment, in place or by name, on the type, one of its interfaces, or one of its types."""
        condition = self._condition(type_)
        typed = typed or isinstance(type_, GraphQLInterfaceType)
        if self.maybe(0.4):
            return f"...{self._named(condition, depth, lists, typed=typed)}{self._directives()}"
        on = "" if condition is type_ and self.maybe(0.5) else f" on {condition.name}"
        directives = self._directives()
        return f"...{on}{directives} {self.selection(condition, depth - 1, lists, typed=typed)}"

    def _condition(self, type_: Composite) -> Composite:
        possible = list(CORE.get_possible_types(type_)) if isinstance(type_, GraphQLInterfaceType) else []
        if type_.name == "Node" and self.maybe(0.7):
            names = [name for prefix in self.meant for name in _named_by(prefix)]
            possible = [item for item in possible if item.name in names]
        conditions: list[Composite] = [type_, *type_.interfaces, *possible]
        return self.random.choice(conditions)

    def _named(self, type_: Composite, depth: int, lists: int, *, typed: bool) -> str:
        known = self.known.setdefault((type_.name, typed), [])
        fit = [item for item in known if item.depth <= depth and item.lists <= lists and item.fields <= self.fields]
        if fit and self.maybe(0.5):
            again = self.random.choice(fit)
            self.fields -= again.fields
            return again.name
        self.count += 1
        name, before = f"F{self.count}", self.fields
        selected = self.selection(type_, depth - 1, lists, typed=typed)
        self.fragments.append(f"fragment {name} on {type_.name} {selected}")
        known.append(_Fragment(name, before - self.fields, depth, lists))
        return name

    # -------------------------------------------------------------------------------------------- fields

    def _field(self, type_: Composite, name: str, depth: int, lists: int, *, typed: bool) -> str:
        """Write a field under its own key, or another where the same key would mean something else; sometimes twice."""
        given = type_.fields[name]
        named, lists = get_named_type(given.type), lists - _many(given)
        self.fields -= 1
        arguments = self._arguments(given) if given.args else ""
        alias = self._alias(name) if arguments or self.maybe(0.1) else ""
        if typed and not alias and not _common(type_, name):
            alias = f"{type_.name}_{name}: "
        parts = []
        for _ in range(2 if self.maybe(0.08) else 1):
            directives = self._directives()
            inner = "" if is_leaf_type(named) else f" {self.selection(named, depth - 1, lists, typed=False)}"
            parts.append(f"{alias}{name}{arguments}{directives}{inner}")
        return " ".join(parts)

    def _alias(self, name: str) -> str:
        if self.words and self.maybe(0.1):
            return f"{self.words.pop(0)}: "
        self.count += 1
        return f"{name.strip('_')}_{self.count}: "

    def _directives(self) -> str:
        return "".join(self._directive(name) for name in ("skip", "include") if self.maybe(0.05))

    def _directive(self, name: str) -> str:
        if self.maybe(0.4):
            return f" @{name}(if: {json.dumps(self.maybe(0.5))})"
        type_ = self.random.choice(("Boolean!", "Boolean! = true", "Boolean = false"))
        wrong = self.wild and self.maybe(0.2)
        variable = self._declare(type_, lambda: None if wrong else self.maybe(0.5), optional="=" in type_)
        return f" @{name}(if: {variable})"

    # -------------------------------------------------------------------------------------------- arguments

    def _arguments(self, given: GraphQLField) -> str:
        wild = self.wild and self.maybe(0.3)
        values = Values(random=self.random, pool=self.pool, wild=wild, prefixes=self.meant).of_field(given)
        parts = [f"{name}: {self._written(given.args[name], value)}" for name, value in values.items()]
        return f"({', '.join(parts)})" if parts else ""

    def _written(self, asked: Asked, value: Drawn) -> str:
        """Write a value in the document, or a variable that has it."""
        if self.maybe(0.6):
            return self._literal(asked.type, value, variables=True)
        type_, required = str(asked.type), is_non_null_type(asked.type)
        if required and asked.default_value is not Undefined and self.maybe(0.5):
            type_ = type_.removesuffix("!")
        if self.maybe(0.3) and (default := self._literal(asked.type, value)) != "null":
            return self._declare(f"{type_} = {default}", value, optional=True)
        return self._declare(type_, value, optional=not type_.endswith("!"))

    def _declare(self, type_: str, value: Drawn, *, optional: bool) -> str:
        """Declare a variable; an optional one is not always sent."""
        name = f"v{len(self.declared) + 1}"
        self.declared.append(f"${name}: {type_}")
        self.variables[name] = (lambda: Undefined if self.maybe(0.4) else _drawn(value)) if optional else value
        return f"${name}"

    def _literal(self, type_: GraphQLInputType, value: Drawn, *, variables: bool = False) -> str:
        """Write a value as documents have it, maybe with ``variables`` in it."""
        bare = type_.of_type if is_non_null_type(type_) else type_
        if isinstance(value, dict):
            assert isinstance(bare, GraphQLInputObjectType)
            fields = [(name, bare.fields[name], inner) for name, inner in value.items()]
            write = self._written if variables else lambda asked, inner: self._literal(asked.type, inner)
            return f"{{{', '.join(f'{name}: {write(asked, inner)}' for name, asked, inner in fields)}}}"
        written = json.dumps(value(), ensure_ascii=False)
        return written.replace('"', "") if isinstance(get_named_type(bare), GraphQLEnumType) else written


def _drawn(value: Drawn) -> Any:
    return {name: _drawn(inner) for name, inner in value.items()} if isinstance(value, dict) else value()


def _named_by(prefix: str) -> list[str]:
    """Return the types whose ids begin so."""
    stored = stored_by_prefix(prefix)
    return stored.names if stored else []


def _many(given: GraphQLField) -> bool:
    """Tell whether a field answers with a list of objects; of a connection, its edges and its nodes."""
    type_ = given.type.of_type if is_non_null_type(given.type) else given.type
    return is_list_type(type_) and not is_leaf_type(get_named_type(type_))


def _common(type_: Composite, name: str) -> bool:
    """Tell whether every type that is answered in the same place has the field, with the same type."""
    interfaces: Sequence[Composite] = type_.interfaces or (type_,)
    others = [other for interface in interfaces for other in CORE.get_possible_types(interface)]  # type: ignore[arg-type]
    return all(name in other.fields and other.fields[name].type == type_.fields[name].type for other in others)
