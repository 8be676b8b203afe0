"""Fifty clients on twenty cases, two processes on one database, a clock that is killed: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from caserisk import deadline_clock
from caserisk.domain.vocabulary import Role
from caserisk.store.replay import replay
from tests.adversarial.attempts import attempt
from tests.adversarial.concurrent_clients import Cases, OutcomeTally, check_cases, run_clients
from tests.adversarial.conftest import Country
from tests.adversarial.invariants import check_case, read_case
from tests.adversarial.mutation_setups import prepare_mutation
from tests.adversarial.processes import run_clients_in_process, tick, tick_and_die
from tests.adversarial.stored_rows import rows_of
from tests.support import flows
from tests.support.api import Api
from tests.support.databases import Databases
from tests.support.world import World

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
async def empty(database: str, databases: Databases) -> AsyncIterator[World]:
    """Provide a second database of the same kind, to replay into."""
    kind = "sqlite" if database.startswith("sqlite") else "postgresql"
    url = await asyncio.to_thread(databases.fresh, kind)
    async with World(url) as world:
        yield world


STAGES = (
    "reviewAssessment",
    "issueWarning",
    "acknowledgeWarning",
    "adoptPlan",
    "recordDisposition",
    "resolveWarning",
    "fileWarning",
    "archiveWarning",
    "superviseWarning",
    "replyToSupervision",
)
"""What can be done next in the city's cases."""


async def twenty_cases(country: Country) -> Cases:
    """Return ten cases of the city on their way, and ten new ones of another region."""
    under_way = [await prepare_mutation(country.world, country.city, mutation) for mutation in STAGES]
    new = [await country.world.open_case(country.elsewhere) for _ in range(10)]
    return {stage.case: country.city for stage in under_way if stage.case} | dict.fromkeys(new, country.elsewhere)


async def test_fifty_clients_leave_no_impossible_state(country: Country, empty: World) -> None:
    cases = await twenty_cases(country)

    tally = await run_clients(country.api, cases, clients=50, moves=6, seed=1)

    await check_cases(country.api, cases, tally)
    await is_what_its_log_adds_up_to(country.world, empty)
    assert tally.done.total() > 60  # how many of 300 moves are lawful depends on who comes first
    assert tally.refused["CONFLICT"] > 0


async def test_of_fifty_who_saw_one_version_one_acts(country: Country) -> None:
    office, case = country.city, await country.world.open_case(country.city)
    handler, chief = country.api.of(office, Role.CASE_HANDLER), country.api.of(office, Role.CHIEF_PROCURATOR)
    version = (await read_case(chief, case)).case["version"]
    petition = {"case": case, "channel": "来访", "description": "来访一次", "expectedVersion": version}

    outcomes = await asyncio.gather(*(attempt(handler, "recordPetition", petition) for _ in range(50)))

    assert [outcome.done for outcome in outcomes].count(True) == 1
    assert {code for outcome in outcomes for code in outcome.codes} == {"CONFLICT"}
    check_case(await read_case(chief, case), country.world.now)


async def test_two_processes_leave_no_impossible_state(
    country: Country, empty: World, database: str, tmp_path: Path
) -> None:
    cases = await twenty_cases(country)

    with ProcessPoolExecutor(2, mp_context=SPAWN) as pool:
        loop = asyncio.get_running_loop()
        played = [
            loop.run_in_executor(pool, run_clients_in_process, database, cases, seed, tmp_path) for seed in (1, 2)
        ]
        tallies = await asyncio.gather(*played)

    tally = sum(tallies, OutcomeTally())
    await check_cases(country.api, cases, tally)
    await is_what_its_log_adds_up_to(country.world, empty)
    assert all(each.done.total() > 30 for each in tallies)


async def test_a_killed_clock_leaves_nothing_out_and_nothing_double(
    country: Country, database: str, tmp_path: Path
) -> None:
    """One of two clocks dies in the middle of a transaction; each passed deadline is on record once."""
    warned = [await flows.receive_in_zhuzhou(country.world, country.city, level="level-1") for _ in range(20)]
    country.world.now += timedelta(days=30)
    clocks = [
        SPAWN.Process(target=target, args=(database, country.world.now, tmp_path)) for target in (tick_and_die, tick)
    ]

    for clock in clocks:
        clock.start()
    for clock in clocks:
        await asyncio.to_thread(clock.join, 60)

    assert [clock.exitcode for clock in clocks] == [-signal.SIGKILL, 0]
    assert [await told_overdue(country.api, country, item) for item in warned] == [1] * 20
    assert await deadline_clock.tick(country.world.runner) == 0


async def told_overdue(api: Api, country: Country, warned: flows.Warned) -> int:
    """Count how often the log says that a warning is overdue, and check its case."""
    seen = await read_case(api.of(country.city, Role.CHIEF_PROCURATOR), warned.case)
    check_case(seen, api.world.now)
    return sum(event["ofWarning"] == "OVERDUE" for event in seen.changes(warned.warning))


async def is_what_its_log_adds_up_to(world: World, empty: World) -> None:
    """Check that replaying the log gives the same rows."""
    await replay(world.store, empty.store)

    assert await rows_of(empty.store) == await rows_of(world.store)
