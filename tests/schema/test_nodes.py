"""Everything kept is a node: found by its global id, refused where that is none."""

from __future__ import annotations

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import Rows

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


async def test_nodes_come_in_the_order_of_their_ids(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", id="case_1")
    rows.case("office_430200", id="case_2")
    await rows.insert(engine)

    data = await chief.ask(NODES, {"ids": ["case_2", "officer_head", "case_none", "case_1", "case_2"]})

    assert data["nodes"] == [
        {"__typename": "Case", "id": "case_2"},
        {"__typename": "Officer", "id": "officer_head"},
        None,
        {"__typename": "Case", "id": "case_1"},
        {"__typename": "Case", "id": "case_2"},
    ]
    assert chief.statements == 2


BAD_IDS = ["", "case", "case_", "_1", "scheme_1", "level_1", "1", "案件_1", "case_1\0", "case_ 1", "case_" + "1" * 65]


@pytest.mark.parametrize("id", BAD_IDS, ids=ascii)
async def test_what_is_no_id_is_refused(offline: Api, id: str) -> None:
    code, message = await offline.refusal(NODE, {"id": id})

    assert code == "BAD_INPUT"
    assert "is no id" in message


async def test_one_bad_id_among_many_is_refused(offline: Api) -> None:
    code, _ = await offline.refusal(NODES, {"ids": ["office_430200", "nothing"]})

    assert code == "BAD_INPUT"


async def test_more_than_a_hundred_ids_are_refused(offline: Api) -> None:
    code, message = await offline.refusal(NODES, {"ids": ["case_1"] * 101})

    assert code == "BAD_INPUT"
    assert "101" in message


async def test_a_text_longer_than_any_code_is_refused(offline: Api) -> None:
    code, message = await offline.refusal("query ($code: String!) { office(code: $code) { id } }", {"code": "4" * 201})

    assert code == "BAD_INPUT"
    assert "最多 200 个" in message


async def test_half_a_character_is_refused(offline: Api) -> None:
    code, _ = await offline.refusal("query ($number: String!) { case(number: $number) { id } }", {"number": "\ud83d"})

    assert code == "BAD_INPUT"


async def test_an_unknown_code_or_number_finds_nothing(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    await rows.insert(engine)

    data = await chief.ask('{ office(code: "999999") { id } case(number: "无") { id } }')

    assert data == {"office": None, "case": None}


async def test_those_named_in_a_list_keep_its_order(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", id="case_1")
    named = ["officer_leader", "officer_head", "officer_unknown", "officer_chief"]
    rows.add(t.plans, id="plan_1", case_id="case_1", proposed_by_id="officer_head", assigned=named)
    await rows.insert(engine)

    data = await chief.ask('{ node(id: "plan_1") { ... on DispositionPlan { version assigned { id } } } }')

    assigned = [{"id": "officer_leader"}, {"id": "officer_head"}, {"id": "officer_chief"}]
    assert data["node"] == {"version": 1, "assigned": assigned}
