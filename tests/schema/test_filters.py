"""What lists are narrowed by."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import WarningChangeKind
from caserisk.store import tables as t
from caserisk_graphql.api.filters import WarningChangeFilter
from tests.schema.conftest import Api
from tests.schema.rows import EARLIER, NOW, Rows, both

CASES = "query ($where: CaseFilter) { cases(where: $where, orderBy: OPENED_OLDEST) { totalCount nodes { number } } }"
TITLES = {"A-1": "甲", "A-2": "乙", "a-3": "丙", "B-1": "丁"}
"""The titles of the cases by number; the county's is not shown to the city."""
WARNINGS = (
    "query ($where: WarningFilter) { warnings(where: $where, orderBy: ISSUED_OLDEST) { totalCount nodes { id } } }"
)


def later(days: int) -> str:
    """A moment so many days after the first case was opened."""
    return (EARLIER + timedelta(days=days)).isoformat()


@pytest.fixture
def ledger(rows: Rows) -> None:
    """Four cases, a day apart; the first three under a warning each. Two schemes have a level of the same code."""
    for region in ("zhuzhou", "county"):
        rows.add(t.level_schemes, id=f"scheme_{region}", key=region)
        level = {"code": "red", "label": both("红", "Red"), "rank": 1, "severity": "HIGH"}
        rows.add(t.levels, id=f"scheme_{region}:red", scheme_id=f"scheme_{region}", scheme_key=region, **level)
    red, county_red = (
        {"level_id": "scheme_zhuzhou:red", "severity": 3},
        {"level_id": "scheme_county:red", "severity": 3},
    )
    given: list[dict[str, Any]] = [
        {"number": "A-1", "title": "甲", "handler_id": "officer_handler", **red},
        {"number": "A-2", "title": "乙", "stage_key": "trial", "closed_at": NOW, "cause": "50%_Fraud"},
        {"number": "a-3", "title": "丙", **county_red},
        {"number": "B-1", "title": "丁", "parties": [{"label": "甲某某", "role": "被告人"}]},
    ]
    due = [NOW - timedelta(days=1), NOW + timedelta(days=1), None]
    for day, case in enumerate(given):
        office = "office_430281" if day == 2 else "office_430200"
        rows.case(office, id=f"case_{day}", opened_at=EARLIER + timedelta(days=day), **case)
    for day, due_at in enumerate(due):
        office = "office_430281" if day == 2 else "office_430200"
        level = {"level_id": given[day].get("level_id"), "severity": given[day].get("severity")}
        at = EARLIER + timedelta(days=day)
        status = {"status": "RESOLVED" if due_at is None else "ISSUED", "due_at": due_at, "issued_at": at}
        rows.add(t.warnings, id=f"warning_{day}", case_id=f"case_{day}", office_id=office, **status, **level)


OF_CASES: list[tuple[dict[str, Any] | None, str]] = [
    (None, "甲乙丙丁"),
    ({}, "甲乙丙丁"),
    ({"office": "430200"}, "甲乙丙丁"),
    ({"office": "430200", "includeSubordinate": False}, "甲乙丁"),
    ({"office": "430000"}, "甲乙丙丁"),
    ({"office": "430281"}, "丙"),
    ({"office": "370000"}, ""),
    ({"office": "999999"}, ""),
    ({"office": "%"}, ""),
    ({"open": True}, "甲丙丁"),
    ({"open": False}, "乙"),
    ({"open": None}, "甲乙丙丁"),
    ({"stage": ["trial"]}, "乙"),
    ({"stage": ["trial", "prosecution"]}, "甲乙丙丁"),
    ({"stage": []}, "甲乙丙丁"),
    ({"handler": "officer_handler"}, "甲"),
    ({"handler": "officer_nobody"}, ""),
    ({"severity": ["HIGH"]}, "甲丙"),
    ({"severity": ["LOW", "CRITICAL"]}, ""),
    ({"severity": []}, "甲乙丙丁"),
    ({"level": ["zhuzhou:red"]}, "甲"),
    ({"level": ["zhuzhou:red", "county:red"]}, "甲丙"),
    ({"level": ["zhuzhou:blue"]}, ""),
    ({"level": ["red"], "office": "430200"}, "甲丙"),
    ({"level": ["red"], "office": "430200", "includeSubordinate": False}, "甲"),
    ({"level": []}, "甲乙丙丁"),
    ({"number": "A-"}, "甲乙"),
    ({"number": "A-1"}, "甲"),
    ({"number": "-1"}, ""),
    ({"number": "_-1"}, ""),
    ({"text": "甲"}, "甲"),
    ({"text": "a-"}, "甲乙丙"),
    ({"text": "fraud"}, "乙"),
    ({"text": "50%_f"}, "乙"),
    ({"text": "%"}, "乙"),
    ({"text": "_"}, "乙"),
    ({"text": "/"}, ""),
    ({"text": "某"}, ""),
    ({"text": "' OR 1=1 --"}, ""),
    ({"openedFrom": later(1)}, "乙丙丁"),
    ({"openedTo": later(1)}, "甲乙"),
    ({"openedFrom": later(1), "openedTo": later(2)}, "乙丙"),
    ({"open": True, "severity": ["HIGH"], "text": "-1"}, "甲"),
]
"""Conditions, and the titles of the cases that meet them."""

OF_WARNINGS: list[tuple[dict[str, Any] | None, list[int]]] = [
    (None, [0, 1, 2]),
    ({"office": "430281"}, [2]),
    ({"office": "430200", "includeSubordinate": False}, [0, 1]),
    ({"status": ["ISSUED", "ACKNOWLEDGED"]}, [0, 1]),
    ({"status": []}, [0, 1, 2]),
    ({"severity": ["HIGH"]}, [0, 2]),
    ({"level": ["county:red"]}, [2]),
    ({"level": ["red"], "office": "430281"}, [2]),
    ({"overdue": True}, [0]),
    ({"overdue": False}, [1, 2]),
    ({"dueBefore": (NOW + timedelta(days=1)).isoformat()}, [0]),
    ({"dueBefore": (NOW + timedelta(days=1, seconds=1)).isoformat()}, [0, 1]),
    ({"issuedFrom": later(1)}, [1, 2]),
    ({"issuedTo": later(0)}, [0]),
    ({"case": "case_1"}, [1]),
    ({"case": "case_9"}, []),
]
"""Conditions, and the days of the warnings that meet them."""


async def test_cases_are_narrowed(engine: AsyncEngine, rows: Rows, ledger: None, chief: Api) -> None:
    await rows.insert(engine)

    answers = [(where, (await chief.ask(CASES, {"where": where}))["cases"]) for where, _ in OF_CASES]

    found = [(where, "".join(TITLES[case["number"]] for case in cases["nodes"])) for where, cases in answers]
    assert found == OF_CASES
    assert [cases["totalCount"] for _, cases in answers] == [len(titles) for _, titles in OF_CASES]


async def test_the_ledger_is_narrowed(engine: AsyncEngine, rows: Rows, ledger: None, chief: Api) -> None:
    await rows.insert(engine)

    answers = [(where, (await chief.ask(WARNINGS, {"where": where}))["warnings"]) for where, _ in OF_WARNINGS]

    found = [(where, [int(item["id"].removeprefix("warning_")) for item in of["nodes"]]) for where, of in answers]
    assert found == OF_WARNINGS
    assert [warnings["totalCount"] for _, warnings in answers] == [len(days) for _, days in OF_WARNINGS]


@pytest.mark.parametrize(
    "where",
    [
        {"level": ["red"]},
        {"level": [":red"]},
        {"level": ["zhuzhou:"]},
        {"level": ["zhuzhou:red", "red"]},
        {"level": ["red\0"], "office": "430200"},
        {"handler": "nobody!"},
        {"office": "4" * 65},
        {"number": "1" * 201},
        {"text": "字" * 201},
        {"text": "a\0"},
        {"stage": ["s" * 65]},
    ],
    ids=lambda where: str(where)[:40],
)
async def test_a_condition_that_nothing_could_meet_is_refused(offline: Api, where: dict[str, Any]) -> None:
    code, message = await offline.refusal(CASES, {"where": where})

    assert code == "BAD_INPUT"
    assert " / " in message


async def test_changes_are_narrowed_by_what_they_were(
    engine: AsyncEngine, rows: Rows, ledger: None, chief: Api
) -> None:
    issued = {"noun": "warning", "kind": "ISSUED", "case_id": "case_0", "warning_id": "warning_0", "status": "ISSUED"}
    rows.event("office_430200", **issued)
    adjusted = {**issued, "kind": "LEVEL_ADJUSTED", "level_id": "scheme_zhuzhou:red", "severity": 3}
    rows.event("office_430200", **adjusted)
    rows.event("office_430281", **{**adjusted, "case_id": "case_2", "warning_id": "warning_2"})
    await rows.insert(engine)

    async def positions(**where: Any) -> list[int]:
        """The positions of the changes that a filter lets pass."""
        given = WarningChangeFilter(**where)
        async with chief.context() as context:
            statement = t.events.select().where(*given.conditions(context.read_context)).order_by(t.events.c.position)
            return [row["position"] for row in await context.snapshot.rows(statement)]

    assert await positions() == [1, 2, 3]
    assert await positions(severity=[]) == [1, 2, 3]
    assert await positions(kind=[WarningChangeKind.ISSUED]) == [1]
    assert await positions(level=["zhuzhou:red"]) == [2, 3]
    assert await positions(office="430281") == [3]
    assert await positions(case="case_0") == [1, 2]
