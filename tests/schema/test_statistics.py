"""Statistics of a period, both days included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.terms import OFFICE_ZONE
from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import NOW, Rows, both

QUERY = """
query ($office: String! = "430200", $from: Date! = "2011-10-01", $to: Date! = "2011-11-30") {
  statistics(office: $office, from: $from, to: $to) {
    cases assessed warnings warnedCases resolved overdue
    byLevel { level { code } warnings warnedCases }
    byOffice { office { code } cases warnings overdue }
    byMonth { month cases warnings resolved }
  }
}
"""
COUNTS = """
query ($office: String! = "430200", $to: Date!) { statistics(office: $office, from: "2011-10-01", to: $to) { overdue } }
"""


def on(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of 2011 by the clock on the office's wall."""
    return datetime(2011, month, day, hour, minute, tzinfo=OFFICE_ZONE).astimezone(UTC)


@pytest.fixture
def year(rows: Rows) -> None:
    """Cases at the edges of the period and inside, in the city and a county."""
    rows.add(t.level_schemes, id="scheme_1", key="zhuzhou")
    for rank, code in enumerate(("yellow", "red"), start=1):
        level = {"label": both(code, code), "severity": ("LOW", "CRITICAL")[rank - 1]}
        rows.add(
            t.levels, id=f"scheme_1:{code}", scheme_id="scheme_1", scheme_key="zhuzhou", code=code, rank=rank, **level
        )
    opened = {
        "case_early": on(9, 30, 23, 59),
        "case_first": on(10, 1, 0),
        "case_inside": on(11, 10),
        "case_last": on(11, 30, 23, 59),
        "case_late": on(12, 1, 0),
    }
    for id, at in opened.items():
        rows.case("office_430281" if id == "case_last" else "office_430200", id=id, opened_at=at)
        rows.add(t.assessments, case_id=id, submitted_by_id="officer_handler", status="RETURNED")
    rows.case("office_370000", id="case_elsewhere", opened_at=on(11, 10))
    for _ in range(2):
        rows.add(t.assessments, case_id="case_inside", submitted_by_id="officer_handler", status="SUPERSEDED")
    rows.add(t.assessments, case_id="case_inside", submitted_by_id="officer_handler")
    red, yellow = {"level_id": "scheme_1:red", "severity": 4}, {"level_id": "scheme_1:yellow", "severity": 1}

    def warning(case: str, at: datetime, **given: Any) -> str:
        office = "office_430281" if case == "case_last" else "office_430200"
        return rows.add(t.warnings, case_id=case, office_id=office, issued_at=at, **given)

    warning("case_early", on(9, 30), status="RESOLVED", resolved_at=on(10, 2), **red)
    warning("case_inside", on(11, 11), status="LIFTED", **red)
    warning("case_inside", on(11, 12), status="RESOLVED", resolved_at=on(12, 2), **red)
    warning("case_first", on(11, 13), **yellow)
    warning("case_last", on(11, 30, 23, 59))


async def test_counts_are_of_the_period_and_of_offices_below(
    engine: AsyncEngine, rows: Rows, year: None, chief: Api
) -> None:
    await rows.insert(engine)

    data = await chief.ask(QUERY, now=on(12, 31))

    assert data["statistics"] == {
        "cases": 3,
        "assessed": 1,
        "warnings": 4,
        "warnedCases": 3,
        "resolved": 1,
        "overdue": 0,
        "byLevel": [
            {"level": {"code": "red"}, "warnings": 2, "warnedCases": 1},
            {"level": {"code": "yellow"}, "warnings": 1, "warnedCases": 1},
            {"level": None, "warnings": 1, "warnedCases": 1},
        ],
        "byOffice": [
            {"office": {"code": "430200"}, "cases": 2, "warnings": 3, "overdue": 0},
            {"office": {"code": "430281"}, "cases": 1, "warnings": 1, "overdue": 0},
        ],
        "byMonth": [
            {"month": "2011-10", "cases": 1, "warnings": 0, "resolved": 1},
            {"month": "2011-11", "cases": 2, "warnings": 4, "resolved": 0},
        ],
    }


async def test_an_office_that_is_unknown_or_unseen_counts_nothing(
    engine: AsyncEngine, rows: Rows, year: None, chief: Api
) -> None:
    await rows.insert(engine)

    unknown = await chief.ask(QUERY, {"office": "999999"})
    unseen = await chief.ask(QUERY, {"office": "370000"})

    assert unknown == unseen
    assert unseen["statistics"]["cases"] == 0
    assert unseen["statistics"]["byOffice"] == []


ENDED: list[tuple[dict[str, Any], datetime | None, dict[str, int]]] = [
    ({}, None, {"2011-11-14": 0, "2011-11-15": 1, "2011-11-30": 1}),
    ({"status": "MET", "met_at": on(11, 14)}, on(11, 17), {"2011-11-16": 0}),
    ({"status": "MISSED", "met_at": on(11, 17)}, on(11, 17), {"2011-11-16": 1, "2011-11-17": 0}),
    ({"status": "MISSED"}, on(11, 17), {"2011-11-16": 1, "2011-11-17": 0}),
    ({"status": "CANCELLED"}, on(11, 17), {"2011-11-16": 1, "2011-11-17": 0}),
    ({"status": "CANCELLED"}, None, {"2011-11-16": 0}),
]
"""How a deadline ended, when its warning was resolved, and how many are overdue on which day."""


async def test_overdue_is_counted_as_it_was_at_the_end(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """The deadline passes when the 14th ends; that day itself is in time."""
    for number, (ended, resolved_at, _) in enumerate(ENDED):
        office = rows.office(f"43029{number}", below="430200")
        case = rows.case(office)
        due_at = on(11, 15, 0)
        stands = {"status": "RESOLVED", "resolved_at": resolved_at} if ended else {"status": "ISSUED", "due_at": due_at}
        warning = rows.add(t.warnings, case_id=case, office_id=office, **stands)
        for _ in range(2):
            rows.add(t.deadlines, case_id=case, warning_id=warning, due_at=due_at, **ended)
    await rows.insert(engine)

    for number, (_, _, expected) in enumerate(ENDED):
        for to, overdue in expected.items():
            data = await chief.ask(COUNTS, {"office": f"43029{number}", "to": to}, now=on(12, 31))
            assert data == {"statistics": {"overdue": overdue}}, (number, to)


async def test_nothing_is_overdue_before_its_time(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """A period that is not over is looked at as it is now."""
    case = rows.case("office_430200")
    warning = rows.add(t.warnings, case_id=case, office_id="office_430200")
    rows.add(t.deadlines, case_id=case, warning_id=warning, due_at=NOW + timedelta(hours=1))
    await rows.insert(engine)

    assert await chief.ask(COUNTS, {"to": "2011-12-31"}) == {"statistics": {"overdue": 0}}


async def test_a_period_that_ends_before_it_begins_is_refused(offline: Api) -> None:
    code, message = await offline.refusal(QUERY, {"from": "2011-11-02", "to": "2011-11-01"})

    assert code == "BAD_INPUT"
    assert "2011-11-01" in message
