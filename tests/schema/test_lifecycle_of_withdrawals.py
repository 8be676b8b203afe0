"""An assessment is taken back by who submitted it, as long as nobody has reviewed it; it stays on record."""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.regions import (
    another_department,
    approve,
    assess,
    happened,
    look,
    open_case,
    refusals,
    staffed,
    submit,
)
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, World

OFFICES = [(SHANDONG, "blue"), (ZHUZHOU, "level-1"), (HUIZHOU, "level-3")]
"""The three regions, and a level of each."""

OTHERS = (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR)


@pytest.mark.parametrize(("code", "level"), OFFICES)
async def test_it_is_withdrawn_with_a_reason(world: World, code: str, level: str) -> None:
    api, office = await staffed(world, code)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    assessment = await submit(api, office, case, level=level)

    answer = await handler.do(
        "withdrawAssessment", "case { id } assessment { status }", assessment=assessment, reason="情况有变"
    )

    assert (answer["case"], answer["assessment"]) == ({"id": case}, {"status": "WITHDRAWN"})
    found = await look(
        handler, assessment, "withdrawalReason nextReview { role } nextReviewDueAt pendingIssue { roles }"
    )
    assert found == {
        "withdrawalReason": "情况有变",
        "nextReview": None,
        "nextReviewDueAt": None,
        "pendingIssue": None,
    }
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}
    assert "assessment WITHDRAWN" in await happened(handler, case)


async def test_another_is_submitted_in_its_place(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    first = await submit(api, office, case, level="level-1")
    await handler.do("withdrawAssessment", assessment=first, reason="情况有变")

    second = await assess(api, office, case, level="level-2")

    found = await look(handler, case, "currentAssessment { id } assessments { nodes { id status ordinal } }")
    assert found == {
        "currentAssessment": {"id": second},
        "assessments": {
            "nodes": [
                {"id": second, "status": "CONFIRMED", "ordinal": 2},
                {"id": first, "status": "WITHDRAWN", "ordinal": 1},
            ]
        },
    }


async def test_then_the_earlier_one_is_current(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    confirmed = await assess(api, office, case, level="level-2")
    later = await submit(api, office, case, level="level-4")

    await handler.do("withdrawAssessment", assessment=later, reason="误报")

    found = await look(handler, case, "currentAssessment { id } level { code } activeWarning { id }")
    assert found == {"currentAssessment": {"id": confirmed}, "level": {"code": "level-2"}, "activeWarning": None}


async def test_nobody_else_withdraws_it(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    assessment = await submit(api, office, await open_case(api, office), level="level-1")

    codes = await refusals(api, office, OTHERS, "withdrawAssessment", assessment=assessment, reason="情况有变")

    assert codes == ["FORBIDDEN"] * len(OTHERS)
    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "status withdrawalReason")
    assert found == {"status": "IN_REVIEW", "withdrawalReason": None}


@pytest.mark.parametrize("verdict", ["APPROVED", "RETURNED"])
async def test_after_a_word_of_a_reviewer_it_stays(world: World, verdict: str) -> None:
    api, office = await staffed(world, ZHUZHOU)
    assessment = await submit(api, office, await open_case(api, office), level="level-1")
    handler = api.of(office, Role.CASE_HANDLER)
    await approve(api, office, assessment, Role.DEPARTMENT_HEAD, verdict=verdict)
    before = await look(handler, assessment, "status version")

    [error] = await handler.refused("withdrawAssessment", assessment=assessment, reason="情况有变")

    assert error["code"] == "WRONG_STATE"
    assert await look(handler, assessment, "status version") == before


async def test_what_was_decided_or_withdrawn_stays(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    handler = api.of(office, Role.CASE_HANDLER)
    confirmed = await assess(api, office, await open_case(api, office), level="blue")
    withdrawn = await submit(api, office, await open_case(api, office), level="blue")
    await handler.do("withdrawAssessment", assessment=withdrawn, reason="情况有变")

    for assessment in (confirmed, withdrawn):
        [error] = await handler.refused("withdrawAssessment", assessment=assessment, reason="再次撤回")
        assert error["code"] == "WRONG_STATE"


async def test_a_withdrawn_one_is_reviewed_no_more(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    assessment = await submit(api, office, await open_case(api, office), level="level-1")
    await api.of(office, Role.CASE_HANDLER).do("withdrawAssessment", assessment=assessment, reason="情况有变")

    [error] = await api.of(office, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED"
    )

    assert error["code"] == "WRONG_STATE"
    assert "已撤回" in error["message"]


async def test_a_version_that_moved_is_a_conflict(world: World) -> None:
    """The head approved it while the handler was still reading."""
    api, office = await staffed(world, ZHUZHOU)
    assessment, handler = (
        await submit(api, office, await open_case(api, office), level="level-1"),
        api.of(office, Role.CASE_HANDLER),
    )
    seen = int((await look(handler, assessment, "version"))["version"])
    await approve(api, office, assessment, Role.DEPARTMENT_HEAD)

    [error] = await handler.refused(
        "withdrawAssessment", assessment=assessment, reason="情况有变", expectedVersion=seen
    )

    assert (error["code"], error["currentVersion"]) == ("CONFLICT", seen + 1)


async def test_a_new_handler_does_not_withdraw_it(world: World) -> None:
    """Whose word it is, takes it back; the new handler has it returned."""
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    assessment = await submit(api, office, case, level="level-1")
    elsewhere = await another_department(world, office)
    await api.of(office, Role.CASE_MANAGER).do(
        "assignCase",
        case=case,
        department=elsewhere.department().id,
        handler=elsewhere.officer_id(Role.CASE_HANDLER),
    )

    [error] = await api.of(elsewhere, Role.CASE_HANDLER).refused(
        "withdrawAssessment", assessment=assessment, reason="情况有变"
    )

    assert error["code"] == "FORBIDDEN"
