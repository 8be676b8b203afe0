"""A command sent twice under one key is carried out once and answered twice, for thirty days."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from caserisk import deadline_clock
from caserisk.command_runner import CommandResult
from caserisk.commands.cases import RecordPetition
from caserisk.domain.policy import Viewer
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, Role
from caserisk.store import tables as t
from caserisk.store.store import Store
from tests.support import flows
from tests.support.stored import stored_value
from tests.support.world import HUIZHOU, World

KEY = "d1f6"


async def petition(
    world: World, case: str, viewer: Viewer, *, key: str = KEY, description: str = "来信"
) -> CommandResult:
    """Put a petition on record under a key."""
    command = RecordPetition(case=case, channel="来信", description=description)
    return await world.runner.execute(command, viewer=viewer, idempotency_key=key)


async def petitions(world: World) -> int:
    """Count the petitions in the log."""
    of_kind = select(func.count()).where(t.events.c.type == "PetitionRecorded")
    return int(await stored_value(world.store, of_kind))


class WatchedStore(Store):
    """A store that tells when the clock has deleted old results: the last thing it does before it sleeps."""

    def __init__(self, world: World) -> None:
        super().__init__(world.store.database)
        self.deleted = asyncio.Event()

    async def delete_idempotent_results(self, before: datetime) -> int:
        deleted = await super().delete_idempotent_results(before)
        self.deleted.set()
        return deleted


async def let_the_clock_run(world: World) -> None:
    """Run the deadline clock for a round."""
    world.runner.store = store = WatchedStore(world)
    clock = asyncio.create_task(deadline_clock.run(world.runner))
    await store.deleted.wait()
    clock.cancel()
    await asyncio.wait([clock])


async def test_the_same_key_gives_the_same_answer(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)

    first = await petition(world, case, handler)
    await flows.submit(world, office, case, level="level-3")
    again = await petition(world, case, handler)

    assert again == first
    assert await petitions(world) == 1


async def test_a_key_sent_many_times_at_once_acts_once(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)

    answers = await asyncio.gather(*(petition(world, case, handler) for _ in range(8)))

    assert all(answer == answers[0] for answer in answers)
    assert await petitions(world) == 1


async def test_another_input_under_a_key_conflicts(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)
    await petition(world, case, handler)

    with pytest.raises(Refused) as refused:
        await petition(world, case, handler, description="另一封来信")

    assert [(problem.code, problem.path) for problem in refused.value.problems] == [
        (ErrorCode.CONFLICT, ("idempotency_key",))
    ]
    assert await petitions(world) == 1


async def test_a_key_belongs_to_who_sent_it(world: World) -> None:
    office = await world.office(HUIZHOU)
    case = await world.open_case(office)

    mine = await petition(world, case, office.viewer(Role.CASE_HANDLER))
    theirs = await petition(world, case, office.viewer(Role.DEPARTMENT_HEAD))

    assert theirs.position > mine.position
    assert await petitions(world) == 2


async def test_what_was_refused_leaves_the_key_free(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)

    with pytest.raises(Refused):
        await petition(world, case, handler, description=" ")
    await petition(world, case, handler)

    assert await petitions(world) == 1


@pytest.mark.parametrize("key", ["", "x" * 65, "a\x00b"])
async def test_a_key_is_a_short_text(world: World, key: str) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)

    with pytest.raises(Refused) as refused:
        await petition(world, case, handler, key=key)

    assert refused.value.problems[0].path == ("idempotency_key",)
    assert await petitions(world) == 0


async def test_a_key_is_kept_for_thirty_days(world: World) -> None:
    office = await world.office(HUIZHOU)
    case, handler = await world.open_case(office), office.viewer(Role.CASE_HANDLER)
    first = await petition(world, case, handler)

    world.now += timedelta(days=30)
    await let_the_clock_run(world)
    kept = await petition(world, case, handler)
    world.now += timedelta(seconds=1)
    await let_the_clock_run(world)
    anew = await petition(world, case, handler)

    assert kept == first
    assert anew.position > first.position
    assert await petitions(world) == 2
