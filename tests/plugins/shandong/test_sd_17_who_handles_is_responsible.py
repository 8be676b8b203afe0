"""SD-17 「根据“谁承办、谁负责”的原则」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Api
from tests.support.regions import another_department, look, regulation, rules, warn
from tests.support.world import StaffedOffice, World

MEASURE = {"measure": "explanation", "description": "释法说理"}


@pytest.mark.parametrize("level", ["blue", "orange", "red"])
async def test_the_handler_is_responsible_by_default(api: Api, shandong: StaffedOffice, level: str) -> None:
    warned = await warn(api, shandong, level=level)

    found = await look(
        api.of(shandong, Role.CASE_HANDLER),
        warned.warning,
        "responsibility { handles resolves leads reasons { rule } }",
    )

    responsibility = found["responsibility"]
    assert responsibility["handles"] == ["CASE_HANDLER"]
    assert responsibility["resolves"] == responsibility["leads"] == []
    assert "SD-17" in rules(responsibility["reasons"])


async def test_the_regulation_says_so_beforehand(api: Api, shandong: StaffedOffice) -> None:
    found = await regulation(
        api.of(shandong, Role.CASE_HANDLER), shandong, "responsibilities { level { code } responsibility { handles } }"
    )

    by_level = {item["level"]["code"]: item["responsibility"]["handles"] for item in found["responsibilities"]}
    assert by_level == {"blue": ["CASE_HANDLER"], "orange": ["CASE_HANDLER"], "red": ["CASE_HANDLER"]}


async def test_responsibility_goes_with_the_case(world: World, api: Api, shandong: StaffedOffice) -> None:
    warned, elsewhere = await warn(api, shandong, level="blue"), await another_department(world, shandong)
    work = {"case": warned.case, "warning": warned.warning, **MEASURE}

    await api.of(shandong, Role.CASE_MANAGER).do(
        "assignCase",
        case=warned.case,
        department=elsewhere.department(DepartmentFunction.BUSINESS).id,
        handler=elsewhere.officer_id(Role.CASE_HANDLER),
    )

    [error] = await api.of(shandong, Role.CASE_HANDLER).refused("recordDisposition", **work)
    answer = await api.of(elsewhere, Role.CASE_HANDLER).do("recordDisposition", **work)
    assert error["code"] == "NOT_FOUND"  # a handler sees their own cases only
    assert answer["warning"]["status"] == "IN_DISPOSITION"
