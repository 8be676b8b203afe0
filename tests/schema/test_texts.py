"""Labels, moments and levels as people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Locale
from caserisk.store import tables as t
from tests.schema.conftest import Api
from tests.schema.rows import EARLIER, NOW, Rows, both


@pytest.fixture
def levels(rows: Rows) -> tuple[str, str]:
    """A mild and a grave level."""
    scheme = rows.add(t.level_schemes, id="scheme_1", key="zhuzhou")
    given: dict[str, Any] = {"scheme_id": scheme, "scheme_key": "zhuzhou"}
    mild = rows.add(t.levels, id="scheme_1:level-1", code="level-1", label=both("一级", "Level 1"), rank=1, **given)
    grave = {"code": "level-4", "label": both("四级", "Level 4"), "rank": 4, "severity": "CRITICAL", "number": 4}
    return mild, rows.add(t.levels, id="scheme_1:level-4", **grave, **given)


LABELS = """
query ($chosen: Locale, $left: Locale) { node(id: "case_1") { ... on Case {
    stage { label }
    gates { reasons { text } }
    level { label zh: label(locale: ZH) en: label(locale: EN) chosen: label(locale: $chosen)
            left: label(locale: $left) null: label(locale: null)
            colour { name } scheme { name levels { code rank } } }
} } }
"""


@pytest.mark.parametrize(
    ("locale", "level", "stage"),
    [(Locale.ZH, "四级", "审查起诉"), (Locale.EN, "Level 4", "Prosecution review")],
    ids=["zh", "en"],
)
async def test_texts_come_in_the_language_of_the_request(
    engine: AsyncEngine, rows: Rows, chief: Api, levels: tuple[str, str], locale: Locale, level: str, stage: str
) -> None:
    """A `locale` that is left out, or null, is the request's."""
    rows.case("office_430200", id="case_1", level_id=levels[1])
    await rows.insert(engine)

    case = (await chief.ask(LABELS, {"chosen": "EN"}, locale=locale))["node"]

    assert case["stage"] == {"label": stage}
    assert case["level"]["label"] == case["level"]["left"] == case["level"]["null"] == level
    assert case["level"]["zh"] == "四级"
    assert case["level"]["en"] == case["level"]["chosen"] == "Level 4"
    assert case["level"]["scheme"]["levels"] == [{"code": "level-1", "rank": 1}, {"code": "level-4", "rank": 4}]


async def test_the_level_of_a_past_moment_is_known(
    engine: AsyncEngine, rows: Rows, chief: Api, levels: tuple[str, str]
) -> None:
    mild, grave = levels
    changes = [(0, 1, mild), (3, 2, None), (3, 3, grave), (5, 4, None)]
    case = rows.case("office_430200", id="case_1")
    other = rows.case("office_430200", id="case_2")
    for day, revision, level in changes:
        since = EARLIER + timedelta(days=day)
        rows.add(t.case_levels, case_id=case, since=since, revision=revision, level_id=level)
    rows.add(t.case_levels, case_id=other, since=EARLIER, revision=1, level_id=grave)
    await rows.insert(engine)
    moments = {
        "before": EARLIER - timedelta(seconds=1),
        "at": EARLIER,
        "mild": EARLIER + timedelta(days=2),
        "latest": EARLIER + timedelta(days=3),
        "none": EARLIER + timedelta(days=6),
    }
    fields = " ".join(f'{name}: levelAsOf(at: "{moment.isoformat()}") {{ code }}' for name, moment in moments.items())

    data = await chief.ask(f'{{ nodes(ids: ["case_1", "case_2"]) {{ ... on Case {{ {fields} }} }} }}')

    mild_, grave_ = {"code": "level-1"}, {"code": "level-4"}
    assert data["nodes"] == [
        {"before": None, "at": mild_, "mild": mild_, "latest": grave_, "none": None},
        {"before": None, "at": grave_, "mild": grave_, "latest": grave_, "none": grave_},
    ]


@pytest.mark.parametrize(
    ("due_in", "status", "overdue"),
    [
        (timedelta(seconds=1), "OPEN", False),
        (timedelta(0), "OPEN", True),
        (timedelta(days=-1), "OPEN", True),
        (timedelta(days=-1), "MET", False),
        (timedelta(days=-1), "MISSED", False),
    ],
)
async def test_overdue_is_open_and_past_due(
    engine: AsyncEngine, rows: Rows, chief: Api, due_in: timedelta, status: str, overdue: bool
) -> None:
    due_at = NOW + due_in
    rows.case("office_430200", id="case_1")
    rows.add(
        t.warnings,
        id="warning_1",
        case_id="case_1",
        office_id="office_430200",
        due_at=due_at if status == "OPEN" else None,
    )
    rows.add(t.deadlines, case_id="case_1", warning_id="warning_1", due_at=due_at, status=status)
    await rows.insert(engine)

    warning = (await chief.ask('{ node(id: "warning_1") { ... on Warning { overdue deadlines { met overdue } } } }'))[
        "node"
    ]

    assert warning == {"overdue": overdue, "deadlines": [{"met": status == "MET", "overdue": overdue}]}


async def test_moments_are_answered_at_the_offices_zone(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", id="case_1", opened_at=datetime(2011, 12, 31, 16, tzinfo=UTC))
    await rows.insert(engine)

    data = await chief.ask('{ node(id: "case_1") { ... on Case { openedAt closedAt } } }')

    assert data["node"] == {"openedAt": "2012-01-01T00:00:00+08:00", "closedAt": None}


AT = "query ($at: DateTime!) { cases(first: 1, where: { openedFrom: $at }) { nodes { levelAsOf(at: $at) { code } } } }"


@pytest.mark.parametrize(
    "moment",
    [
        "2011-11-10",
        "2011-11-10T09:00:00",
        "2011-11-10 09:00:00+08:00",
        "20111110T090000Z",
        "now",
        "",
        7,
        True,
        None,
        "2011-02-30T00:00:00Z",
        "2011-11-10T25:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "2011-11-10T09:00:00+99:99",
        "２０１１-11-10T09:00:00Z",
    ],
)
async def test_what_is_no_moment_is_refused(offline: Api, moment: object) -> None:
    result = await offline.execute(AT, {"at": moment})

    [error] = result.errors or []
    assert "$at" in error.message
    assert moment is None or (error.extensions == {"code": "BAD_INPUT"} and "不是有效的时间" in error.message)


@pytest.mark.parametrize("moment", ["2011-11-10T09:00:00+08:00", "2011-11-10T01:00:00Z", "2011-11-10t01:00:00.999z"])
async def test_a_moment_may_be_given_in_any_zone(engine: AsyncEngine, rows: Rows, chief: Api, moment: str) -> None:
    rows.case("office_430200", opened_at=EARLIER)
    await rows.insert(engine)
    query = "query ($at: DateTime!) { cases(where: { openedFrom: $at, openedTo: $at }) { totalCount } }"

    assert await chief.ask(query, {"at": moment}) == {"cases": {"totalCount": 1}}


@pytest.mark.parametrize("day", ["2011-11-31", "20111110", "2011-W45-4", "10.11.2011", 7, "0000-01-01"])
async def test_what_is_no_day_is_refused(offline: Api, day: object) -> None:
    query = 'query ($day: Date!) { statistics(office: "430200", from: $day, to: $day) { cases } }'

    code, message = await offline.refusal(query, {"day": day})

    assert code == "BAD_INPUT"
    assert "不是有效的日期" in message
