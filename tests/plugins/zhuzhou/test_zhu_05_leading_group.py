"""ZHU-05 「市两级院均成立了由检察长任组长的评估预警工作领导小组」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import look, regulation, rules, warn
from tests.support.world import ZHUZHOU, StaffedOffice, World

LILING = "430281"


@pytest.mark.parametrize("code", [ZHUZHOU, LILING], ids=["city", "county"])
async def test_the_chief_heads_the_leading_group(world: World, api: Api, code: str) -> None:
    office = await world.office(code)

    found = await regulation(
        api.of(office, Role.CASE_HANDLER),
        office,
        "responsibilities { level { code } responsibility { duties { key roles } reasons { rule } } }",
    )

    assert [item["level"]["code"] for item in found["responsibilities"]] == [
        f"level-{number}" for number in range(1, 5)
    ]
    for item in found["responsibilities"]:
        duties = {duty["key"]: duty["roles"] for duty in item["responsibility"]["duties"]}
        assert duties["leading-group"] == ["CHIEF_PROCURATOR"]
        assert "ZHU-05" in rules(item["responsibility"]["reasons"])


async def test_each_warning_keeps_who_heads_it(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-1")

    responsibility = (
        await look(
            api.of(zhuzhou, Role.LEADING_GROUP),
            warned.warning,
            "responsibility { duties { key label roles } reasons { rule citation { quote } } }",
        )
    )["responsibility"]

    group = {"key": "leading-group", "label": "任评估预警工作领导小组组长", "roles": ["CHIEF_PROCURATOR"]}
    assert group in responsibility["duties"]
    quotes = {reason["rule"]: reason["citation"] for reason in responsibility["reasons"]}
    assert quotes["ZHU-05"] == {"quote": "市两级院均成立了由检察长任组长的评估预警工作领导小组"}
