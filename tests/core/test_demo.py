"""The demonstration data: every state is there, by the rules, and the same again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from caserisk.demo import build_demo, is_empty
from caserisk.demo.scenarios import SCENARIOS
from caserisk.domain.refusals import Refused
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineStatus,
    Role,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.importing import ImportReport, import_cases
from caserisk.regulation.registry import Registry
from caserisk.store import tables as t
from caserisk.store.database import Row
from caserisk.store.verification import verify
from caserisk.working_days import OfficialCalendar
from tests.support.databases import Databases, SqliteFiles
from tests.support.stored import stored_rows
from tests.support.world import ZHUZHOU, World, all_regions

TODAY = datetime(2026, 6, 30, 4, tzinfo=UTC)
EXAMPLES = Path(__file__).parents[2] / "examples" / "cases.csv"
EVERY_SCENARIO = len(SCENARIOS)


async def built(world: World, cases: int) -> None:
    """Build the demonstration as of `TODAY`."""
    world.now = TODAY
    await build_demo(world.runner, cases=cases)


async def rows(world: World, table: Table) -> list[Row]:
    """All there is in a table, in the order of its key."""
    return await stored_rows(world.store, select(table).order_by(*table.primary_key))


async def values(world: World, table: Table, column: str) -> set[Any]:
    """The values of a column."""
    return {row[column] for row in await rows(world, table)}


@pytest.fixture(scope="module")
def demonstration(sqlite_supply: SqliteFiles) -> Iterator[str]:
    """A database with each scenario, and a few more cases."""

    async def fill() -> None:
        async with World(url) as world:
            await built(world, EVERY_SCENARIO + 9)

    url = sqlite_supply.fresh()
    asyncio.run(fill())
    yield url
    sqlite_supply.take_back(url)


@pytest.fixture
async def year(demonstration: str) -> AsyncIterator[World]:
    """The demonstration, to look at."""
    async with World(demonstration) as world:
        yield world


# ------------------------------------------------------------------------------------------------ what is there


async def test_every_office_has_every_role(year: World) -> None:
    offices, officers = await rows(year, t.offices), await rows(year, t.officers)

    assert len(offices) == 12
    for office in offices:
        held = {role for officer in officers if officer["office_id"] == office["id"] for role in officer["roles"]}
        assert held == set(Role)


async def test_each_region_has_offices_beneath_it(year: World) -> None:
    beneath = Counter(row["path"].split("/")[1] for row in await rows(year, t.offices) if row["parent_id"])

    assert beneath == {"370000": 3, "430200": 3, "441300": 3}


async def test_handlers_are_known_by_name(year: World) -> None:
    names = Counter((officer["office_id"], officer["name"]) for officer in await rows(year, t.officers))

    assert max(names.values()) == 1


async def test_the_rows_are_what_the_log_adds_up_to(year: World) -> None:
    assert [difference async for part in verify(year.store) for difference in part.differences] == []


async def test_assessments_of_every_status_are_there(year: World) -> None:
    assert await values(year, t.assessments, "status") == set(AssessmentStatus)
    assert await values(year, t.assessments, "has_risk") == {True, False}


async def test_warnings_of_every_status_are_there(year: World) -> None:
    assert await values(year, t.warnings, "status") == set(WarningStatus) - {WarningStatus.CONTROLLED}


async def test_levels_are_raised_and_lowered(year: World) -> None:
    levels = {row["id"]: row["rank"] for row in await rows(year, t.levels)}
    changes: dict[str, list[int]] = {}
    for period in await rows(year, t.case_levels):
        changes.setdefault(period["case_id"], []).append(levels.get(period["level_id"], 0))

    steps = {later > earlier for ranks in changes.values() for earlier, later in pairwise(ranks)}
    assert steps == {True, False}


async def test_deadlines_end_in_every_way(year: World) -> None:
    deadlines = await rows(year, t.deadlines)

    assert {deadline["status"] for deadline in deadlines} == set(DeadlineStatus)
    assert any(deadline["status"] == "OPEN" and deadline["passed_at"] for deadline in deadlines)


async def test_no_passed_deadline_was_overlooked(year: World) -> None:
    assert await year.store.passed_deadlines(TODAY, 1) == []


async def test_supervisions_of_every_status_are_there(year: World) -> None:
    assert await values(year, t.supervisions, "status") == set(SupervisionStatus)


async def test_some_notices_are_read(year: World) -> None:
    read_by_somebody = {reading["notice_id"] for reading in await rows(year, t.notice_reads)}
    read = {notice["id"] in read_by_somebody for notice in await rows(year, t.notices)}

    assert read == {True, False}


async def test_some_cases_are_closed_and_petitioned(year: World) -> None:
    cases = await rows(year, t.cases)

    assert {case["closed_at"] is not None for case in cases} == {True, False}
    assert {case["petition_recorded"] for case in cases} == {True, False}


def test_most_cases_are_without_risk() -> None:
    contentious = sum(scenario.weight for scenario in SCENARIOS if scenario.contentious)

    assert contentious < sum(scenario.weight for scenario in SCENARIOS) / 4


# ------------------------------------------------------------------------------------------------ by the rules


async def test_a_case_has_one_running_warning(year: World) -> None:
    active = Counter(
        warning["case_id"]
        for warning in await rows(year, t.warnings)
        if warning["status"] in {"ISSUED", "ACKNOWLEDGED", "IN_DISPOSITION"}
    )

    assert set(active.values()) == {1}
    named = {case["id"] for case in await rows(year, t.cases) if case["active_warning_id"]}
    assert named == set(active)


async def test_a_year_passes_in_order(year: World) -> None:
    moments = [entry["at"] for entry in await rows(year, t.events)]

    assert moments == sorted(moments)
    assert moments[-1] <= TODAY
    assert (TODAY - moments[0]).days <= 400


async def test_people_act_on_working_days(year: World) -> None:
    calendar = OfficialCalendar()

    days = {office_day(entry["at"]) for entry in await rows(year, t.events) if entry["actor_id"]}

    assert [day for day in days if not calendar.is_working_day(day)] == []


# ------------------------------------------------------------------------------------------------ building it


async def test_one_seed_gives_one_year(databases: Databases) -> None:
    logs = []
    for _ in range(2):
        async with World(databases.fresh("sqlite")) as world:
            await built(world, 3)
            logs.append([dict(row) for row in await rows(world, t.events)])

    assert logs[0] == logs[1]


async def test_it_is_built_without_any_region(databases: Databases) -> None:
    base = all_regions().baseline
    async with World(databases.fresh("sqlite"), registry=Registry([], base)) as world:
        await built(world, EVERY_SCENARIO)

        assert len(await rows(world, t.cases)) == EVERY_SCENARIO
        assert await values(world, t.levels, "scheme_key") == {"baseline"}


async def test_progress_tells_of_every_act(world: World) -> None:
    told: list[tuple[int, int]] = []
    world.now = TODAY

    await build_demo(world.runner, cases=2, progress=lambda done, total: told.append((done, total)))

    assert told == [(done, len(told)) for done in range(1, len(told) + 1)]
    assert len(await rows(world, t.cases)) == 2


async def test_a_used_database_is_left_alone(world: World) -> None:
    assert await is_empty(world.store)
    await world.office(ZHUZHOU)
    before = await world.store.end_of_log()

    with pytest.raises(Refused):
        await build_demo(world.runner, cases=1)

    assert not await is_empty(world.store)
    assert await world.store.end_of_log() == before


async def test_the_example_file_goes_with_it(world: World) -> None:
    await built(world, 1)

    first, second = await import_cases(world.runner, EXAMPLES), await import_cases(world.runner, EXAMPLES)

    assert first == ImportReport(imported=60, unchanged=0, problems=())
    assert second == ImportReport(imported=0, unchanged=60, problems=())
