"""ZHU-11 「承办部门研究制定处置工作方案,落实化解措施」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import COMMITMENTS, dispose, happened, look, plan, receive, refusals, warn
from tests.support.world import StaffedOffice

SCHEME = plan(*COMMITMENTS)


@pytest.mark.parametrize("role", [Role.CASE_HANDLER, Role.DEPARTMENT_HEAD])
async def test_the_department_adopts_its_scheme(api: Api, zhuzhou: StaffedOffice, role: Role) -> None:
    warned = await receive(api, zhuzhou, level="level-2")

    answer = await api.of(zhuzhou, role).do(
        "adoptPlan",
        "warning { status plan { kind version assigned { id } adoptedBy { roles } } plans { kind } }",
        warning=warned.warning,
        plan=SCHEME | {"assigned": [zhuzhou.officer_id(Role.CASE_HANDLER)]},
    )

    assert answer["warning"]["status"] == "IN_DISPOSITION"
    assert answer["warning"]["plan"] == {
        "kind": "SCHEME",
        "version": 1,
        "assigned": [{"id": zhuzhou.officer_id(Role.CASE_HANDLER)}],
        "adoptedBy": {"roles": [str(role)]},
    }
    assert answer["warning"]["plans"] == [{"kind": "CONTINGENCY"}, {"kind": "SCHEME"}]  # two documents


async def test_nobody_else_makes_the_scheme(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await receive(api, zhuzhou, level="level-2")
    others = [Role.COMPLAINTS_OFFICER, Role.LEADING_GROUP_OFFICE, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, zhuzhou, others, "adoptPlan", warning=warned.warning, plan=SCHEME)

    assert codes == ["FORBIDDEN"] * 3


async def test_before_the_receipt_nothing_is_planned(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-2")

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("adoptPlan", warning=warned.warning, plan=SCHEME)

    assert error["code"] == "WRONG_STATE"
    assert "签收预警" in error["message"]


async def test_measures_are_put_on_record(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await dispose(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    for measure in ("explanation", "counselling", "reconciliation", "victim-relief"):
        await handler.do(
            "recordDisposition", case=warned.case, warning=warned.warning, measure=measure, description="已开展"
        )

    found = await look(handler, warned.warning, "status dispositions { nodes { measure { label } } }")
    labels = [item["measure"]["label"] for item in found["dispositions"]["nodes"]]
    assert found["status"] == "IN_DISPOSITION"
    assert sorted(labels) == sorted(["释法说理", "心理疏导", "刑事和解", "刑事被害人救助"])
    assert (await happened(handler, warned.case)).count("warning DISPOSITION_RECORDED") == 4


async def test_an_unknown_measure_is_refused(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await dispose(api, zhuzhou, level="level-2")

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused(
        "recordDisposition", case=warned.case, warning=warned.warning, measure="surveillance", description="监控"
    )

    assert (error["code"], error["path"]) == ("INVALID", ["measure"])


async def test_a_revised_scheme_takes_its_place(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await dispose(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    await handler.do("adoptPlan", warning=warned.warning, plan=SCHEME)

    found = await look(handler, warned.warning, "plan { kind version } plans { kind version }")
    schemes = [item for item in found["plans"] if item["kind"] == "SCHEME"]
    assert found["plan"] == {"kind": "SCHEME", "version": 2}
    assert [item["version"] for item in schemes] == [1, 2]
