"""Checks that an answer is one that the schema and the API's promises allow, for suites that ask at random."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from tests.support.internals import internals_in

PROMISED_CODES = {
    "UNAUTHENTICATED",
    "FORBIDDEN",
    "BAD_INPUT",
    "UNKNOWN_CURSOR",
    "UNKNOWN_DOCUMENT",
    "TOO_COMPLEX",
    "TOO_LARGE",
}
"""The codes of errors that clients may meet; INTERNAL is none of them."""

MEMBERS = {"data", "errors", "extensions"}

_SCALARS: Mapping[str, type | tuple[type, ...]] = {"Int": int, "Float": (int, float), "Boolean": bool}
"""What scalars are in JSON; all others are texts."""


def problems_of(schema: GraphQLSchema, document: str, answer: Any) -> Iterator[str]:
    """Return what is wrong with an answer to a document."""
    if not isinstance(answer, dict) or not answer or not set(answer) <= MEMBERS:
        yield f"not an answer: {str(answer)[:200]}"
        return
    yield from _wrong_with_errors(answer)
    data = answer.get("data")
    if data is not None:
        parsed = parse(document)
        [operation] = [item for item in parsed.definitions if isinstance(item, OperationDefinitionNode)]
        fragments = {item.name.value: item for item in parsed.definitions if isinstance(item, FragmentDefinitionNode)}
        root = schema.get_root_type(operation.operation)
        assert root
        yield from _Shape(schema, fragments).wrong_with(root, [operation.selection_set], data, "data")


def _wrong_with_errors(answer: Mapping[str, Any]) -> Iterator[str]:
    errors = answer.get("errors", [])
    if not errors and answer.get("data") is None:
        yield "neither data nor errors"
    for error in errors:
        code, message = error.get("extensions", {}).get("code"), error.get("message")
        if code not in PROMISED_CODES:
            yield f"an error of the code {code}: {message}"
        if not message:
            yield "an error without a message"
        for internal in internals_in(message or ""):
            yield f"an error that says {internal!r}: {message}"


class _Shape:
    """Compares data with what was selected."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._schema, self._fragments = schema, fragments

    def wrong_with(self, type_: Any, selections: list[SelectionSetNode], value: Any, path: str) -> Iterator[str]:
        """Return what is wrong with a value of a type."""
        if isinstance(type_, GraphQLNonNull):
            if value is None:
                yield f"{path} is null, and is never"
                return
            type_ = type_.of_type
        if value is None:
            return
        if isinstance(type_, GraphQLList):
            if not isinstance(value, list):
                yield f"{path} is no list"
                return
            for place, item in enumerate(value):
                yield from self.wrong_with(type_.of_type, selections, item, f"{path}.{place}")
        elif selections:
            yield from self._wrong_with_object(type_, selections, value, path)
        elif isinstance(type_, GraphQLEnumType):
            if value not in type_.values:
                yield f"{path} is {value!r}, which is none of {type_}"
        elif not isinstance(value, _SCALARS.get(type_.name, str)):
            yield f"{path} is {value!r}, which is no {type_}"

    def _wrong_with_object(
        self, type_: Any, selections: list[SelectionSetNode], value: Any, path: str
    ) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{path} is no object"
            return
        fields: dict[str, list[FieldNode]] = {}
        types = [type_] if isinstance(type_, GraphQLObjectType) else list(self._schema.get_possible_types(type_))
        gathered = [self._gathered(item, selections) for item in types]
        named = [
            (item, found)
            for item, found in zip(types, gathered, strict=True)
            if value.get("__typename", item.name) == item.name
        ]
        fitting = [(item, found) for item, found in named if set(found) == set(value)]
        if not fitting:
            yield f"{path} has {sorted(value)}, which was not selected of {type_}"
            return
        if len(fitting) > 1:
            return  # it may be any of several types
        of_type, fields = fitting[0]
        for key, nodes in fields.items():
            name = nodes[0].name.value
            if name != "__typename":
                beneath = [node.selection_set for node in nodes if node.selection_set]
                yield from self.wrong_with(of_type.fields[name].type, beneath, value[key], f"{path}.{key}")

    def _gathered(self, type_: GraphQLObjectType, selections: list[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Return the fields that are answered for an object of a type, by key."""
        fields: dict[str, list[FieldNode]] = {}
        for node in (node for item in selections for node in item.selections):
            if isinstance(node, FieldNode):
                fields.setdefault((node.alias or node.name).value, []).append(node)
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition = fragment.type_condition  # type: ignore[union-attr]
            applies = condition is None or condition.name.value in {
                type_.name,
                *(item.name for item in type_.interfaces),
            }
            if applies:
                for key, inner in self._gathered(type_, [fragment.selection_set]).items():  # type: ignore[union-attr]
                    fields.setdefault(key, []).extend(inner)
        return fields
