"""`expectedVersion`: what moved on since it was seen is not changed unseen."""

from __future__ import annotations

from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Client
from tests.support.regions import approve, look, open_case, staffed, submit, warn
from tests.support.world import SHANDONG, ZHUZHOU, World


async def version(client: Client, id: str) -> int:
    """The version of what has a global id."""
    return int((await look(client, id, "version"))["version"])


def conflict(seen: int, now: int) -> Answer:
    """The refusal of what saw an old version."""
    message = f"对象已被更改:您看到的是第{seen}版,现为第{now}版;请刷新后重试"
    return {
        "code": "CONFLICT",
        "message": message,
        "path": ["expectedVersion"],
        "reasons": [],
        "currentVersion": now,
    }


async def test_a_case_that_moved_is_not_advanced(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    seen = await version(handler, case)
    await handler.do("recordPetition", case=case, channel="visit", description="来访")
    step: dict[str, Any] = {"case": case, "toStage": "examination"}

    errors = await handler.refused("advanceCase", expectedVersion=seen, **step)
    now = await version(handler, case)
    answer = await handler.do("advanceCase", expectedVersion=now, **step)

    assert errors == [conflict(seen, now)]
    assert answer["case"]["version"] > now


async def test_an_assessment_that_moved_is_not_reviewed(world: World) -> None:
    """The head looked at it before somebody else approved: two approvals are not one decision."""
    api, office = await staffed(world, SHANDONG)
    assessment = await submit(api, office, await open_case(api, office), level="blue")
    leader = api.of(office, Role.LEADER_IN_CHARGE)
    seen = await version(leader, assessment)
    await approve(api, office, assessment, Role.DEPARTMENT_HEAD)
    word = {"assessment": assessment, "verdict": "APPROVED"}

    errors = await leader.refused("reviewAssessment", expectedVersion=seen, **word)

    assert errors == [conflict(seen, seen + 1)]
    assert (await leader.do("reviewAssessment", expectedVersion=seen + 1, **word))["assessment"][
        "status"
    ] == "CONFIRMED"


async def test_a_warning_that_moved_is_not_resolved(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    warned, handler = await warn(api, office, level="blue"), api.of(office, Role.CASE_HANDLER)
    seen = await version(handler, warned.warning)
    await handler.do("recordPetition", case=warned.case, channel="visit", description="来访")  # the hub now leads

    [error] = await handler.refused("resolveWarning", warning=warned.warning, outcome="SETTLED", expectedVersion=seen)

    assert (error["code"], error["path"]) == ("CONFLICT", ["expectedVersion"])
    assert (await look(handler, warned.warning, "status"))["status"] == "ACKNOWLEDGED"


async def test_a_supervision_that_moved_is_not_answered(world: World) -> None:
    api, office = await staffed(world, ZHUZHOU)
    warned, chief = await warn(api, office, level="level-4"), api.of(office, Role.CHIEF_PROCURATOR)
    [required] = (await look(chief, warned.warning, "supervisions { id version }"))["supervisions"]
    await chief.do(
        "superviseWarning",
        warning=warned.warning,
        supervision=required["id"],
        kind="SPECIAL_GROUP",
        reason="督办",
        leader=office.officer_id(Role.CHIEF_PROCURATOR),
    )

    [error] = await api.of(office, Role.DEPARTMENT_HEAD).refused(
        "replyToSupervision", supervision=required["id"], reply="已部署", expectedVersion=required["version"]
    )

    assert error["code"] == "CONFLICT"


@pytest.mark.parametrize("wrong", [0, 99, -1])
async def test_a_version_never_seen_is_refused(world: World, wrong: int) -> None:
    api, office = await staffed(world, SHANDONG)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)

    [error] = await handler.refused("advanceCase", case=case, toStage="examination", expectedVersion=wrong)

    assert (error["code"], error["currentVersion"]) == ("CONFLICT", await version(handler, case))


async def test_other_refusals_name_no_version(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, manager = await open_case(api, office), api.of(office, Role.CASE_MANAGER)
    number = (await look(manager, case, "number"))["number"]

    [taken] = await manager.refused("openCase", number=number, title="案", cause="盗窃", office=office.code)
    [unknown] = await api.of(office, Role.CASE_HANDLER).refused("advanceCase", case=case, toStage="none-such")

    assert (taken["code"], taken["currentVersion"]) == ("CONFLICT", None)
    assert (unknown["code"], unknown["currentVersion"]) == ("INVALID", None)


async def test_assessments_and_warnings_move_their_case(world: World) -> None:
    api, office = await staffed(world, SHANDONG)
    case, handler = await open_case(api, office), api.of(office, Role.CASE_HANDLER)
    versions = [await version(handler, case)]

    assessment = await submit(api, office, case, level="blue")
    versions.append(await version(handler, case))
    await approve(api, office, assessment, Role.DEPARTMENT_HEAD)
    versions.append(await version(handler, case))
    await approve(api, office, assessment, Role.LEADER_IN_CHARGE)
    await api.of(office, Role.DEPARTMENT_HEAD).do("issueWarning", case=case)
    versions.append(await version(handler, case))

    assert versions == sorted(set(versions))
