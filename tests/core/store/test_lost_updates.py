"""Many act on one case at once: one wins where one can, nothing is lost, and the log tells exactly what was done."""

from __future__ import annotations

import asyncio
from collections import Counter

from sqlalchemy import func, select

from caserisk.commands.assessments import ReviewAssessment
from caserisk.commands.cases import RecordPetition
from caserisk.commands.command import Command
from caserisk.commands.warnings import AcknowledgeWarning, IssueWarning
from caserisk.domain.policy import Viewer
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, Role, Verdict
from caserisk.store import tables as t
from tests.support import flows
from tests.support.stored import stored_value
from tests.support.world import ZHUZHOU, World

CLIENTS = 20
DONE = "done"


async def all_at_once(
    world: World, command: Command, viewer: Viewer, *, expected_version: int | None = None
) -> Counter[str]:
    """Have many clients do the same; count those who did it, and those refused by code."""

    async def one() -> str:
        try:
            await world.runner.execute(command, viewer=viewer, expected_version=expected_version)
        except Refused as refusal:
            return str(refusal.problems[0].code)
        return DONE

    return Counter(await asyncio.gather(*(one() for _ in range(CLIENTS))))


async def logged(world: World, kind: str) -> int:
    """Count the entries of a kind in the log."""
    of_kind = select(func.count()).select_from(t.events).where(t.events.c.type == kind)
    return int(await stored_value(world.store, of_kind))


async def version_of(world: World, case: str) -> int:
    """Return the version of a case."""
    return int(await stored_value(world.store, select(t.cases.c.version).where(t.cases.c.id == case)))


async def test_one_of_many_receives_a_warning(world: World) -> None:
    office = await world.office(ZHUZHOU)
    warned = await flows.warn_in_zhuzhou(world, office)

    outcomes = await all_at_once(world, AcknowledgeWarning(warning=warned.warning), office.viewer(Role.DEPARTMENT_HEAD))

    assert outcomes == {DONE: 1, ErrorCode.WRONG_STATE.value: CLIENTS - 1}
    assert await logged(world, "WarningAcknowledged") == await logged(world, "DeadlinesStarted") == 1


async def test_one_of_many_issues_the_warning(world: World) -> None:
    office = await world.office(ZHUZHOU)
    case = await world.open_case(office)
    assessment = await flows.submit(world, office, case, level="level-3")
    await flows.review(world, office, assessment, *flows.HEAD_AND_LEADER, Role.EXPERT_COMMITTEE)

    outcomes = await all_at_once(world, IssueWarning(case=case), office.viewer(Role.LEADING_GROUP_OFFICE))

    assert outcomes == {DONE: 1, ErrorCode.WRONG_STATE.value: CLIENTS - 1}
    assert await logged(world, "WarningIssued") == 1


async def test_a_step_is_reviewed_only_once(world: World) -> None:
    office = await world.office(ZHUZHOU)
    assessment = await flows.submit(world, office, await world.open_case(office), level="level-3")

    approval = ReviewAssessment(assessment=assessment, verdict=Verdict.APPROVED)
    outcomes = await all_at_once(world, approval, office.viewer(Role.DEPARTMENT_HEAD))

    assert outcomes == {DONE: 1, ErrorCode.FORBIDDEN.value: CLIENTS - 1}  # the next step is the leader's
    assert await logged(world, "AssessmentReviewed") == 1


async def test_of_many_who_saw_one_version_one_acts(world: World) -> None:
    office = await world.office(ZHUZHOU)
    case = await world.open_case(office)
    seen = await version_of(world, case)

    petition = RecordPetition(case=case, channel="来访", description="来访一次")
    outcomes = await all_at_once(world, petition, office.viewer(Role.CASE_HANDLER), expected_version=seen)

    assert outcomes == {DONE: 1, ErrorCode.CONFLICT.value: CLIENTS - 1}
    assert await version_of(world, case) == seen + 1


async def test_nothing_that_was_done_is_lost(world: World) -> None:
    office = await world.office(ZHUZHOU)
    case = await world.open_case(office)
    seen = await version_of(world, case)

    petition = RecordPetition(case=case, channel="来访", description="来访一次")
    outcomes = await all_at_once(world, petition, office.viewer(Role.CASE_HANDLER))

    done = outcomes[DONE]
    assert set(outcomes) <= {DONE, ErrorCode.CONFLICT.value}  # who was too late too often is told so
    assert await logged(world, "PetitionRecorded") == done > 1
    assert await version_of(world, case) == seen + done
