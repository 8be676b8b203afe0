"""Who reads the parties of a case is on record before they are shown, whichever executor answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from caserisk.domain.vocabulary import Role
from caserisk.store.party_access_log import PartyAccessLog
from caserisk_graphql.api.schema import schema
from caserisk_graphql.engine.compiler.compiler import Compiler
from caserisk_graphql.engine.engine import Engine
from tests.support import flows
from tests.support.api import Api, Client
from tests.support.world import ZHUZHOU, StaffedOffice, World

LISTED = "{ cases { nodes { id parties { label } } } }"
UNREAD = "{ cases { nodes { id title } } }"


@pytest.fixture
async def office(world: World) -> StaffedOffice:
    """An office."""
    return await world.office(ZHUZHOU)


@pytest.fixture(params=["compiled", "reference"])
def operations(world: World, request: pytest.FixtureRequest) -> Engine:
    """Either executor, with the record."""
    compiler = Compiler(schema(), world.store) if request.param == "compiled" else None
    return Engine(schema(), compiler, party_access_log=PartyAccessLog(world.store))


def officer(world: World, office: StaffedOffice, role: Role, operations: Engine) -> Client:
    """The officer of a role, at the API."""
    return replace(Api(world).of(office, role), operations=operations)


async def on_record(world: World, case: str) -> list[str]:
    """The officers who are on record as readers of a case's parties."""
    return [reader.officer_id for reader in await PartyAccessLog(world.store).readers(case)]


async def test_whoever_is_shown_parties_is_on_record(world: World, office: StaffedOffice, operations: Engine) -> None:
    one, two = [await world.open_case(office) for _ in range(2)]
    chief = officer(world, office, Role.CHIEF_PROCURATOR, operations)

    await chief.ask(LISTED)
    await chief.ask(LISTED)

    for case in (one, two):
        assert await on_record(world, case) == [office.officer_id(Role.CHIEF_PROCURATOR)]


async def test_each_day_is_on_record(world: World, office: StaffedOffice, operations: Engine) -> None:
    case = await world.open_case(office)

    await officer(world, office, Role.CHIEF_PROCURATOR, operations).ask(LISTED)
    world.now += timedelta(days=1)
    await officer(world, office, Role.CHIEF_PROCURATOR, operations).ask(LISTED)

    first, second = await PartyAccessLog(world.store).readers(case)
    assert second.day - first.day == timedelta(days=1)


async def test_who_is_shown_none_is_not(world: World, office: StaffedOffice, operations: Engine) -> None:
    case = await world.open_case(office)

    await officer(world, office, Role.INTEGRATOR, operations).ask(LISTED)
    await officer(world, office, Role.CHIEF_PROCURATOR, operations).ask(UNREAD)

    assert await on_record(world, case) == []


async def test_an_events_reader_is_on_record(world: World, office: StaffedOffice, operations: Engine) -> None:
    warned = await flows.warn_in_zhuzhou(world, office)
    head = officer(world, office, Role.DEPARTMENT_HEAD, operations)
    events = head.follow('subscription { warningChanges(after: "log_0") { case { parties { label } } } }')

    assert (await anext(events))["warningChanges"]["case"]["parties"] is not None
    await events.aclose()

    assert await on_record(world, warned.case) == [office.officer_id(Role.DEPARTMENT_HEAD)]


async def test_what_cannot_be_recorded_is_not_shown(
    world: World, office: StaffedOffice, operations: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.open_case(office)

    async def away(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(PartyAccessLog, "record", away)
    data, errors = await officer(world, office, Role.CHIEF_PROCURATOR, operations).execute(LISTED)

    assert data is None
    assert [error["extensions"]["code"] for error in errors] == ["INTERNAL"]
