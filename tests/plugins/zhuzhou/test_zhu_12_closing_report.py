"""ZHU-12 「结案报告移送控申部门建档备案」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import archive, dispose, happened, look, refusals, resolve, rules, told
from tests.support.world import StaffedOffice


@pytest.mark.parametrize("role", [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD])
async def test_the_department_sends_the_report(api: Api, zhuzhou: StaffedOffice, role: Role) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")
    await resolve(api, zhuzhou, warned)

    answer = await api.of(zhuzhou, role).do(
        "fileWarning", "warning { status nextActs { act roles } }", warning=warned.warning, report="已息诉罢访"
    )

    hub = {"act": "ARCHIVE", "roles": ["COMPLAINTS_OFFICER"]}
    assert answer["warning"] == {"status": "FILED", "nextActs": [hub]}


async def test_an_empty_report_is_refused(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")
    await resolve(api, zhuzhou, warned)

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("fileWarning", warning=warned.warning, report=" ")

    assert (error["code"], error["path"]) == ("INVALID", ["report"])


async def test_the_hub_archives_the_report(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")
    await resolve(api, zhuzhou, warned)

    await archive(api, zhuzhou, warned)

    hub = api.of(zhuzhou, Role.COMPLAINTS_OFFICER)
    found = await look(hub, warned.warning, "status archivedAt nextActs { act } closure { outcome } overdue")
    assert found == {
        "status": "ARCHIVED",
        "archivedAt": "2026-01-05T10:00:00+08:00",
        "nextActs": [],
        "closure": {"outcome": "SETTLED"},
        "overdue": False,
    }
    ends = ["warning RESOLVED", "warning FILED", "warning ARCHIVED"]
    assert [item for item in await happened(hub, warned.case) if item in ends] == ends


async def test_nobody_else_keeps_the_archive(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")
    await resolve(api, zhuzhou, warned)
    await api.of(zhuzhou, Role.CASE_HANDLER).do("fileWarning", warning=warned.warning, report="结案报告")
    others = [Role.CASE_HANDLER, Role.LEADING_GROUP_OFFICE, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, zhuzhou, others, "archiveWarning", warning=warned.warning)

    assert codes == ["FORBIDDEN"] * 3


async def test_report_and_archive_come_in_order(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")
    handler, hub = api.of(zhuzhou, Role.CASE_HANDLER), api.of(zhuzhou, Role.COMPLAINTS_OFFICER)

    [unresolved] = await handler.refused("fileWarning", warning=warned.warning, report="结案报告")
    await resolve(api, zhuzhou, warned)
    [unfiled] = await hub.refused("archiveWarning", warning=warned.warning)

    assert (unresolved["code"], unfiled["code"]) == ("WRONG_STATE", "WRONG_STATE")


async def test_the_duties_name_sender_and_archivist(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")

    found = await look(
        api.of(zhuzhou, Role.COMPLAINTS_OFFICER), warned.warning, "responsibility { duties { key roles } }"
    )

    duties = {duty["key"]: duty["roles"] for duty in found["responsibility"]["duties"]}
    assert duties["closing-report"] == ["DEPARTMENT_HEAD", "CASE_HANDLER"]
    assert duties["archive"] == ["COMPLAINTS_OFFICER"]


async def test_the_hub_is_told_that_the_report_has_come(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, hub = await dispose(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.COMPLAINTS_OFFICER)
    await resolve(api, zhuzhou, warned)
    before = await told(hub)

    await api.of(zhuzhou, Role.CASE_HANDLER).do("fileWarning", warning=warned.warning, report="结案报告")

    [notice] = await told(hub)
    assert before == []
    assert (notice["subject"], rules(notice["reasons"])) == ("结案报告已移送:请建档备案", ["ZHU-12"])
