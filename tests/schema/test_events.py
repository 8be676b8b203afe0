"""The event log, for those who poll."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import Rows

EVENTS = """
query ($after: EventCursor, $where: EventFilter, $first: Int! = 100) {
  events(after: $after, where: $where, first: $first) { events { cursor } endCursor hasMore }
}
"""


def page(cursors: list[int], end: int, *, more: bool = False) -> dict[str, Any]:
    """An answer of `EVENTS`."""
    events = [{"cursor": f"log_{cursor}"} for cursor in cursors]
    return {"events": {"events": events, "endCursor": f"log_{end}", "hasMore": more}}


@pytest.fixture
def entries(rows: Rows) -> None:
    """Seven entries; the third and the last are not seen by the chief."""
    rows.case("office_430200", id="case_1")
    rows.case("office_430281", id="case_2")
    rows.case("office_370000", id="case_3")
    for case, office in [(1, "430200"), (2, "430281"), (3, "370000"), (1, "430200"), (2, "430281")]:
        rows.event(f"office_{office}", case_id=f"case_{case}")
    rows.event("office_430200", noun="office", kind="OPTION_SET")
    rows.event("office_370000", noun="office", kind="OPTION_SET")


async def test_a_poller_goes_on_from_its_cursor(engine: AsyncEngine, rows: Rows, entries: None, chief: Api) -> None:
    await rows.insert(engine)

    assert await chief.ask(EVENTS) == page([1, 2, 4, 5, 6], 6)
    assert await chief.ask(EVENTS, {"first": 2}) == page([1, 2], 2, more=True)
    assert await chief.ask(EVENTS, {"first": 3, "after": "log_2"}) == page([4, 5, 6], 6)
    assert await chief.ask(EVENTS, {"after": "log_6"}) == page([], 6)
    assert await chief.ask(EVENTS, {"after": "log_7"}) == page([], 7)
    assert await chief.ask(EVENTS, {"after": "log_0", "first": 1}) == page([1], 1, more=True)


async def test_an_empty_log_ends_at_its_start(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    await rows.insert(engine)

    assert await chief.ask(EVENTS) == page([], 0)
    assert await chief.ask(EVENTS, {"after": "log_0"}) == page([], 0)


@pytest.mark.parametrize(
    ("where", "cursors"),
    [
        ({}, [1, 2, 4, 5, 6]),
        ({"case": "case_2"}, [2, 5]),
        ({"case": "case_3"}, []),
        ({"case": "case_9"}, []),
        ({"office": "430200"}, [1, 2, 4, 5, 6]),
        ({"office": "430200", "includeSubordinate": False}, [1, 4, 6]),
        ({"office": "430281"}, [2, 5]),
        ({"office": "430200", "case": "case_1"}, [1, 4]),
        ({"office": "999999"}, []),
    ],
    ids=str,
)
async def test_the_log_is_narrowed_by_office_and_case(
    engine: AsyncEngine, rows: Rows, entries: None, chief: Api, where: dict[str, Any], cursors: list[int]
) -> None:
    await rows.insert(engine)

    data = await chief.ask(EVENTS, {"where": where})

    assert data == page(cursors, cursors[-1] if cursors else 0)


async def test_an_unknown_or_malformed_cursor_is_refused(
    engine: AsyncEngine, rows: Rows, entries: None, chief: Api
) -> None:
    await rows.insert(engine)

    assert (await chief.refusal(EVENTS, {"after": "log_8"}))[0] == "UNKNOWN_CURSOR"
    assert (await chief.refusal(EVENTS, {"after": "log_" + "9" * 18}))[0] == "UNKNOWN_CURSOR"
    assert (await chief.refusal(EVENTS, {"after": "log_99999999999999999999"}))[0] == "BAD_INPUT"
    assert (await chief.refusal(EVENTS, {"after": "7"}))[0] == "BAD_INPUT"
    assert (await chief.refusal(EVENTS, {"first": 101}))[0] == "BAD_INPUT"
    assert (await chief.refusal(EVENTS, {"first": 0}))[0] == "BAD_INPUT"
    assert (await chief.refusal(EVENTS, {"where": {"case": "nothing"}}))[0] == "BAD_INPUT"


async def test_each_entry_is_of_the_type_of_its_noun(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    case = rows.case("office_430200", id="case_1")
    assessment = rows.add(t.assessments, id="assessment_1", case_id=case, submitted_by_id="officer_handler")
    warning = rows.add(t.warnings, id="warning_1", case_id=case, office_id="office_430200", status="ARCHIVED")
    rows.event("office_430200", case_id=case, actor_id="officer_handler")
    rows.event("office_430200", case_id=case, noun="assessment", kind="SUBMITTED", assessment_id=assessment)
    issued = {"noun": "warning", "kind": "ISSUED", "warning_id": warning, "status": "ISSUED"}
    rows.event("office_430200", case_id=case, **issued)
    rows.event("office_430200", noun="office", kind="OPTION_SET")
    await rows.insert(engine)

    data = await chief.ask(
        """{ events { events { __typename summary office { code } case { id } actor { name }
               ... on CaseChange { ofCase: kind }
               ... on AssessmentChange { ofAssessment: kind assessment { id } }
               ... on WarningChange { ofWarning: kind status warning { id status } level { code } }
               ... on OfficeChange { ofOffice: kind } } }
             node(id: "event_0001") { __typename }
             case(number: "检公诉〔2011〕1号") { timeline(last: 2) { totalCount nodes { __typename cursor } } } }"""
    )

    shared = {"summary": "受理案件", "office": {"code": "430200"}, "case": {"id": "case_1"}, "actor": None}
    warned = {"warning": {"id": "warning_1", "status": "ARCHIVED"}, "status": "ISSUED", "level": None}
    actor = {"name": "officer_handler"}
    assert data["events"]["events"] == [
        {"__typename": "CaseChange", **shared, "actor": actor, "ofCase": "OPENED"},
        {"__typename": "AssessmentChange", **shared, "ofAssessment": "SUBMITTED", "assessment": {"id": "assessment_1"}},
        {"__typename": "WarningChange", **shared, "ofWarning": "ISSUED", **warned},
        {"__typename": "OfficeChange", **shared, "case": None, "ofOffice": "OPTION_SET"},
    ]
    assert data["node"] == {"__typename": "CaseChange"}
    latest = [
        {"__typename": "AssessmentChange", "cursor": "log_2"},
        {"__typename": "WarningChange", "cursor": "log_3"},
    ]
    assert data["case"] == {"timeline": {"totalCount": 3, "nodes": latest}}


async def test_an_administrator_sees_entries_of_offices_only(engine: AsyncEngine, rows: Rows, entries: None) -> None:
    administrator = rows.officer("officer_administrator", "office_430200", Role.ADMINISTRATOR)
    await rows.insert(engine)

    data = await Api(engine=engine, viewer=rows.viewer(administrator)).ask(EVENTS)

    assert data == page([6], 6)
