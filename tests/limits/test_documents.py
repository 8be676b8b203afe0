"""Each limit of a document, of its variables and of its cost: what is within it is answered, one more is not."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import get_introspection_query

from tests.limits.conftest import Install
from tests.support.installation import Installation, Message, Socket

NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"


def cost_of(answer: Message) -> int:
    """Return the cost that an answer states."""
    requested: int = answer["extensions"]["cost"]["requested"]
    return requested


async def refused(here: Installation, query: str, **members: Any) -> tuple[str, str]:
    """Return the code of the one error that a request is answered with, and its message in English."""
    token = here.token(await here.officer())
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    answer = (await here.http.post("/graphql", json={"query": query, **members}, headers=headers)).json()
    assert "data" not in answer
    [error] = answer["errors"]
    return error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    ("limit", "within", "beyond", "said"),
    [
        ("max_document", "{ __typename }", "{  __typename }", "it may have 14 characters"),
        ("max_tokens", "{ viewer { roles } }", "{ viewer { roles roles } }", "it may have 6 tokens"),
        ("max_depth", "{ viewer { roles } }", "{ viewer { officer { id } } }", "3 levels of nesting; there may be 2"),
        ("max_depth", '{ nodes(ids: ["x"]) { id } }', '{ nodes(ids: [[["x"]]]) { id } }', "3 levels of nesting"),
        ("max_aliases", "{ a: __typename }", "{ a: __typename b: __typename }", "2 aliases; there may be 1"),
        ("max_root_fields", "{ __typename }", "{ __typename viewer { roles } }", "2 root fields; there may be 1"),
        (
            "max_root_fields",
            "{ ...f } fragment f on Query { __typename }",
            "{ ...f __typename } fragment f on Query { __typename }",
            "2 root fields",
        ),
        (
            "max_directives",
            "{ __typename @skip(if: false) }",
            "{ __typename @skip(if: false) @include(if: true) }",
            "2 directives; there may be 1",
        ),
    ],
)
async def test_a_document_has_its_limits(install: Install, limit: str, within: str, beyond: str, said: str) -> None:
    limits = {"max_document": 14, "max_tokens": 6, "max_depth": 2}

    async with install(**{limit: limits.get(limit, 1)}) as here:
        answer = await here.ask(here.token(await here.officer()), within)
        code, message = await refused(here, beyond)

    assert "data" in answer
    assert code == ("TOO_LARGE" if limit == "max_document" else "TOO_COMPLEX")
    assert said in message


async def test_variables_have_their_limits(install: Install) -> None:
    async with install(max_values=5, max_depth=3) as here:
        token = here.token(await here.officer())
        within = await here.ask(token, NODES, variables={"ids": ["case_1", "case_2", "case_3"]})
        many = await refused(here, NODES, variables={"ids": ["case_1"] * 5})
        deep = await refused(here, NODES, variables={"ids": [[[["x"]]]]})

    assert within["data"] == {"nodes": [None, None, None]}
    assert many[0] == deep[0] == "TOO_COMPLEX"
    assert "6 values in the variables; there may be 5" in many[1]
    assert "4 levels of nesting in the variables; there may be 3" in deep[1]


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("{ __typename }", 1),
        ("{ cases { totalCount } }", 2),
        ("{ cases { nodes { id title } } }", 2 + 20 * 2),
        ("{ cases(first: 3) { nodes { id } } }", 2 + 3),
        ("{ cases(last: 3) { edges { cursor node { id } } pageInfo { hasNextPage } } }", 2 + 3 * 3 + 2),
        ("query ($n: Int = 7) { cases(first: $n) { nodes { id } } }", 2 + 7),
        ("{ cases(first: 2) { nodes { warnings(first: 5) { nodes { id } } } } }", 2 + 2 * (2 + 5)),
        ("{ cases(first: 2) { ...page } } fragment page on CaseConnection { nodes { id } totalCount }", 3 + 2),
        ("{ offices { code } }", 1 + 10),
        ('{ nodes(ids: ["case_1", "case_2"]) { id } }', 1 + 2),
        ("{ events(first: 5) { events { cursor } endCursor } }", 3 + 5),
        ("{ __typename cases @include(if: false) { nodes { id } } }", 1),
        ("query ($no: Boolean = true) { __typename cases @skip(if: $no) { nodes { id } } }", 1),
        ("{ ...f ...f } fragment f on Query { offices { code } }", 1 + 10),
    ],
)
async def test_a_cost_is_the_most_values_that_there_can_be(here: Installation, query: str, cost: int) -> None:
    answer = await here.ask(here.token(await here.officer()), query)

    assert answer["extensions"] == {"cost": {"requested": cost, "limit": 50_000}}


async def test_what_costs_too_much_is_not_begun(install: Install) -> None:
    async with install(max_cost=42) as here:
        token = here.token(await here.officer())
        within = await here.ask(token, "{ cases(first: 20) { nodes { id title } } }")
        beyond = await here.ask(token, "{ cases(first: 21) { nodes { id title } } }")
        said = await refused(here, "{ cases(first: 21) { nodes { id title } } }")

    assert cost_of(within) == 42
    assert beyond["extensions"] == {"cost": {"requested": 44, "limit": 42}}
    assert said[0] == "TOO_COMPLEX"
    assert "costs 44; it may cost 42" in said[1]


async def test_the_same_document_costs_by_its_variables(here: Installation) -> None:
    token = here.token(await here.officer())
    query = "query ($n: Int) { cases(first: $n) { nodes { id } } }"

    costs = [cost_of(await here.ask(token, query, variables={"n": size})) for size in (1, 100, 1)]

    assert costs == [3, 102, 3]


async def test_an_event_says_what_it_costs(here: Installation) -> None:
    case, socket = await here.open_case(), Socket(here.app)
    await socket.open(here.token(await here.officer()))
    socket.ask(
        "1",
        'subscription ($case: ID!) { caseEvents(case: $case, after: "log_0") { cursor summary } }',
        variables={"case": case},
    )

    heard = await socket.heard()

    assert heard["type"] == "next", heard
    answer = heard["payload"]
    assert answer["extensions"] == {"cost": {"requested": 3, "limit": 50_000}}
    await socket.leave()


async def test_the_tools_of_developers_may_ask_for_the_whole_schema(here: Installation) -> None:
    whole = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )

    answer = await here.ask(None, whole)

    assert "errors" not in answer
    assert cost_of(answer) < 25_000
