"""Notices are read by those they are addressed to: by name, by department, by role; nobody else marks them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Api
from tests.support.regions import (
    another_department,
    approve,
    assess,
    chain,
    heard,
    look,
    open_case,
    refusals,
    staffed,
    submit,
    told,
    warn,
)
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, StaffedOffice, World

TO_RECEIVE = "预警通知:请签收"


async def reported(api: Api, office: StaffedOffice) -> tuple[str, str]:
    """The notices of an assessment in Huizhou: to the hub's department, to the leader in charge."""
    await submit(api, office, await open_case(api, office), level="level-3")
    [to_hub], [to_leader] = (
        await told(api.of(office, Role.COMPLAINTS_OFFICER)),
        await told(api.of(office, Role.LEADER_IN_CHARGE)),
    )
    return to_hub["id"], to_leader["id"]


async def test_who_is_told_marks_it_read(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    to_hub, to_leader = await reported(api, office)

    of_hub = await api.of(office, Role.COMPLAINTS_OFFICER).do("markNoticeRead", notice=to_hub)
    of_leader = await api.of(office, Role.LEADER_IN_CHARGE).do("markNoticeRead", notice=to_leader)

    read_at = "2026-01-05T10:00:00+08:00"
    assert of_hub["notice"] == {"id": to_hub, "readAt": read_at}
    assert of_leader["notice"] == {"id": to_leader, "readAt": read_at}


async def test_nobody_else_marks_it_read(world: World) -> None:
    """Those who see the case are forbidden to; for those who do not there is no such notice."""
    api, office = await staffed(world, HUIZHOU)
    elsewhere = await another_department(world, office)
    to_hub, to_leader = await reported(api, office)

    seeing = [Role.CHIEF_PROCURATOR, Role.CASE_MANAGER, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD]
    codes = await refusals(api, office, [*seeing, Role.LEADER_IN_CHARGE], "markNoticeRead", notice=to_hub)
    unseeing = await refusals(
        api, elsewhere, [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE], "markNoticeRead", notice=to_leader
    )

    assert codes == ["FORBIDDEN"] * 5
    assert unseeing == ["NOT_FOUND"] * 2
    hub = api.of(office, Role.COMPLAINTS_OFFICER)
    assert await look(hub, to_hub, "readAt") == {"readAt": None}


async def test_each_member_of_a_department_reads_for_themselves(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    await warn(api, office, level="level-2")
    notice = next(item for item in await told(api.of(office, Role.CASE_HANDLER)) if item["subject"] == TO_RECEIVE)
    liaison, head = api.of(office, Role.LIAISON_OFFICER), api.of(office, Role.DEPARTMENT_HEAD)

    await liaison.do("markNoticeRead", notice=notice["id"])
    after_one = [await look(reader, notice["id"], "readAt") for reader in (liaison, head)]
    world.now += timedelta(hours=1)
    await head.do("markNoticeRead", notice=notice["id"])

    found = await look(api.of(office, Role.CHIEF_PROCURATOR), notice["id"], "readAt toDepartment { function }")
    assert after_one == [{"readAt": "2026-01-05T10:00:00+08:00"}, {"readAt": None}]
    assert await look(liaison, notice["id"], "readAt") == {"readAt": "2026-01-05T10:00:00+08:00"}
    assert await look(api.of(office, Role.DEPARTMENT_HEAD), notice["id"], "readAt") == {
        "readAt": "2026-01-05T11:00:00+08:00"
    }
    assert found == {"readAt": None, "toDepartment": {"function": str(DepartmentFunction.BUSINESS)}}


async def test_who_reads_it_is_on_record(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    to_hub, _ = await reported(api, office)
    hub = api.of(office, Role.COMPLAINTS_OFFICER)
    case = (await look(hub, to_hub, "case { id }"))["case"]["id"]

    await hub.do("markNoticeRead", notice=to_hub)

    [entry] = (await look(hub, case, "timeline(last: 1) { nodes { summary actor { id } } }"))["timeline"]["nodes"]
    assert entry == {"summary": "通知已阅", "actor": {"id": office.officer_id(Role.COMPLAINTS_OFFICER)}}


async def test_a_second_reading_changes_nothing(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    to_hub, _ = await reported(api, office)
    first = await api.of(office, Role.COMPLAINTS_OFFICER).do("markNoticeRead", notice=to_hub)
    world.now = world.now.replace(hour=5)

    again = await api.of(office, Role.COMPLAINTS_OFFICER).do("markNoticeRead", notice=to_hub)

    assert again == first


async def test_reading_moves_no_version(world: World) -> None:
    """It is on record all the same."""
    api, office = await staffed(world, HUIZHOU)
    to_hub, _ = await reported(api, office)
    hub = api.of(office, Role.COMPLAINTS_OFFICER)
    case = (await look(hub, to_hub, "case { id version }"))["case"]

    await hub.do("markNoticeRead", notice=to_hub)

    found = await look(hub, case["id"], "version timeline(last: 1) { nodes { summary } }")
    assert found == {"version": case["version"], "timeline": {"nodes": [{"summary": "通知已阅"}]}}


async def test_unread_and_read_are_told_apart(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    to_hub, _ = await reported(api, office)
    await submit(api, office, await open_case(api, office), level=None)
    hub = api.of(office, Role.COMPLAINTS_OFFICER)

    await hub.do("markNoticeRead", notice=to_hub)

    assert [notice["readAt"] is None for notice in await told(hub)] == [True, False]


# ------------------------------------------------------------------------------------------------ in every region

REGIONS = pytest.mark.parametrize(
    ("code", "level"),
    [(ZHUZHOU, "level-2"), (SHANDONG, "orange"), (HUIZHOU, "level-3")],
    ids=["zhuzhou", "shandong", "huizhou"],
)
TO_REVIEW = "风险评估待您审批"


@REGIONS
async def test_whose_turn_it_is_to_review_is_told(world: World, code: str, level: str) -> None:
    """Each when their turn comes, and nobody of a turn that is not theirs."""
    api, office = await staffed(world, code)
    assessment, in_turn = await submit(api, office, await open_case(api, office), level=level), chain(office, level)

    for number, role in enumerate(in_turn):
        waiting = [(await heard(api.of(office, other))).count(TO_REVIEW) for other in in_turn]
        assert waiting == [1] * (number + 1) + [0] * (len(in_turn) - number - 1)
        await approve(api, office, assessment, role)


@REGIONS
async def test_the_handler_hears_what_became_of_an_assessment(world: World, code: str, level: str) -> None:
    api, office = await staffed(world, code)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    returned = await submit(api, office, case, level=level)
    await approve(api, office, returned, Role.DEPARTMENT_HEAD, verdict="RETURNED", comment="补充")
    after_return = await heard(handler)

    await assess(api, office, case, level=level)

    assert after_return == ["风险评估已退回"]
    assert "风险评估已确认" in await heard(handler)


@REGIONS
async def test_an_assignment_tells_handler_and_head_of_the_running_warning(world: World, code: str, level: str) -> None:
    api, office = await staffed(world, code)
    beside, warned = await another_department(world, office), await warn(api, office, level=level)

    await api.of(office, Role.CASE_MANAGER).do(
        "assignCase",
        case=warned.case,
        department=beside.department().id,
        handler=beside.officer_id(Role.CASE_HANDLER),
    )

    for role, subject in {Role.CASE_HANDLER: "案件已分配给您", Role.DEPARTMENT_HEAD: "案件已分配给本部门"}.items():
        [notice] = await told(api.of(beside, role))
        assert notice["subject"] == subject
        assert await look(api.of(beside, role), notice["id"], "warning { id }") == {"warning": {"id": warned.warning}}


@REGIONS
async def test_whom_the_case_left_still_opens_what_they_were_told(world: World, code: str, level: str) -> None:
    """Without parties, by cause and number: what was told stays told, the case is no longer theirs."""
    api, office = await staffed(world, code)
    beside, handler = await another_department(world, office), api.of(office, Role.CASE_HANDLER)
    parties = [{"label": "张某", "role": "犯罪嫌疑人"}]
    case = await open_case(api, office, number="检〔2011〕甲号", title="张某故意伤害案", parties=parties)
    await assess(api, office, case, level=level)
    before = (await handler.ask("{ viewer { notices { nodes { case { title } } } } }"))["viewer"]["notices"]["nodes"]

    await api.of(office, Role.CASE_MANAGER).do("assignCase", case=case, department=beside.department().id)

    seen = await handler.ask(
        "{ cases { totalCount } viewer { notices { nodes { case { title parties { label } } } } } }"
    )
    assert {item["case"]["title"] for item in before} == {"张某故意伤害案"}
    assert seen["cases"] == {"totalCount": 0}
    opened = {(item["case"]["title"], item["case"]["parties"]) for item in seen["viewer"]["notices"]["nodes"]}
    assert opened == {("故意伤害 检〔2011〕甲号", None)}


@pytest.mark.parametrize("choice", ["reception", "publicity", "inspection"])
async def test_who_sees_no_cases_opens_the_one_they_are_warned_of(world: World, choice: str) -> None:
    api, office = await staffed(world, HUIZHOU)
    await world.registrar.option(HUIZHOU, "also_warn", choice)
    role = {"reception": Role.RECEPTION_OFFICER, "publicity": Role.PUBLICITY_OFFICER, "inspection": Role.INSPECTOR}[
        choice
    ]

    warned = await warn(api, office, level="level-1")

    data = await api.of(office, role).ask(
        """{ cases { totalCount } viewer { notices { nodes { case {
             number title stage { key } office { code } department { id } level { code } parties { label }
             activeWarning { id level { code } status } assessments { totalCount } } } } } }"""
    )
    [notice] = data["viewer"]["notices"]["nodes"]
    number = notice["case"]["number"]
    assert data["cases"] == {"totalCount": 0}
    assert notice["case"] == {
        "number": number,
        "title": f"故意伤害 {number}",
        "stage": {"key": "acceptance"},
        "office": {"code": HUIZHOU},
        "department": {"id": office.department().id},
        "level": {"code": "level-1"},
        "parties": None,
        "activeWarning": {"id": warned.warning, "level": {"code": "level-1"}, "status": "ISSUED"},
        "assessments": {"totalCount": 0},
    }
