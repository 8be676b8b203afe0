"""SD-13 「各级院按照省院要求,结合实际,制定了相应的办法,扩大评估范围,细化预警级别」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import archive, look, regulation, resolve, warn
from tests.support.world import StaffedOffice, World

YANTAI, ZHAOYUAN = "370600", "370685"
"""A city of the province and a county-level city beneath it, neither with a regulation of its own."""

RULES = """edition scheme { key levels { code rank severity } } stages { key } factors { key required }
  reviewSteps { role decidesLevel } planSections(kind: CONTINGENCY) { key required }
  responsibilities { level { code } responsibility { handles supervises duties { key roles } } }
  terms { term } cites { document }"""


@pytest.mark.parametrize("code", [YANTAI, ZHAOYUAN])
async def test_the_provinces_rules_hold_below(world: World, api: Api, shandong: StaffedOffice, code: str) -> None:
    office = await world.office(code)

    below = await regulation(api.of(office, Role.CASE_HANDLER), office, RULES)

    assert below == await regulation(api.of(shandong, Role.CASE_HANDLER), shandong, RULES)


@pytest.mark.parametrize("code", [YANTAI, ZHAOYUAN])
async def test_the_layers_are_shown_nearest_first(world: World, api: Api, code: str) -> None:
    office = await world.office(code)

    layers = (await regulation(api.of(office, Role.CASE_HANDLER), office, "layers { name jurisdictions }"))["layers"]

    assert layers[0] == {"name": "caserisk-shandong", "jurisdictions": ["370000"]}
    assert [layer["name"] for layer in layers[1:]] == ["baseline"]


async def test_a_countys_case_goes_the_whole_way(world: World, api: Api, shandong: StaffedOffice) -> None:
    county = await world.office(ZHAOYUAN)
    warned = await warn(api, county, level="red")

    await resolve(api, county, warned)
    await archive(api, county, warned)

    found = await look(
        api.of(county, Role.COMPLAINTS_OFFICER),
        warned.warning,
        "status level { code scheme { key } } responsibility { reasons { plugin } }",
    )
    assert found["status"] == "ARCHIVED"
    assert found["level"] == {"code": "red", "scheme": {"key": "shandong"}}
    assert {reason["plugin"] for reason in found["responsibility"]["reasons"]} == {"caserisk-shandong"}


async def test_what_the_province_leaves_out_is_assumed(world: World, api: Api) -> None:
    office = await world.office(YANTAI)

    rules = await regulation(api.of(office, Role.CASE_HANDLER), office, "measures { key } closingConditions { key }")

    assert rules["closingConditions"] == []
    assert {"key": "mediation"} in rules["measures"]
