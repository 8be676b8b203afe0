"""A warning is lifted by whom the regulation names, stays on record, and makes room for another."""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.regions import assess, happened, look, receive, refusals, resolve, staffed, warn
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, World

REASON = {"reason": "风险已消除"}
EVERYBODY = [
    Role.CASE_HANDLER,
    Role.DEPARTMENT_HEAD,
    Role.LEADER_IN_CHARGE,
    Role.EXPERT_COMMITTEE,
    Role.LEADING_GROUP_OFFICE,
    Role.COMPLAINTS_OFFICER,
    Role.CHIEF_PROCURATOR,
]
LIFTED_BY = {
    (SHANDONG, "blue"): [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE],
    (HUIZHOU, "level-2"): [Role.CHIEF_PROCURATOR],
    (ZHUZHOU, "level-2"): [Role.EXPERT_COMMITTEE],
}


@pytest.mark.parametrize(("region", "lifters"), LIFTED_BY.items(), ids=["shandong", "huizhou", "zhuzhou"])
async def test_whom_the_regulation_names_lifts_it(world: World, region: tuple[str, str], lifters: list[Role]) -> None:
    (code, level), others = region, [role for role in EVERYBODY if role not in lifters]
    api, office = await staffed(world, code)
    warned = await warn(api, office, level=level)
    next_acts = (await look(api.of(office, Role.CASE_MANAGER), warned.warning, "nextActs { act roles }"))["nextActs"]

    codes = await refusals(api, office, others, "liftWarning", warning=warned.warning, **REASON)
    answer = await api.of(office, lifters[-1]).do("liftWarning", warning=warned.warning, **REASON)

    assert {item["act"]: item["roles"] for item in next_acts}["LIFT"] == [str(role) for role in lifters]
    assert codes == ["FORBIDDEN"] * len(others)
    assert answer["warning"]["status"] == "LIFTED"


async def test_lifted_it_stays_on_record(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned, committee = await receive(api, office, level="level-2"), api.of(office, Role.EXPERT_COMMITTEE)

    await committee.do("liftWarning", warning=warned.warning, **REASON)

    found = await look(
        committee,
        warned.warning,
        "status level { code } overdue dueAt deadlines { status } nextActs { act } closure { outcome }",
    )
    assert found == {
        "status": "LIFTED",
        "level": {"code": "level-2"},
        "overdue": False,
        "dueAt": None,
        "deadlines": [{"status": "CANCELLED"}],
        "nextActs": [],
        "closure": None,
    }
    assert (await look(committee, warned.case, "activeWarning { id }")) == {"activeWarning": None}
    assert "warning LIFTED" in await happened(committee, warned.case)


async def test_a_reason_has_to_be_given(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned = await warn(api, office, level="level-2")

    [error] = await api.of(office, Role.EXPERT_COMMITTEE).refused("liftWarning", warning=warned.warning, reason=" ")

    assert (error["code"], error["path"]) == ("INVALID", ["reason"])


async def test_what_is_resolved_is_not_lifted(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    warned = await warn(api, office, level="blue")
    await resolve(api, office, warned)

    [error] = await api.of(office, Role.DEPARTMENT_HEAD).refused("liftWarning", warning=warned.warning, **REASON)

    assert error["code"] == "WRONG_STATE"


async def test_after_lifting_another_may_follow(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    warned, head = await warn(api, office, level="blue"), api.of(office, Role.DEPARTMENT_HEAD)
    await head.do("liftWarning", warning=warned.warning, **REASON)

    [none_due] = await head.refused("issueWarning", case=warned.case)
    await assess(api, office, warned.case, level="red")
    await head.do("issueWarning", case=warned.case)

    found = await look(head, warned.case, "warnings { nodes { status level { code } } }")
    assert none_due["code"] == "WRONG_STATE"
    assert found["warnings"]["nodes"] == [
        {"status": "ACKNOWLEDGED", "level": {"code": "red"}},
        {"status": "LIFTED", "level": {"code": "blue"}},
    ]
