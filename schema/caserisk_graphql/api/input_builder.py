"""Build the objects of input types: what has to be converted is found out once for each type, not for each request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInputType, GraphQLList, GraphQLNonNull, GraphQLSchema

Convert = Callable[[Any], Any]


def build_inputs_directly(core: GraphQLSchema) -> None:
    """Replace the way in which Strawberry builds the objects of all input types of a schema."""
    for type_ in core.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            _definition(type_).from_input = _building(_builder(type_))


def _building(build: Convert) -> Callable[..., Any]:
    return lambda _, given, __: build(given)


def _builder(type_: GraphQLInputObjectType) -> Convert:
    """Return a function that builds an object from a coerced value; a member that is left out has its default."""
    # Known when the schema is built: no annotation has to be looked at while a request waits.
    make = _definition(type_).origin
    members = [
        (name, _definition(member).python_name, _conversion(member.type)) for name, member in type_.fields.items()
    ]

    def build(given: Any) -> Any:
        return make(
            **{attribute: convert(given[name]) for name, attribute, convert in members if name in given},
        )

    return build


def _conversion(type_: GraphQLInputType) -> Convert:
    """Return how a value of a type is made of a coerced one, which may be null."""
    if isinstance(type_, GraphQLNonNull):
        return _conversion(type_.of_type)
    if isinstance(type_, GraphQLList):
        each = _conversion(type_.of_type)
        return lambda given: None if given is None else [*map(each, given)]
    if isinstance(type_, GraphQLInputObjectType):
        build = _builder(type_)
        return lambda given: None if given is None else build(given)
    return _unchanged


def _unchanged(given: Any) -> Any:
    return given


def _definition(of: Any) -> Any:
    """Return what Strawberry knows of a type, or of a member."""
    return of.extensions["strawberry-definition"]
