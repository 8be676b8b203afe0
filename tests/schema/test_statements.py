"""A fixed number of statements, whatever the size of the page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store import tables as t
from caserisk.store.database import create_engine
from tests.schema.conftest import Api
from tests.schema.rows import EARLIER, Rows, both
from tests.support.databases import Databases

READ_ONLY = select(func.current_setting("transaction_read_only").label("read_only"))
CLOSED_AT = "2011-11-11T01:00:00Z"
BOARD = """
query ($first: Int) { cases(first: $first) { nodes {
    number handler { name } level { code scheme { key } }
    currentAssessment { submittedBy { name } level { code } }
    activeWarning { status deadlines { dueOn } dispositions(first: 5) { nodes { performedBy { name } } totalCount } }
    deadlines { dueOn }
} } }
"""


def busy_cases(rows: Rows, count: int) -> None:
    """Add cases with everything that a board shows."""
    scheme = rows.add(t.level_schemes, key="zhuzhou")
    level = rows.add(
        t.levels, scheme_id=scheme, scheme_key="zhuzhou", code="level-1", label={"zh": "一级", "en": "1"}, rank=1
    )
    office, handler = "office_430200", "officer_handler"
    for number in range(count):
        assessment, warning = f"assessment_{number}", f"warning_{number}"
        case = rows.case(
            office, handler_id=handler, level_id=level, current_assessment_id=assessment, active_warning_id=warning
        )
        rows.add(t.assessments, id=assessment, case_id=case, submitted_by_id=handler, level_id=level)
        rows.add(t.warnings, id=warning, case_id=case, office_id=office, assessment_id=assessment, level_id=level)
        for _ in range(2):
            rows.add(t.deadlines, case_id=case, warning_id=warning)
            rows.add(t.dispositions, case_id=case, warning_id=warning, performed_by_id=handler)


async def test_a_hundred_cases_cost_as_many_statements_as_ten(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    busy_cases(rows, 100)
    await rows.insert(engine)

    ten = await chief.ask(BOARD, {"first": 10})
    statements_for_ten = chief.statements
    hundred = await chief.ask(BOARD, {"first": 100})

    assert chief.statements == statements_for_ten <= 13
    assert (len(ten["cases"]["nodes"]), len(hundred["cases"]["nodes"])) == (10, 100)
    for case in hundred["cases"]["nodes"]:
        assert case["currentAssessment"]["level"] == {"code": "level-1"}
        assert case["activeWarning"]["dispositions"]["totalCount"] == 2
        assert len(case["deadlines"]) == len(case["activeWarning"]["deadlines"]) == 2


async def test_a_total_is_counted_only_when_asked_for(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200")
    await rows.insert(engine)

    await chief.ask("{ cases { nodes { id } edges { cursor } pageInfo { endCursor } } }")
    without = chief.statements
    await chief.ask("{ cases { totalCount } }")
    alone = chief.statements
    await chief.ask("{ cases { nodes { id } totalCount } }")

    assert (without, alone, chief.statements) == (1, 1, 2)


async def test_a_request_reads_one_snapshot(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    rows.case("office_430200", number="甲", handler_id="officer_handler")
    await rows.insert(engine)
    context = chief.context()
    later = Rows("later")
    later.case("office_430200", number="乙")

    async with context:
        before = await context.reader.find(t.cases.c.number, "甲")
        await later.insert(engine)
        unseen = await context.reader.find(t.cases.c.number, "乙")
        await context.refresh(now=EARLIER)
        after = await context.reader.find(t.cases.c.number, "乙")

    assert before is not None
    assert unseen is None
    assert after is not None
    assert context.now == EARLIER


async def test_a_closed_snapshot_reads_nothing_more(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    await rows.insert(engine)
    async with chief.context() as context:
        reads = context.reader

    with pytest.raises(RuntimeError, match="closed"):
        await reads.find(t.cases.c.number, "甲")


@pytest.fixture
def postgresql(databases: Databases) -> str:
    return databases.fresh("postgresql")


async def test_the_snapshot_of_a_request_is_read_only(postgresql: str, rows: Rows) -> None:
    """SQLite has no such transactions."""
    engine = create_engine(postgresql)
    await rows.insert(engine)

    async with Api(engine=engine, viewer=rows.viewer("officer_chief")).context() as context:
        [row] = await context.snapshot.rows(READ_ONLY)
    await engine.dispose()

    assert row == {"read_only": "on"}


async def test_an_error_in_one_object_leaves_the_others_whole(engine: AsyncEngine, rows: Rows, chief: Api) -> None:
    """The closure that fails is waiting for the same department as the other, and stops waiting."""
    attested = {"key": "settled", "label": both("息诉", "settled"), "note": None, "by_id": "officer_handler"}
    closed = {"outcome": "SETTLED", "feedback": None, "at": CLOSED_AT, "attestations": [{**attested, "at": CLOSED_AT}]}
    for number, by in enumerate(["officer_nobody", "officer_handler"]):
        case = rows.case("office_430200")
        given = {"status": "RESOLVED", "closure": {**closed, "by_id": by}}
        rows.add(t.warnings, id=f"warning_{number}", case_id=case, office_id="office_430200", **given)
    await rows.insert(engine)

    result = await chief.execute(
        """{ nodes(ids: ["warning_0", "warning_1"]) { ... on Warning {
            closure { at by { name } attestations { by { department { name } } } }
        } } }"""
    )

    [error] = result.errors or []
    assert error.path == ["nodes", 0, "closure", "by"]
    assert result.data == {
        "nodes": [
            {"closure": None},
            {
                "closure": {
                    "at": "2011-11-11T09:00:00+08:00",
                    "by": {"name": "officer_handler"},
                    "attestations": [{"by": {"department": {"name": "公诉处"}}}],
                }
            },
        ]
    }
