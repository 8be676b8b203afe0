"""HUI-08 「当执法办案风险被评为一级、二级后,系统会自动向控申等相关部门发送预警信息」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import DepartmentFunction, Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import (
    approve,
    assess,
    chain,
    look,
    open_case,
    refusals,
    regulation,
    rules,
    submit,
    told,
    warn,
)
from tests.support.world import HUIZHOU, StaffedOffice, World


async def warning_messages(api: Api, office: StaffedOffice, role: Role) -> list[Answer]:
    """Return the messages of HUI-08 that an officer received."""
    return [notice for notice in await told(api.of(office, role)) if "HUI-08" in rules(notice["reasons"])]


@pytest.mark.parametrize("level", ["level-1", "level-2"])
async def test_levels_one_and_two_warn_themselves(api: Api, huizhou: StaffedOffice, level: str) -> None:
    case = await open_case(api, huizhou)
    assessment = await submit(api, huizhou, case, level=level)

    answer = await approve(api, huizhou, assessment, *chain(huizhou, level))

    found = await look(
        api.of(huizhou, Role.CASE_HANDLER),
        answer["warning"]["id"],
        "status level { code } issuedBy { id } assessment { id pendingIssue { automatic } }",
    )
    assert found == {
        "status": "ISSUED",
        "level": {"code": level},
        "issuedBy": None,  # nobody: the regulation itself
        "assessment": {"id": assessment, "pendingIssue": None},
    }


@pytest.mark.parametrize("level", ["level-1", "level-2"])
async def test_the_hub_gets_the_message(api: Api, huizhou: StaffedOffice, level: str) -> None:
    warned = await warn(api, huizhou, level=level)

    [message] = await warning_messages(api, huizhou, Role.COMPLAINTS_OFFICER)

    assert (message["subject"], message["case"]) == ("一级、二级风险预警信息", {"id": warned.case})


async def test_level_three_waits_for_the_handler(api: Api, huizhou: StaffedOffice) -> None:
    case, handler = await open_case(api, huizhou), api.of(huizhou, Role.CASE_HANDLER)
    assessment = await assess(api, huizhou, case, level="level-3")
    due = await look(handler, assessment, "pendingIssue { roles automatic } case { activeWarning { id } }")
    others = [Role.DEPARTMENT_HEAD, Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, huizhou, others, "issueWarning", case=case)
    answer = await handler.do("issueWarning", "warning { level { code } issuedBy { roles } }", case=case)

    assert due == {
        "pendingIssue": {"roles": ["CASE_HANDLER"], "automatic": False},
        "case": {"activeWarning": None},
    }
    assert codes == ["FORBIDDEN"] * 3
    assert answer["warning"] == {"level": {"code": "level-3"}, "issuedBy": {"roles": ["CASE_HANDLER"]}}


async def test_level_three_sends_no_message(api: Api, huizhou: StaffedOffice) -> None:
    """The report of HUI-06 is another thing, and came."""
    await warn(api, huizhou, level="level-3")

    notices = await told(api.of(huizhou, Role.COMPLAINTS_OFFICER))

    assert [rules(notice["reasons"]) for notice in notices] == [["HUI-06"]]


async def test_a_raise_to_level_one_sends_it(api: Api, huizhou: StaffedOffice) -> None:
    warned = await warn(api, huizhou, level="level-3")

    await submit(api, huizhou, warned.case, level="level-1")

    [message] = await warning_messages(api, huizhou, Role.COMPLAINTS_OFFICER)
    assert message["case"] == {"id": warned.case}


async def test_a_raise_that_warns_sends_it_once(api: Api, huizhou: StaffedOffice) -> None:
    case = await open_case(api, huizhou)
    await assess(api, huizhou, case, level="level-3")

    await submit(api, huizhou, case, level="level-1")

    assert len(await warning_messages(api, huizhou, Role.COMPLAINTS_OFFICER)) == 1


@pytest.mark.parametrize(
    ("choice", "also"), [("none", None), ("case-management", Role.CASE_MANAGER), ("publicity", Role.PUBLICITY_OFFICER)]
)
async def test_other_departments_are_the_offices_choice(
    world: World, api: Api, huizhou: StaffedOffice, choice: str, also: Role | None
) -> None:
    """A-25. This office has a case management centre, and for publicity an officer but no department."""
    await world.registrar.option(HUIZHOU, "also_warn", choice)

    warned: Warned = await warn(api, huizhou, level="level-2")

    roles = (Role.COMPLAINTS_OFFICER, Role.CASE_MANAGER, Role.PUBLICITY_OFFICER, Role.INSPECTOR)
    told_of_it = {role for role in roles if await warning_messages(api, huizhou, role)}
    assert told_of_it == {Role.COMPLAINTS_OFFICER} | ({also} if also else set())
    found = await look(api.of(huizhou, Role.CASE_HANDLER), warned.warning, "notices { toDepartment { function } }")
    functions = [item["toDepartment"] and item["toDepartment"]["function"] for item in found["notices"]]
    assert functions[0] == str(DepartmentFunction.COMPLAINTS)


async def test_three_levels_the_first_gravest(api: Api, huizhou: StaffedOffice) -> None:
    """A-10: only two are named; that there is a third, and that 一级 is the gravest, is assumed."""
    found = await regulation(
        api.of(huizhou, Role.CASE_HANDLER),
        huizhou,
        "scheme { levels { code number rank severity colour { name } } reasons { rule assumed } }",
    )

    levels = [(level["code"], level["number"], level["rank"], level["severity"]) for level in found["scheme"]["levels"]]
    assert levels == [("level-3", 3, 1, "MODERATE"), ("level-2", 2, 2, "HIGH"), ("level-1", 1, 3, "CRITICAL")]
    assert {"rule": "A-10", "assumed": True} in found["scheme"]["reasons"]
