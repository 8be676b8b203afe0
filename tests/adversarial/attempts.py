"""Mutations tried at the API: whatever comes of one is an outcome, refused or carried out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from caserisk.domain.vocabulary import Locale
from caserisk_graphql.api.schema import print_sdl
from tests.support.api import Answer, Client

REFUSALS = {"INVALID", "NOT_FOUND", "FORBIDDEN", "CONFLICT", "WRONG_STATE", "GATE_CLOSED"}
"""The codes in `errors` that a person may meet where every plugin answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a mutation answered: a payload, or GraphQL errors."""

    payload: Answer | None
    faults: list[Answer]

    @property
    def done(self) -> bool:
        """Tell whether it was carried out."""
        return self.payload is not None and not self.payload["errors"]

    @property
    def refusals(self) -> list[tuple[str, str]]:
        """Return each refusal's code, and the dotted path of the field it is about."""
        if self.payload is None:
            return [(fault["extensions"]["code"], "") for fault in self.faults]
        return [(error["code"], ".".join(error["path"])) for error in self.payload["errors"]]

    @property
    def codes(self) -> set[str]:
        """Return the codes of the refusals."""
        return {code for code, _ in self.refusals}

    @property
    def messages(self) -> list[str]:
        """Return the messages of the refusals."""
        return [item["message"] for item in (self.faults if self.payload is None else self.payload["errors"])]


@cache
def api_schema() -> GraphQLSchema:
    """Return the schema as clients read it."""
    return build_schema(print_sdl())


@cache
def input_fields(mutation: str) -> dict[str, GraphQLInputField]:
    """Return the fields of a mutation's input, by name."""
    type_ = api_schema().type_map[f"{mutation[0].upper()}{mutation[1:]}Input"]
    assert isinstance(type_, GraphQLInputObjectType)
    return dict(type_.fields)


@cache
def document(mutation: str) -> str:
    """Return the document of a mutation that selects every object of its payload, by id."""
    schema = api_schema()
    assert schema.mutation_type
    payload = get_named_type(schema.mutation_type.fields[mutation].type)
    assert isinstance(payload, GraphQLObjectType)
    objects = " ".join(f"{name} {{ id }}" for name in payload.fields if name not in ("cursor", "errors"))
    type_ = f"{mutation[0].upper()}{mutation[1:]}Input"
    asked = f"{objects} cursor errors {{ code message path reasons {{ rule }} }}"
    return f"mutation ($input: {type_}!) {{ {mutation}(input: $input) {{ {asked} }} }}"


async def attempt(client: Client, mutation: str, input: Any) -> Outcome:
    """Try a mutation with any input; check that a refusal answers with nothing but errors."""
    data, faults = await client.execute(document(mutation), input=input)
    payload = data and data[mutation]
    if payload:
        objects = {value and value["id"] for name, value in payload.items() if name not in ("errors", "cursor")}
        assert (payload["cursor"] is None) == bool(payload["errors"])
        assert (objects == {None}) == bool(payload["errors"])
    return Outcome(payload=payload, faults=faults)


def is_in_language(locale: Locale, message: str) -> bool:
    """Tell whether a message is of a language, can be encoded, and is short enough to read."""
    message.encode()
    chinese = re.search("[\u4e00-\u9fff]", message)
    return len(message) < 1000 and bool(chinese if locale is Locale.ZH else re.search("[a-z]{2}", message))
