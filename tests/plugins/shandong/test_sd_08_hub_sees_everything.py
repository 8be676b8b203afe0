"""SD-08 「控申部门在工作中发挥枢纽作用」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import another_department, look, open_case, rules, submit, told, warn
from tests.support.world import StaffedOffice, World

LEDGER = "{ cases { nodes { id assessments { nodes { id } } } } warnings { nodes { id } } }"


@pytest.fixture
async def elsewhere(world: World, shandong: StaffedOffice) -> StaffedOffice:
    """Return the same office from its second business department."""
    return await another_department(world, shandong)


async def test_the_hub_sees_all_departments_cases(api: Api, shandong: StaffedOffice, elsewhere: StaffedOffice) -> None:
    one, other = await warn(api, shandong, level="blue"), await warn(api, elsewhere, level="red")

    data = await api.of(shandong, Role.COMPLAINTS_OFFICER).ask(LEDGER)

    assessed = {case["id"]: [item["id"] for item in case["assessments"]["nodes"]] for case in data["cases"]["nodes"]}
    assert assessed == {one.case: [one.assessment], other.case: [other.assessment]}
    assert {warning["id"] for warning in data["warnings"]["nodes"]} == {one.warning, other.warning}


async def test_a_department_sees_its_own_only(api: Api, shandong: StaffedOffice, elsewhere: StaffedOffice) -> None:
    await warn(api, shandong, level="blue")
    own = await warn(api, elsewhere, level="red")

    data = await api.of(elsewhere, Role.DEPARTMENT_HEAD).ask(LEDGER)

    assert [case["id"] for case in data["cases"]["nodes"]] == [own.case]
    assert [warning["id"] for warning in data["warnings"]["nodes"]] == [own.warning]


async def test_the_hub_follows_an_assessment_from_submission(api: Api, shandong: StaffedOffice) -> None:
    assessment = await submit(api, shandong, await open_case(api, shandong), level="orange")

    seen = await look(
        api.of(shandong, Role.COMPLAINTS_OFFICER),
        assessment,
        "status answers { value } plan { sections { key } } nextReview { role }",
    )

    assert seen["status"] == "IN_REVIEW"
    assert seen["nextReview"] == {"role": "DEPARTMENT_HEAD"}
    assert seen["answers"] == [{"value": "未发现"}]
    assert [section["key"] for section in seen["plan"]["sections"]] == ["demands", "facts", "risks", "measures"]


async def test_the_hub_is_told_of_each_warning(api: Api, shandong: StaffedOffice, elsewhere: StaffedOffice) -> None:
    one, other = await warn(api, shandong, level="blue"), await warn(api, elsewhere, level="red")

    notices = await told(api.of(shandong, Role.COMPLAINTS_OFFICER))

    assert [notice["case"]["id"] for notice in notices] == [other.case, one.case]
    assert {rule for notice in notices for rule in rules(notice["reasons"])} == {"SD-11"}


async def test_the_regulation_names_the_hub(api: Api, shandong: StaffedOffice) -> None:
    warned = await warn(api, shandong, level="blue")

    responsibility = (
        await look(
            api.of(shandong, Role.CASE_HANDLER), warned.warning, "responsibility { supervises reasons { rule } }"
        )
    )["responsibility"]

    assert responsibility["supervises"] == ["COMPLAINTS_OFFICER"]
    assert "SD-08" in rules(responsibility["reasons"])
