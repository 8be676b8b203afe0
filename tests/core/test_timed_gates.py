"""A gate that time closes says until when it holds, is never read as open past that, and is decided anew then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from caserisk import deadline_clock
from caserisk.domain.facts import Facts
from caserisk.domain.rules import Gate
from caserisk.domain.vocabulary import GatedAct, Role
from tests.core.regulation.made_up import REASON, beside_the_others, region
from tests.support.api import Answer, Api
from tests.support.regions import assess, happened, look, new_case, open_case
from tests.support.world import StaffedOffice, World

OFFICE = "120000"
"""An office that has no other region's rules."""

HOLDS_FOR = timedelta(days=30)
DECIDE = {"act": "DISPOSITION_DECISION", "description": "拟不起诉"}


def gates(facts: Facts) -> tuple[Gate, ...]:
    """Let a decision be made for thirty days after the latest assessment."""
    latest = facts.latest
    until = latest.submitted_at + HOLDS_FOR if latest else None
    is_open = until is not None and facts.at < until
    return (
        Gate(act=GatedAct.DISPOSITION_DECISION, open=is_open, until=until if is_open else None, reasons=(REASON,)),
        Gate(act=GatedAct.CONCLUSION, open=latest is not None, reasons=(REASON,)),
    )


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """Provide a world with the office's region."""
    async with World(database, registry=beside_the_others(region(OFFICE, gates=gates))) as world:
        yield world


@pytest.fixture
async def office(world: World) -> StaffedOffice:
    """Provide the office."""
    return await world.office(OFFICE)


async def decision(api: Api, office: StaffedOffice, case: str) -> Answer:
    """Return the gate of the decision as it is read."""
    found = await look(api.of(office, Role.CASE_HANDLER), case, "gates { act open until reasons { rule } }")
    gate: Answer = next(gate for gate in found["gates"] if gate.pop("act") == "DISPOSITION_DECISION")
    return gate


async def test_it_says_until_when_and_is_not_open_past_it(world: World, office: StaffedOffice) -> None:
    """Before the clock has come round, too: the clock may be down."""
    api, end = Api(world), world.now + HOLDS_FOR
    case = await open_case(api, office)
    await assess(api, office, case, level=None)

    world.now = end - timedelta(seconds=1)
    before = await decision(api, office, case)
    world.now = end
    after = await decision(api, office, case)
    [error] = await api.of(office, Role.CASE_HANDLER).refused("recordAct", case=case, **DECIDE)

    moment = "2026-02-04T10:00:00+08:00"
    assert before == {"open": True, "until": moment, "reasons": [{"rule": "MUP-01"}]}
    assert (after["open"], error["code"]) == (False, "GATE_CLOSED")


async def test_the_clock_decides_it_anew_once(world: World, office: StaffedOffice) -> None:
    api, handler = Api(world), Api(world).of(office, Role.CASE_HANDLER)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)
    world.now += HOLDS_FOR - timedelta(seconds=1)
    early = await deadline_clock.tick(world.runner)
    world.now += timedelta(seconds=1)

    noticed = [await deadline_clock.tick(world.runner) for _ in range(2)]

    assert (early, noticed) == (0, [1, 0])
    assert await decision(api, office, case) == {"open": False, "until": None, "reasons": [{"rule": "MUP-01"}]}
    assert (await happened(handler, case)).count("case GATES_DECIDED") == 3  # opened, assessed, lapsed


async def test_a_new_assessment_opens_it_again(world: World, office: StaffedOffice) -> None:
    api, handler = Api(world), Api(world).of(office, Role.CASE_HANDLER)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)
    world.now += 2 * HOLDS_FOR

    await assess(api, office, case, level=None)
    await handler.do("recordAct", case=case, **DECIDE)

    assert (await decision(api, office, case))["open"]


async def test_a_concluded_case_has_no_gate_to_decide(world: World, office: StaffedOffice) -> None:
    api, handler = Api(world), Api(world).of(office, Role.CASE_HANDLER)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)
    await handler.do("recordAct", case=case, act="CONCLUSION", description="办结")
    world.now += HOLDS_FOR

    assert await deadline_clock.tick(world.runner) == 0


async def test_open_until_a_moment_that_has_passed_is_a_fault(database: str) -> None:
    def always(facts: Facts) -> Any:
        return (Gate(act=GatedAct.CONCLUSION, open=True, until=facts.at, reasons=(REASON,)),)

    async with World(database, registry=beside_the_others(region(OFFICE, gates=always))) as world:
        api, office = Api(world), await world.office(OFFICE)

        [error] = await api.of(office, Role.CASE_HANDLER).refused("openCase", **new_case(office))

        assert error["code"] == "PLUGIN_FAULT"
