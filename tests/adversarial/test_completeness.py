"""Nothing of the API goes untried."""

from __future__ import annotations

from graphql import GraphQLObjectType

from tests.adversarial.attempts import api_schema
from tests.adversarial.mutation_setups import MUTATIONS
from tests.adversarial.random_inputs import RANDOM_INPUTS
from tests.adversarial.test_bad_queries import PAGED


def test_every_mutation_has_an_example() -> None:
    mutations = api_schema().mutation_type

    assert mutations
    assert set(MUTATIONS) == set(mutations.fields), "add a function of its name to tests/adversarial/mutation_setups.py"


def test_inputs_are_made_up_for_mutations_there_are() -> None:
    assert set(RANDOM_INPUTS) <= set(MUTATIONS)


def test_every_list_is_tried() -> None:
    lists = [
        f"{type_.name}.{name}"
        for type_ in api_schema().type_map.values()
        if isinstance(type_, GraphQLObjectType)
        for name, field in type_.fields.items()
        if "first" in field.args
    ]

    assert len(lists) == len(PAGED) + 1  # and the log
