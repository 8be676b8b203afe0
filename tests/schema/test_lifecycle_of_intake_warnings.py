"""A warning together with the assignment, where a regulation has it: without level until an assessment gives it one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from caserisk.domain.rules import Issuing
from caserisk.domain.vocabulary import Receipt, Role
from tests.core.regulation.made_up import REASON, beside_the_others, region
from tests.support.api import Answer, Api
from tests.support.regions import (
    COMMITMENTS,
    approve,
    assess,
    chain,
    happened,
    look,
    open_case,
    plan,
    staffed,
    submit,
    told,
)
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World

COUNTY = "430281"
"""A county of Zhuzhou whose case managers warn at intake; all else is Zhuzhou's."""

ISSUING = Issuing(
    roles=(Role.LEADING_GROUP_OFFICE,),
    lifted_by=(Role.EXPERT_COMMITTEE,),
    receipt=Receipt.REQUIRED,
    at_intake=(Role.CASE_MANAGER,),
    reasons=(REASON,),
)

WARNING = "status level { code } assessment { id } issuedBy { roles } acknowledgedAt deadlines { id }"


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """Provide a world with the county beside the regions."""
    async with World(database, registry=beside_the_others(region(COUNTY, issuing=lambda: ISSUING))) as world:
        yield world


def assignment(office: StaffedOffice, case: str, **more: Any) -> Answer:
    """The case given to the department and its handler."""
    handler = office.officer_id(Role.CASE_HANDLER)
    return {"case": case, "department": office.department().id, "handler": handler} | more


async def warned_at_intake(api: Api, office: StaffedOffice) -> tuple[str, str]:
    """A case and the warning it was assigned with."""
    case, manager = await open_case(api, office), api.of(office, Role.CASE_MANAGER)
    answer = await manager.do("assignCase", **assignment(office, case, warn="可能存在风险"))
    return case, answer["case"]["activeWarning"]["id"]


async def test_it_has_neither_level_nor_assessment(world: World) -> None:
    api, office = await staffed(world, COUNTY)

    case, warning = await warned_at_intake(api, office)

    assert await look(api.of(office, Role.CASE_HANDLER), warning, WARNING) == {
        "status": "ISSUED",
        "level": None,
        "assessment": None,
        "issuedBy": {"roles": ["CASE_MANAGER"]},
        "acknowledgedAt": None,
        "deadlines": [],
    }
    notices = await told(api.of(office, Role.DEPARTMENT_HEAD))
    assert [notice["subject"] for notice in notices] == ["预警通知:请签收", "案件已分配给本部门"]
    assert [notice["case"] for notice in notices] == [{"id": case}] * 2


async def test_only_a_case_manager_warns_so(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    before = await look(handler, case, "version")

    [error] = await handler.refused("assignCase", **assignment(office, case, warn="可能存在风险"))

    assert error["code"] == "FORBIDDEN"
    assert await look(handler, case, "version") == before  # not even assigned


async def test_a_rating_gives_it_a_level(world: World) -> None:
    """The same warning goes on, and its period runs from a new receipt (A-51)."""
    api, office = await staffed(world, COUNTY)
    case, warning = await warned_at_intake(api, office)
    head = api.of(office, Role.DEPARTMENT_HEAD)
    await head.do("acknowledgeWarning", warning=warning)

    await assess(api, office, case, level="level-2")
    rated = await look(head, warning, "status level { code } acknowledgedAt deadlines { id }")
    await head.do("acknowledgeWarning", warning=warning)

    assert rated == {"status": "ISSUED", "level": {"code": "level-2"}, "acknowledgedAt": None, "deadlines": []}
    assert await look(head, warning, "deadlines { term }") == {"deadlines": [{"term": "P1M"}]}
    adjusted = [entry for entry in await happened(head, case) if entry.startswith("warning")]
    assert adjusted == [f"warning {kind}" for kind in ("ISSUED", "ACKNOWLEDGED", "LEVEL_ADJUSTED", "ACKNOWLEDGED")]


async def test_the_department_hears_of_its_level(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, _ = await warned_at_intake(api, office)

    await assess(api, office, case, level="level-2")

    subjects = [notice["subject"] for notice in await told(api.of(office, Role.DEPARTMENT_HEAD))]
    assert subjects == ["预警等级变化", "风险评估待您审批", "预警通知:请签收", "案件已分配给本部门"]


async def test_no_other_warning_is_then_due(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, _ = await warned_at_intake(api, office)
    assessment = await assess(api, office, case, level="level-2")

    [error] = await api.of(office, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)

    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "pendingIssue { roles }")
    assert (error["code"], found) == ("WRONG_STATE", {"pendingIssue": None})


async def test_it_stands_in_for_one_due(world: World) -> None:
    """A rated case is assigned anew with a warning before the one that is due was issued."""
    api, office = await staffed(world, COUNTY)
    case = await open_case(api, office)
    assessment = await assess(api, office, case, level="level-2")

    await api.of(office, Role.CASE_MANAGER).do("assignCase", **assignment(office, case, warn="来访"))

    [error] = await api.of(office, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)
    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "pendingIssue { roles }")
    assert (error["code"], found) == ("WRONG_STATE", {"pendingIssue": None})


async def test_no_risk_lifts_it_once_it_is_reviewed(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, warning = await warned_at_intake(api, office)

    assessment = await submit(api, office, case, level=None)
    submitted = await look(api.of(office, Role.CASE_HANDLER), warning, "status")
    await approve(api, office, assessment, *chain(office, "level-1"))

    assert submitted == {"status": "ISSUED"}
    assert await look(api.of(office, Role.CASE_HANDLER), warning, "status") == {"status": "LIFTED"}


async def test_it_ends_in_an_assessment(world: World) -> None:
    """Neither closed nor lifted without one: a warning that nobody rated has no term, and could go at once."""
    api, office = await staffed(world, COUNTY)
    case, warning = await warned_at_intake(api, office)
    handler, committee = api.of(office, Role.CASE_HANDLER), api.of(office, Role.EXPERT_COMMITTEE)
    await api.of(office, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", warning=warning)
    await handler.do("adoptPlan", warning=warning, plan=plan(*COMMITMENTS))

    refused = await handler.refused("resolveWarning", warning=warning, outcome="SETTLED")
    refused += await committee.refused("liftWarning", warning=warning, reason="风险消除")
    await submit(api, office, case, level="level-2")
    refused += await handler.refused("resolveWarning", warning=warning, outcome="SETTLED")

    assert [error["code"] for error in refused] == ["WRONG_STATE"] * 3
    assert await look(handler, warning, "status") == {"status": "IN_DISPOSITION"}


@pytest.mark.parametrize("code", [SHANDONG, ZHUZHOU, HUIZHOU])
async def test_no_region_has_it_whose_text_does_not(world: World, code: str) -> None:
    api, office = await staffed(world, code)
    case, manager = await open_case(api, office), api.of(office, Role.CASE_MANAGER)

    [error] = await manager.refused("assignCase", **assignment(office, case, warn="可能存在风险"))

    assert (error["code"], error["path"]) == ("INVALID", ["warn"])
    assert await look(manager, case, "activeWarning { id }") == {"activeWarning": None}


async def test_a_returned_rating_leaves_it_alone(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, warning = await warned_at_intake(api, office)
    assessment = await submit(api, office, case, level="level-2")
    first, *_ = chain(office, "level-2")

    await approve(api, office, assessment, first, verdict="RETURNED")

    found = await look(api.of(office, Role.CASE_HANDLER), warning, "status level { code }")
    assert found == {"status": "ISSUED", "level": None}


async def test_a_running_warning_is_not_doubled(world: World) -> None:
    api, office = await staffed(world, COUNTY)
    case, warning = await warned_at_intake(api, office)
    manager = api.of(office, Role.CASE_MANAGER)
    before = await look(manager, case, "version")

    [error] = await manager.refused("assignCase", **assignment(office, case, warn="又一次"))

    assert (error["code"], error["path"]) == ("WRONG_STATE", ["warn"])
    assert await look(manager, case, "version activeWarning { id }") == before | {"activeWarning": {"id": warning}}
