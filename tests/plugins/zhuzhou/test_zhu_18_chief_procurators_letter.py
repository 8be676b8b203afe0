"""ZHU-18 「对未按时办结的案件下发《检察长督办函》,责令限期结案」"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from caserisk import deadline_clock
from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.flows import Warned
from tests.support.regions import at, dispose, happened, heard, look, refusals, resolve, rules, told
from tests.support.world import StaffedOffice, World

RECEIVED, LAST_SECOND, PASSED = at("2011-11-10"), at("2011-11-25", "23:59:59"), at("2011-11-26", "00:00:00")
SUPERVISIONS = "supervisions { id kind status newLimit department { id } issuedAt reasons { rule } }"


@pytest.fixture
async def received(world: World, api: Api, zhuzhou: StaffedOffice) -> Warned:
    """Return a level 1 warning received on 10 November 2011: to be concluded by the 25th."""
    world.now = RECEIVED
    return await dispose(api, zhuzhou, level="level-1")


@pytest.fixture
async def overdue(world: World, received: Warned) -> Warned:
    """Let the deadline of a warning pass, and have the clock notice it."""
    world.now = PASSED
    assert await deadline_clock.tick(world.runner) == 1
    return received


async def supervisions(api: Api, office: StaffedOffice, warned: Warned) -> list[Answer]:
    """Return the supervisions of a warning."""
    found = await look(api.of(office, Role.CHIEF_PROCURATOR), warned.warning, SUPERVISIONS)
    answer: list[Answer] = found["supervisions"]
    return answer


async def issue(api: Api, office: StaffedOffice, warned: Warned, **input: Any) -> Answer:
    """Have the chief procurator complete the letter that is required."""
    required = [item for item in await supervisions(api, office, warned) if item["status"] == "REQUIRED"]
    given = {"supervision": required[0]["id"], "kind": "CHIEF_LETTER", "reason": "责令限期结案"}
    return await api.of(office, Role.CHIEF_PROCURATOR).do(
        "superviseWarning", warning=warned.warning, **given | {"newLimit": "2011-12-05"} | input
    )


async def test_before_the_end_nothing_is_noticed(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned
) -> None:
    world.now = LAST_SECOND

    assert await deadline_clock.tick(world.runner) == 0
    assert await supervisions(api, zhuzhou, received) == []


async def test_a_missed_term_asks_for_the_letter(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    [letter] = await supervisions(api, zhuzhou, overdue)

    assert (letter["kind"], letter["status"], letter["issuedAt"]) == ("CHIEF_LETTER", "REQUIRED", None)
    assert letter["department"] == {"id": zhuzhou.department().id}
    assert rules(letter["reasons"]) == ["ZHU-18", "A-31"]


async def test_the_passing_is_noticed_once(world: World, api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    assert await deadline_clock.tick(world.runner) == 0

    timeline = await happened(api.of(zhuzhou, Role.CHIEF_PROCURATOR), overdue.case)
    assert timeline.count("warning OVERDUE") == 1
    assert len(await supervisions(api, zhuzhou, overdue)) == 1


async def test_many_clocks_notice_it_once(world: World, api: Api, zhuzhou: StaffedOffice, received: Warned) -> None:
    world.now = PASSED

    await asyncio.gather(*(deadline_clock.tick(world.runner) for _ in range(4)))

    timeline = await happened(api.of(zhuzhou, Role.CHIEF_PROCURATOR), received.case)
    assert timeline.count("warning OVERDUE") == 1
    assert len(await supervisions(api, zhuzhou, received)) == 1


async def test_the_clock_acts_as_nobody(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    found = await look(
        api.of(zhuzhou, Role.CHIEF_PROCURATOR),
        overdue.case,
        "timeline(last: 4) { nodes { at actor { id } ... on WarningChange { kind status level { code } } } }",
    )

    noticed = {"at": PASSED.isoformat(), "actor": None, "status": "IN_DISPOSITION", "level": {"code": "level-1"}}
    told = {"at": PASSED.isoformat(), "actor": None}
    overdue_then_supervised = [noticed | {"kind": "OVERDUE"}, noticed | {"kind": "SUPERVISED"}]
    assert found["timeline"]["nodes"] == [*overdue_then_supervised, told, told]


async def test_only_the_chief_signs_the_letter(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    others = [Role.COMPLAINTS_OFFICER, Role.DEPUTY_CHIEF_PROCURATOR, Role.LEADING_GROUP_OFFICE]
    letter = {"warning": overdue.warning, "kind": "CHIEF_LETTER", "reason": "督办", "newLimit": "2011-12-05"}

    codes = await refusals(api, zhuzhou, others, "superviseWarning", **letter)

    assert codes == ["FORBIDDEN"] * 3


async def test_a_letter_sets_a_new_limit(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    [required] = await supervisions(api, zhuzhou, overdue)
    letter = {"warning": overdue.warning, "supervision": required["id"], "kind": "CHIEF_LETTER", "reason": "督办"}

    [without] = await api.of(zhuzhou, Role.CHIEF_PROCURATOR).refused("superviseWarning", **letter)
    [past] = await api.of(zhuzhou, Role.CHIEF_PROCURATOR).refused("superviseWarning", newLimit="2011-11-25", **letter)

    assert [(error["code"], error["path"]) for error in (without, past)] == [("INVALID", ["newLimit"])] * 2


async def test_the_missed_term_stays_on_record(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    await issue(api, zhuzhou, overdue)

    found = await look(
        api.of(zhuzhou, Role.CHIEF_PROCURATOR),
        overdue.warning,
        "overdue dueAt deadlines { rule startsOn dueOn status reasons { rule } }",
    )
    original, new = found["deadlines"]
    assert (original["rule"], original["dueOn"], original["status"]) == ("ZHU-14", "2011-11-25", "MISSED")
    assert (new["rule"], new["dueOn"], new["status"]) == ("ZHU-18", "2011-12-05", "OPEN")
    assert rules(new["reasons"]) == ["ZHU-18", "A-31"]
    assert (found["overdue"], found["dueAt"]) == (False, "2011-12-06T00:00:00+08:00")


async def test_the_letter_on_record_is_completed(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    [required] = await supervisions(api, zhuzhou, overdue)

    await issue(api, zhuzhou, overdue)

    [letter] = await supervisions(api, zhuzhou, overdue)
    assert (letter["id"], letter["status"], letter["newLimit"]) == (required["id"], "ISSUED", "2011-12-05")
    assert letter["issuedAt"] == PASSED.isoformat()


async def test_concluded_within_the_new_limit(world: World, api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    await issue(api, zhuzhou, overdue)
    world.now = at("2011-12-05", "23:59:59")

    await resolve(api, zhuzhou, overdue)

    found = await look(api.of(zhuzhou, Role.CHIEF_PROCURATOR), overdue.warning, "deadlines { status }")
    assert found == {"deadlines": [{"status": "MISSED"}, {"status": "MET"}]}


async def test_a_second_miss_asks_again(world: World, api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    await issue(api, zhuzhou, overdue)
    world.now = at("2011-12-06", "00:00:00")

    noticed = await deadline_clock.tick(world.runner)

    letters = await supervisions(api, zhuzhou, overdue)
    assert noticed == 1
    assert [(letter["kind"], letter["status"]) for letter in letters] == [
        ("CHIEF_LETTER", "ISSUED"),
        ("CHIEF_LETTER", "REQUIRED"),
    ]
    timeline = await happened(api.of(zhuzhou, Role.CHIEF_PROCURATOR), overdue.case)
    assert timeline.count("warning OVERDUE") == 2


@pytest.mark.parametrize("outcome", ["SETTLED", "RESOLVED_NOT_SETTLED"])
async def test_a_closed_warning_gets_no_letter(
    world: World, api: Api, zhuzhou: StaffedOffice, received: Warned, outcome: str
) -> None:
    await resolve(api, zhuzhou, received, outcome=outcome)
    world.now = at("2012-11-10")

    noticed = await deadline_clock.tick(world.runner)

    assert noticed == 0
    assert await supervisions(api, zhuzhou, received) == []
    found = await look(api.of(zhuzhou, Role.CHIEF_PROCURATOR), received.warning, "overdue")
    assert found == {"overdue": False}


async def test_the_department_replies_to_the_letter(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    issued = (await issue(api, zhuzhou, overdue))["supervision"]["id"]

    answer = await api.of(zhuzhou, Role.DEPARTMENT_HEAD).do(
        "replyToSupervision", "supervision { status reply repliedBy { roles } }", supervision=issued, reply="限期化解"
    )

    replied = {"status": "REPLIED", "reply": "限期化解", "repliedBy": {"roles": ["DEPARTMENT_HEAD"]}}
    assert answer["supervision"] == replied


async def test_the_chief_hears_that_a_letter_is_due(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    """And nobody else is asked for it; the hub and the department hear that the deadline has passed."""
    chief, hub = api.of(zhuzhou, Role.CHIEF_PROCURATOR), api.of(zhuzhou, Role.COMPLAINTS_OFFICER)

    [notice] = await told(chief)

    assert (notice["subject"], rules(notice["reasons"])) == ("督办待签发:未按时办结或红色预警", ["ZHU-18", "ZHU-19"])
    assert await heard(hub) == ["预警期限已过"]
    assert (await heard(api.of(zhuzhou, Role.LIAISON_OFFICER)))[0] == "预警期限已过"
    assert await heard(api.of(zhuzhou, Role.DEPUTY_CHIEF_PROCURATOR)) == []


async def test_the_department_is_told_of_the_letter(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    await issue(api, zhuzhou, overdue)

    for role in (Role.DEPARTMENT_HEAD, Role.CASE_HANDLER, Role.LIAISON_OFFICER):
        notice = (await told(api.of(zhuzhou, role)))[0]
        assert (notice["subject"], "ZHU-18" in rules(notice["reasons"])) == ("督办通知:请限期结案", True)


async def test_who_signed_it_hears_of_the_reply(api: Api, zhuzhou: StaffedOffice, overdue: Warned) -> None:
    issued = await issue(api, zhuzhou, overdue)

    await api.of(zhuzhou, Role.DEPARTMENT_HEAD).do(
        "replyToSupervision", supervision=issued["supervision"]["id"], reply="已部署"
    )

    assert (await heard(api.of(zhuzhou, Role.CHIEF_PROCURATOR)))[0] == "督办已回复"
