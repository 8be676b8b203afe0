"""A warning together with the assignment: without level or assessment until a rating gives it one."""

from __future__ import annotations

from typing import Any

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import approve, assess, chain, happened, look, open_case, staffed, submit, told
from tests.support.world import ZHUZHOU, StaffedOffice, World

WARNING = "status level { code } assessment { id } issuedBy { roles } acknowledgedAt deadlines { id }"


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
    api, office = await staffed(world, ZHUZHOU)

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
    api, office = await staffed(world, ZHUZHOU)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    before = await look(handler, case, "version")

    [error] = await handler.refused("assignCase", **assignment(office, case, warn="可能存在风险"))

    assert error["code"] == "FORBIDDEN"
    assert await look(handler, case, "version") == before  # not even assigned


async def test_a_rating_gives_it_a_level(world: World) -> None:
    """The same warning goes on, and its period runs from a new receipt (A-51)."""
    api, office = await staffed(world, ZHUZHOU)
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
    api, office = await staffed(world, ZHUZHOU)
    case, _ = await warned_at_intake(api, office)

    await assess(api, office, case, level="level-2")

    subjects = [notice["subject"] for notice in await told(api.of(office, Role.DEPARTMENT_HEAD))]
    assert subjects == ["预警等级变化", "风险评估待您审批", "预警通知:请签收", "案件已分配给本部门"]


async def test_no_other_warning_is_then_due(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, _ = await warned_at_intake(api, office)
    assessment = await assess(api, office, case, level="level-2")

    [error] = await api.of(office, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)

    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "pendingIssue { roles }")
    assert (error["code"], found) == ("WRONG_STATE", {"pendingIssue": None})


async def test_it_stands_in_for_one_due(world: World) -> None:
    """A rated case is assigned anew with a warning before the one that is due was issued."""
    api, office = await staffed(world, ZHUZHOU)
    case = await open_case(api, office)
    assessment = await assess(api, office, case, level="level-2")

    await api.of(office, Role.CASE_MANAGER).do("assignCase", **assignment(office, case, warn="来访"))

    [error] = await api.of(office, Role.LEADING_GROUP_OFFICE).refused("issueWarning", case=case)
    found = await look(api.of(office, Role.CASE_HANDLER), assessment, "pendingIssue { roles }")
    assert (error["code"], found) == ("WRONG_STATE", {"pendingIssue": None})


async def test_no_risk_lifts_it(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, warning = await warned_at_intake(api, office)

    await submit(api, office, case, level=None)

    assert await look(api.of(office, Role.CASE_HANDLER), warning, "status") == {"status": "LIFTED"}


async def test_a_returned_rating_leaves_it_alone(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, warning = await warned_at_intake(api, office)
    assessment = await submit(api, office, case, level="level-2")
    first, *_ = chain(office, "level-2")

    await approve(api, office, assessment, first, verdict="RETURNED")

    found = await look(api.of(office, Role.CASE_HANDLER), warning, "status level { code }")
    assert found == {"status": "ISSUED", "level": None}


async def test_a_running_warning_is_not_doubled(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    case, warning = await warned_at_intake(api, office)
    manager = api.of(office, Role.CASE_MANAGER)
    before = await look(manager, case, "version")

    [error] = await manager.refused("assignCase", **assignment(office, case, warn="又一次"))

    assert (error["code"], error["path"]) == ("WRONG_STATE", ["warn"])
    assert await look(manager, case, "version activeWarning { id }") == before | {"activeWarning": {"id": warning}}
