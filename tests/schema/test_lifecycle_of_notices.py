"""Notices are read by those they are addressed to: by name, by department, by role; nobody else marks them."""

from __future__ import annotations

from datetime import timedelta

from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Api
from tests.support.regions import another_department, look, open_case, refusals, staffed, submit, told, warn
from tests.support.world import HUIZHOU, ZHUZHOU, StaffedOffice, World

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
