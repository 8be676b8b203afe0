"""Lists a page at a time: forwards and backwards, nulls last, nothing twice and nothing left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import EARLIER, NOW, Rows

PAGE = """
query ($order: CaseOrder!, $first: Int, $after: String, $last: Int, $before: String) {
  cases(orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
    totalCount
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
DUE = [None, 3, 1, None, 2, 1, None, 2]
"""Days until the cases of a list are due."""


def cases_due(rows: Rows, due: Sequence[int | None], office: str = "office_430200") -> list[str]:
    """Add cases that are due in so many days, their severity and opening in step; gives their ids."""
    return [
        rows.case(
            office,
            due_at=None if days is None else NOW + timedelta(days=days),
            severity=days,
            opened_at=EARLIER + timedelta(days=days or 0),
        )
        for days in due
    ]


async def all_pages(api: Api, order: str, size: int, *, backward: bool) -> list[str]:
    """The ids of a whole list, a page after the other."""
    ids: list[str] = []
    cursor = None
    while True:
        page_of = {"last": size, "before": cursor} if backward else {"first": size, "after": cursor}
        connection = (await api.ask(PAGE, {"order": order, **page_of}))["cases"]
        page, info = [edge["node"]["id"] for edge in connection["edges"]], connection["pageInfo"]
        ids = page + ids if backward else ids + page
        assert (info["hasNextPage"] if backward else info["hasPreviousPage"]) == (cursor is not None)
        if not (info["hasPreviousPage"] if backward else info["hasNextPage"]):
            return ids
        cursor = info["startCursor" if backward else "endCursor"]


def sorted_ids(ids: list[str], due: Sequence[int | None], order: str) -> list[str]:
    """The list as it has to be, by another way."""
    descending = order in ("OPENED_NEWEST", "SEVERITY_HIGHEST")
    nulls_known = order.startswith("OPENED")
    keyed = [(0 if days is None and nulls_known else days, id) for id, days in zip(ids, due, strict=True)]
    known = sorted((pair for pair in keyed if pair[0] is not None), reverse=descending)
    unknown = sorted((pair for pair in keyed if pair[0] is None), key=lambda pair: pair[1], reverse=descending)
    return [id for _, id in known + unknown]


async def test_pages_together_are_the_whole_list(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    ids = cases_due(rows, DUE)
    await rows.insert(engine)

    for order in ("DUE_SOONEST", "OPENED_NEWEST", "OPENED_OLDEST", "SEVERITY_HIGHEST"):
        for size in (1, 3, 8):
            forward = await all_pages(chief, order, size, backward=False)
            backward = await all_pages(chief, order, size, backward=True)
            assert forward == backward == sorted_ids(ids, DUE, order), (order, size)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    due=st.lists(st.none() | st.integers(1, 4), max_size=9),
    order=st.sampled_from(["DUE_SOONEST", "SEVERITY_HIGHEST"]),
    size=st.integers(1, 4),
)
async def test_any_list_is_the_same_read_from_either_end(
    engine: AsyncEngine, due: list[int | None], order: str, size: int
) -> None:
    example = uuid4().hex
    rows = Rows(example)
    office = rows.office(example)
    ids = cases_due(rows, due, office)
    api = Api(engine=engine, viewer=rows.viewer(rows.officer(f"officer_{example}", office, Role.CHIEF_PROCURATOR)))
    await rows.insert(engine)

    forward = await all_pages(api, order, size, backward=False)
    backward = await all_pages(api, order, size, backward=True)

    assert forward == backward == sorted_ids(ids, due, order)


async def test_a_page_lies_between_two_cursors(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    ids = cases_due(rows, [1, 2, 3, 4, None])
    await rows.insert(engine)
    edges = (await chief.ask(PAGE, {"order": "DUE_SOONEST"}))["cases"]["edges"]
    between = {"after": edges[0]["cursor"], "before": edges[4]["cursor"], "order": "DUE_SOONEST"}

    first = (await chief.ask(PAGE, {"first": 2, **between}))["cases"]
    last = (await chief.ask(PAGE, {"last": 2, **between}))["cases"]

    assert [edge["node"]["id"] for edge in first["edges"]] == ids[1:3]
    assert [edge["node"]["id"] for edge in last["edges"]] == ids[2:4]
    assert first["nodes"] == [edge["node"] for edge in first["edges"]]


async def test_an_empty_list_has_no_cursors(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    await rows.insert(engine)

    connection = (await chief.ask(PAGE, {"order": "DUE_SOONEST"}))["cases"]

    assert connection == {
        "totalCount": 0,
        "edges": [],
        "nodes": [],
        "pageInfo": {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None},
    }


async def test_twenty_come_where_no_size_is_given(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    cases_due(rows, [1] * 25)
    await rows.insert(engine)

    connection = (await chief.ask(PAGE, {"order": "DUE_SOONEST"}))["cases"]

    assert (len(connection["edges"]), connection["totalCount"]) == (20, 25)


@pytest.mark.parametrize(
    "sizes",
    [{"first": 0}, {"first": -1}, {"first": 101}, {"last": 0}, {"last": 101}, {"first": 5, "last": 5}],
    ids=str,
)
async def test_a_wrong_page_size_is_refused(offline: Api, sizes: dict[str, int]) -> None:
    code, message = await offline.refusal(PAGE, {"order": "DUE_SOONEST", **sizes})

    assert code == "BAD_INPUT"
    assert "参数" in message
    assert "`" in message


async def test_pages_inside_a_list_are_of_each_parent(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    cases = [rows.case("office_430200", opened_at=EARLIER + timedelta(days=day)) for day in range(3)]
    for case, many in zip(cases, (0, 2, 5), strict=True):
        for hour in range(many):
            done_at = EARLIER + timedelta(hours=hour)
            rows.add(t.assessments, case_id=case, submitted_by_id="officer_handler", submitted_at=done_at)
    await rows.insert(engine)
    query = """query ($after: String, $before: String, $first: Int, $last: Int) {
        cases(orderBy: OPENED_OLDEST) { nodes {
        assessments(first: $first, after: $after, last: $last, before: $before) {
            totalCount edges { cursor node { submittedAt } } pageInfo { hasNextPage hasPreviousPage }
    } } } }"""

    async def assessments(**page: object) -> list[tuple[int, list[str], bool, bool]]:
        """For each case the total, the hours of the page, and whether more follow and precede."""
        nodes = (await chief.ask(query, page))["cases"]["nodes"]
        return [
            (
                of["totalCount"],
                [edge["node"]["submittedAt"][11:13] for edge in of["edges"]],
                of["pageInfo"]["hasNextPage"],
                of["pageInfo"]["hasPreviousPage"],
            )
            for of in (node["assessments"] for node in nodes)
        ]

    cursor = (await chief.ask(query, {"first": 3}))["cases"]["nodes"][2]["assessments"]["edges"][2]["cursor"]

    assert await assessments(first=3) == [
        (0, [], False, False),
        (2, ["10", "09"], False, False),
        (5, ["13", "12", "11"], True, False),
    ]
    assert await assessments(last=1) == [(0, [], False, False), (2, ["09"], False, True), (5, ["09"], False, True)]
    assert await assessments(first=3, after=cursor) == [
        (0, [], False, True),
        (2, ["10", "09"], False, True),
        (5, ["10", "09"], False, True),
    ]
