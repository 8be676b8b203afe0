"""SD-18 「全省三级院均明确了分管领导、部门负责人和案件承办人的相应责任」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import look, regulation, rules, warn
from tests.support.world import StaffedOffice, World

THREE = {
    "leader-in-charge": ["LEADER_IN_CHARGE"],
    "department-head": ["DEPARTMENT_HEAD"],
    "case-handler": ["CASE_HANDLER"],
}


@pytest.mark.parametrize("code", ["370000", "370600", "370685"], ids=["province", "city", "county"])
async def test_three_are_answerable_in_each_office(world: World, api: Api, code: str) -> None:
    office = await world.office(code)

    found = await regulation(
        api.of(office, Role.CASE_HANDLER), office, "responsibilities { responsibility { duties { key roles } } }"
    )

    duties = [item["responsibility"]["duties"] for item in found["responsibilities"]]
    assert [{duty["key"]: duty["roles"] for duty in of_level} for of_level in duties] == [THREE] * 3


async def test_a_warning_keeps_their_duties(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="red")

    found = await look(
        api.of(shandong, Role.CASE_HANDLER),
        warned.warning,
        "responsibility { duties { key label roles } reasons { rule } }",
    )

    responsibility = found["responsibility"]
    assert {duty["key"]: duty["roles"] for duty in responsibility["duties"]} == THREE
    assert [duty["label"] for duty in responsibility["duties"]] == [
        "分管领导的责任",
        "部门负责人的责任",
        "案件承办人的责任",
    ]
    assert "SD-18" in rules(responsibility["reasons"])
