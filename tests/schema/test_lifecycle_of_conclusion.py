"""A case is concluded; its warning is not: the stage of the case and the state of the risk are two things (A-02)."""

from __future__ import annotations

import pytest

from caserisk import deadline_clock
from caserisk.domain.vocabulary import Locale, Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import (
    COMMITMENTS,
    WORK_PLAN,
    approve,
    archive,
    assess,
    at,
    conclude,
    dispose,
    happened,
    look,
    open_case,
    plan,
    receive,
    resolve,
    staffed,
    submit,
)
from tests.support.world import SHANDONG, ZHUZHOU, StaffedOffice, World


async def concluded_under_warning(world: World) -> tuple[Api, StaffedOffice, Warned]:
    """A case in Zhuzhou that was concluded while its warning, just received, goes on."""
    api, office = await staffed(world, ZHUZHOU)
    warned = await receive(api, office, level="level-1")
    await conclude(api, office, warned.case)
    return api, office, warned


async def test_a_concluded_case_is_closed(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)

    await conclude(api, office, case)

    found = await look(api.of(office, Role.CASE_HANDLER), case, "closedAt nextStages { key }")
    assert found == {"closedAt": "2026-01-05T10:00:00+08:00", "nextStages": []}


@pytest.mark.parametrize(
    ("mutation", "input"),
    [
        ("advanceCase", {"toStage": "examination"}),
        ("recordAct", {"act": "COMPULSORY_MEASURE", "description": "拘留"}),
        ("recordAct", {"act": "CONCLUSION", "description": "再次办结"}),
        ("submitAssessment", {"hasRisk": False, "plan": WORK_PLAN}),
    ],
    ids=["advance", "act", "conclude", "assess"],
)
async def test_a_closed_case_moves_no_more(world: World, mutation: str, input: Answer) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    await submit(api, office, case, level=None)
    await conclude(api, office, case)

    [error] = await api.of(office, Role.CASE_HANDLER).refused(mutation, case=case, **input)

    assert error["code"] == "WRONG_STATE"


async def test_a_closed_case_is_not_reassigned(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case = await open_case(api, office)
    await assess(api, office, case, level=None)
    await conclude(api, office, case)

    [error] = await api.of(office, Role.CASE_MANAGER).refused(
        "assignCase", case=case, department=office.department().id
    )

    assert error["code"] == "WRONG_STATE"


async def test_its_warning_goes_on(world: World) -> None:
    api, office, warned = await concluded_under_warning(world)
    handler = api.of(office, Role.CASE_HANDLER)
    running = await look(handler, warned.case, "closedAt activeWarning { id status dueAt }")

    await handler.do("adoptPlan", warning=warned.warning, plan=plan(*COMMITMENTS))
    await handler.do(
        "recordDisposition", case=warned.case, warning=warned.warning, measure="return-visit", description="回访"
    )
    await resolve(api, office, warned)
    await archive(api, office, warned)

    assert running["closedAt"] is not None
    assert running["activeWarning"]["status"] == "ACKNOWLEDGED"
    assert running["activeWarning"]["dueAt"] == "2026-01-21T00:00:00+08:00"
    assert await look(handler, warned.warning, "status") == {"status": "ARCHIVED"}


async def test_its_term_still_passes(world: World) -> None:
    api, office, warned = await concluded_under_warning(world)
    world.now = at("2026-01-21", "00:00:00")

    noticed = await deadline_clock.tick(world.runner)

    found = await look(api.of(office, Role.CHIEF_PROCURATOR), warned.warning, "overdue supervisions { kind status }")
    assert noticed == 1
    assert found == {"overdue": True, "supervisions": [{"kind": "CHIEF_LETTER", "status": "REQUIRED"}]}


async def test_a_resolved_warning_leaves_the_case_open(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned = await dispose(api, office, level="level-1")

    await resolve(api, office, warned)

    found = await look(api.of(office, Role.CASE_HANDLER), warned.case, "closedAt activeWarning { id }")
    assert found == {"closedAt": None, "activeWarning": None}


@pytest.mark.parametrize("reviewers", [(), (Role.DEPARTMENT_HEAD,)], ids=["unreviewed", "half reviewed"])
async def test_an_assessment_in_review_ends_with_its_case(world: World, reviewers: tuple[Role, ...]) -> None:
    """Otherwise a warning would be due from it in a case that is closed."""
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    await assess(api, office, case, level=None)
    assessment = await submit(api, office, case, level="level-2")
    await approve(api, office, assessment, *reviewers)

    await conclude(api, office, case)

    found = await look(handler, assessment, "status withdrawalReason nextReview { role } pendingIssue { roles }")
    assert found == {
        "status": "WITHDRAWN",
        "withdrawalReason": "案件已办结,且没有生效中的预警,审批终止",
        "nextReview": None,
        "pendingIssue": None,
    }
    assert "assessment WITHDRAWN" in await happened(handler, case)
    english = await look(api.of(office, Role.CASE_HANDLER, Locale.EN), assessment, "withdrawalReason")
    assert english["withdrawalReason"] == "the case was concluded without a running warning; the review ends"
    for role in (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE):
        [error] = await api.of(office, role).refused("reviewAssessment", assessment=assessment, verdict="APPROVED")
        assert error["code"] == "WRONG_STATE"


async def test_a_warning_that_was_due_before_is_still_issued(world: World) -> None:
    """Its assessment was confirmed before the conclusion; the warning runs, and may be adjusted (A-02, A-51)."""
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    await assess(api, office, case, level="level-2")
    await conclude(api, office, case)

    await api.of(office, Role.LEADING_GROUP_OFFICE).do("issueWarning", case=case)
    await assess(api, office, case, level="level-4")

    found = await look(handler, case, "activeWarning { level { code } } warnings { totalCount }")
    assert found == {"activeWarning": {"level": {"code": "level-4"}}, "warnings": {"totalCount": 1}}
