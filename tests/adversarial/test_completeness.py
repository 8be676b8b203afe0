"""Nothing of the API goes untried."""

from __future__ import annotations

from graphql import GraphQLObjectType

from tests.adversarial.attempts import api_schema
from tests.adversarial.mutation_setups import MUTATIONS
from tests.adversarial.test_bad_queries import PAGED


def test_there_is_a_stage_for_every_mutation() -> None:
    mutations = api_schema().mutation_type

    assert mutations
    assert set(MUTATIONS) == set(mutations.fields)


def test_every_list_is_tried() -> None:
    lists = [
        f"{type_.name}.{name}"
        for type_ in api_schema().type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if "first" in field.args
    ]

    assert len(lists) == len(PAGED) + 1  # and the log
