"""ZHU-19 「对红色预警的案件,由检察长或分管副检察长带队,组成特别督办组督办」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import COMMITMENTS, assess, happened, look, plan, refusals, resolve, rules, warn
from tests.support.world import ZHUZHOU, StaffedOffice, World

RED = {"positional": "level-4", "national": "level-1"}
"""The code of the red level, by the reading of A-01."""


async def supervisions(api: Api, office: StaffedOffice, warned: Warned) -> list[Answer]:
    """Return the supervisions of a warning."""
    found = await look(
        api.of(office, Role.CHIEF_PROCURATOR),
        warned.warning,
        "supervisions { id kind status leader { id } members { id } reasons { rule } }",
    )
    answer: list[Answer] = found["supervisions"]
    return answer


@pytest.mark.parametrize("numbering", RED)
async def test_red_gets_a_special_group(world: World, api: Api, zhuzhou: StaffedOffice, numbering: str) -> None:
    await world.registrar.option(ZHUZHOU, "numbering", numbering)

    warned = await warn(api, zhuzhou, level=RED[numbering])

    [group] = await supervisions(api, zhuzhou, warned)
    assert (group["kind"], group["status"], group["leader"]) == ("SPECIAL_GROUP", "REQUIRED", None)
    assert rules(group["reasons"]) == ["ZHU-19", "A-27"]


@pytest.mark.parametrize(
    ("numbering", "level"),
    [
        ("positional", "level-3"),
        ("national", "level-4"),  # blue: it is the colour that counts
    ],
)
async def test_no_other_colour_gets_one(
    world: World, api: Api, zhuzhou: StaffedOffice, numbering: str, level: str
) -> None:
    await world.registrar.option(ZHUZHOU, "numbering", numbering)

    warned = await warn(api, zhuzhou, level=level)

    assert await supervisions(api, zhuzhou, warned) == []


async def test_it_begins_with_the_warning(api: Api, zhuzhou: StaffedOffice) -> None:
    """At issue: nobody has received it, no period runs."""
    warned = await warn(api, zhuzhou, level="level-4")

    found = await look(api.of(zhuzhou, Role.CHIEF_PROCURATOR), warned.warning, "status dueAt")

    assert found == {"status": "ISSUED", "dueAt": None}
    timeline = await happened(api.of(zhuzhou, Role.CHIEF_PROCURATOR), warned.case)
    assert timeline.index("warning SUPERVISED") == timeline.index("warning ISSUED") + 1


async def put_in_charge(world: World, office: StaffedOffice, leader: Role) -> None:
    """Put the officer of a role in charge of the undertaking department."""
    business = office.department()
    await world.registrar.department(
        office.office,
        business.name,
        business.function,
        id=business.id,
        head_id=business.head_id,
        leader_in_charge_id=office.officer_id(leader),
    )


@pytest.mark.parametrize("leader", [Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR])
async def test_chief_or_deputy_in_charge_leads_the_group(
    world: World, api: Api, zhuzhou: StaffedOffice, leader: Role
) -> None:
    warned = await warn(api, zhuzhou, level="level-4")
    await put_in_charge(world, zhuzhou, Role.DEPUTY_CHIEF_PROCURATOR)
    [required] = await supervisions(api, zhuzhou, warned)
    members = [zhuzhou.officer_id(Role.DEPARTMENT_HEAD), zhuzhou.officer_id(Role.COMPLAINTS_OFFICER)]

    await api.of(zhuzhou, leader).do(
        "superviseWarning",
        warning=warned.warning,
        supervision=required["id"],
        kind="SPECIAL_GROUP",
        reason="组成特别督办组",
        leader=zhuzhou.officer_id(leader),
        members=members,
    )

    [group] = await supervisions(api, zhuzhou, warned)
    assert (group["id"], group["status"]) == (required["id"], "ISSUED")
    assert group["leader"] == {"id": zhuzhou.officer_id(leader)}
    assert [member["id"] for member in group["members"]] == members


async def test_nobody_else_leads_the_group(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, chief = await warn(api, zhuzhou, level="level-4"), api.of(zhuzhou, Role.CHIEF_PROCURATOR)
    group = {"warning": warned.warning, "kind": "SPECIAL_GROUP", "reason": "督办"}

    # The leader in charge is no deputy here, and the deputy is in charge of another department.
    others = (Role.LEADER_IN_CHARGE, Role.DEPUTY_CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER)
    for leader in (*map(zhuzhou.officer_id, others), None):
        [error] = await chief.refused("superviseWarning", leader=leader, **group)

        assert (error["code"], error["path"]) == ("INVALID", ["leader"])


async def test_the_group_is_not_others_to_form(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-4")
    others = [Role.COMPLAINTS_OFFICER, Role.LEADING_GROUP_OFFICE, Role.DEPARTMENT_HEAD]
    group = {"kind": "SPECIAL_GROUP", "reason": "督办", "leader": zhuzhou.officer_id(Role.CHIEF_PROCURATOR)}

    codes = await refusals(api, zhuzhou, others, "superviseWarning", warning=warned.warning, **group)

    assert codes == ["FORBIDDEN"] * 3


async def test_a_warning_that_turns_red_gets_one(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-3")

    await assess(api, zhuzhou, warned.case, level="level-4")

    [group] = await supervisions(api, zhuzhou, warned)
    assert (group["kind"], group["status"]) == ("SPECIAL_GROUP", "REQUIRED")


@pytest.mark.parametrize("role", [Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR])
async def test_who_leads_is_not_the_department(api: Api, zhuzhou: StaffedOffice, role: Role) -> None:
    """The receipt, from which the term runs, is the undertaking department's; so is what it has to do then (A-03)."""
    warned, leader = await warn(api, zhuzhou, level="level-4"), api.of(zhuzhou, role)
    named: Answer = {"warning": warned.warning}
    refused: list[Answer] = []
    group = {"kind": "SPECIAL_GROUP", "reason": "督办", "leader": zhuzhou.officer_id(Role.CHIEF_PROCURATOR)}
    issued = (await leader.do("superviseWarning", **named, **group))["supervision"]

    refused += await leader.refused("acknowledgeWarning", **named)
    await api.of(zhuzhou, Role.DEPARTMENT_HEAD).do("acknowledgeWarning", **named)
    refused += await leader.refused("replyToSupervision", supervision=issued["id"], reply="已部署")
    refused += await leader.refused("adoptPlan", plan=plan(*COMMITMENTS), **named)
    await api.of(zhuzhou, Role.CASE_HANDLER).do("adoptPlan", plan=plan(*COMMITMENTS), **named)
    refused += await leader.refused("resolveWarning", outcome="SETTLED", **named)
    await resolve(api, zhuzhou, warned)
    refused += await leader.refused("fileWarning", report="结案报告", **named)

    assert [error["code"] for error in refused] == ["FORBIDDEN"] * 5
    assert (await look(leader, warned.warning, "status"))["status"] == "RESOLVED"


async def test_red_has_leaders_in_its_lead(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await warn(api, zhuzhou, level="level-4")

    found = await look(
        api.of(zhuzhou, Role.CHIEF_PROCURATOR), warned.warning, "responsibility { leads reasons { rule } }"
    )

    assert found["responsibility"]["leads"] == ["CHIEF_PROCURATOR", "DEPUTY_CHIEF_PROCURATOR"]
    assert "ZHU-19" in rules(found["responsibility"]["reasons"])
