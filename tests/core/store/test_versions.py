"""A change raises the version of what it changes by one, so that a client can tell whether what it saw is still so."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from caserisk.domain.casefile import CaseFile
from caserisk.domain.folding import fold, open_file
from caserisk.store import log
from caserisk.store import tables as t
from tests.core.store.test_replay import three_regions_at_work
from tests.support.stored import stored_rows
from tests.support.world import World

RAISED_BY = {
    "assessments": {
        "AssessmentReviewed",
        "AssessmentReturned",
        "AssessmentWithdrawn",
        "AssessmentConfirmed",
        "WarningIssued",
    },
    "warnings": {
        "WarningAcknowledged",
        "WarningDelivered",
        "ResponsibilityDecided",
        "LevelAdjusted",
        "PlanAdopted",
        "DispositionRecorded",
        "WarningSupervised",
        "SupervisionReplied",
        "SupervisionWithdrawn",
        "WarningOverdue",
        "WarningResolved",
        "WarningFiled",
        "WarningLifted",
        "WarningArchived",
    },
    "supervisions": {"SupervisionReplied", "SupervisionWithdrawn"},
}
"""The events that raise the version of an object that is there already."""

NOT_RAISED_BY = {"NoticesSent", "NoticeRead"}
"""The events that leave the version of a case as it is: notices are not part of what a client sees of it."""


@pytest.fixture
async def steps(world: World) -> list[tuple[str, CaseFile, CaseFile]]:
    """Every entry about an open case: its type, and the case's file before and after it."""
    await three_regions_at_work(world)
    files: dict[str, CaseFile] = {}
    steps = []
    for row in await stored_rows(world.store, select(t.events).order_by(t.events.c.position)):
        entry = log.entry_from(row)
        if entry.case_id in files:
            before, files[entry.case_id] = files[entry.case_id], fold(files[entry.case_id], entry)
            steps.append((row["type"], before, files[entry.case_id]))
        elif entry.case_id:
            files[entry.case_id] = open_file(entry)
    return steps


async def test_each_entry_raises_the_revision_of_its_case_by_one(steps: list[tuple[str, CaseFile, CaseFile]]) -> None:
    assert {after.case.revision - before.case.revision for _, before, after in steps} == {1}


async def test_each_change_raises_the_version_of_its_case_by_one(steps: list[tuple[str, CaseFile, CaseFile]]) -> None:
    raised = {(type_, after.case.version - before.case.version) for type_, before, after in steps}

    assert {type_ for type_, by in raised if by == 0} == NOT_RAISED_BY
    assert {by for _, by in raised} == {0, 1}


@pytest.mark.parametrize("noun", RAISED_BY)
async def test_an_object_is_new_at_one_and_raised_by_one(
    steps: list[tuple[str, CaseFile, CaseFile]], noun: str
) -> None:
    first, raised = set(), set()
    for type_, before, after in steps:
        earlier = getattr(before, noun)
        for id, state in getattr(after, noun).items():
            if id not in earlier:
                first.add(state.version)
            elif state.version != earlier[id].version:
                raised.add((type_, state.version - earlier[id].version))

    assert first == {1}
    assert raised == {(type_, 1) for type_ in RAISED_BY[noun]}


async def test_what_is_stored_has_the_version_of_the_log(
    world: World, steps: list[tuple[str, CaseFile, CaseFile]]
) -> None:
    last = {after.case.id: after for _, _, after in steps}
    for table in (t.cases, t.assessments, t.warnings, t.supervisions):
        rows = {
            row["id"]: row["version"] for row in await stored_rows(world.store, select(table.c.id, table.c.version))
        }
        folded = {
            state.id: state.version
            for file in last.values()
            for state in ([file.case] if table is t.cases else getattr(file, table.name).values())
        }
        assert rows == folded
        assert rows
