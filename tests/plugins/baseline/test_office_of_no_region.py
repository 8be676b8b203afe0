"""An office whose region has no plugin: three levels, head and leader, no gate and no term, and all of it assumed."""

from __future__ import annotations

from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import (
    approve,
    archive,
    assess,
    happened,
    heard,
    look,
    next_reviewer,
    open_case,
    refusals,
    regulation,
    resolve,
    submit,
    told,
    warn,
)
from tests.support.world import StaffedOffice, World

CHANGCHUN = "220100"
REASONS = "reasons { rule assumed citation { quote } plugin }"


@pytest.fixture
async def changchun(world: World) -> StaffedOffice:
    """Return an office that no plugin regulates."""
    return await world.office(CHANGCHUN, "长春市人民检察院")


def reasons_in(answer: Any) -> list[Answer]:
    """Return every reason in an answer, wherever it stands."""
    if isinstance(answer, list):
        return [reason for item in answer for reason in reasons_in(item)]
    if isinstance(answer, dict):
        found: list[Answer] = list(answer.get("reasons", []))
        return found + [reason for key, item in answer.items() if key != "reasons" for reason in reasons_in(item)]
    return []


async def test_the_core_itself_answers_alone(api: Api, changchun: StaffedOffice) -> None:
    found = await regulation(
        api.of(changchun, Role.CASE_HANDLER), changchun, "edition layers { name } options { key } cites { quote }"
    )

    assert found == {"edition": "baseline", "layers": [{"name": "baseline"}], "options": [], "cites": []}


async def test_risks_are_general_considerable_or_major(api: Api, changchun: StaffedOffice) -> None:
    found = await regulation(
        api.of(changchun, Role.CASE_HANDLER),
        changchun,
        "scheme { levels { code label number rank severity colour { name } } }",
    )

    levels = found["scheme"]["levels"]
    assert [(level["code"], level["label"], level["rank"], level["severity"]) for level in levels] == [
        ("general", "一般风险", 1, "MODERATE"),
        ("considerable", "较大风险", 2, "HIGH"),
        ("major", "重大风险", 3, "CRITICAL"),
    ]
    assert {(level["number"], level["colour"]) for level in levels} == {(None, None)}


async def test_everything_is_assumed_and_says_so(api: Api, changchun: StaffedOffice) -> None:
    warned = await warn(api, changchun, level="major")
    client = api.of(changchun, Role.CASE_HANDLER)

    rules = await regulation(
        client,
        changchun,
        f"scheme {{ {REASONS} }} reviewSteps {{ {REASONS} }} planSections(kind: SCHEME) {{ {REASONS} }}"
        f" responsibilities {{ responsibility {{ {REASONS} }} }}",
    )
    decided = await look(client, warned.warning, f"responsibility {{ {REASONS} }} notices {{ {REASONS} }}")

    reasons = reasons_in(rules) + reasons_in(decided)
    assert {reason["rule"] for reason in reasons} == {"BASE-01", "BASE-03", "BASE-04", "BASE-06", "BASE-07"}
    assert all(reason["assumed"] and reason["plugin"] == "baseline" for reason in reasons)


async def test_head_then_leader_review_a_risk(api: Api, changchun: StaffedOffice) -> None:
    assessment, seen = await submit(api, changchun, await open_case(api, changchun), level="general"), []

    while role := await next_reviewer(api.of(changchun, Role.CASE_HANDLER), assessment):
        seen.append(role)
        await approve(api, changchun, assessment, role)

    assert seen == [Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE]


async def test_the_leader_sets_the_level(api: Api, changchun: StaffedOffice) -> None:
    assessment = await submit(api, changchun, await open_case(api, changchun), level="general")
    await approve(api, changchun, assessment, Role.DEPARTMENT_HEAD)

    answer = await approve(api, changchun, assessment, Role.LEADER_IN_CHARGE, level="major")

    assert answer["assessment"]["level"] == {"code": "major"}


async def test_no_risk_is_confirmed_at_once(api: Api, changchun: StaffedOffice) -> None:
    """Neither plan nor level nor review (A-24)."""
    case = await open_case(api, changchun)

    answer = await api.of(changchun, Role.CASE_HANDLER).do("submitAssessment", case=case, hasRisk=False)

    assert (answer["assessment"]["status"], answer["warning"]) == ("CONFIRMED", None)


async def test_a_confirmed_risk_warns_by_itself(api: Api, changchun: StaffedOffice) -> None:
    warned = await warn(api, changchun, level="considerable")

    found = await look(
        api.of(changchun, Role.CASE_HANDLER), warned.warning, "status level { code } issuedBy { id } deadlines { id }"
    )

    assert found == {"status": "ISSUED", "level": {"code": "considerable"}, "issuedBy": None, "deadlines": []}
    issued, to_review = await told(api.of(changchun, Role.DEPARTMENT_HEAD))
    assert (issued["subject"], issued["case"]) == ("预警通知", {"id": warned.case})
    assert to_review["subject"] == "风险评估待您审批"


async def test_no_act_is_held_back(api: Api, changchun: StaffedOffice) -> None:
    case, handler = await open_case(api, changchun), api.of(changchun, Role.CASE_HANDLER)

    await handler.do("advanceCase", case=case, toStage="examination")
    for act in ("COMPULSORY_MEASURE", "DISPOSITION_DECISION", "CONCLUSION"):
        await handler.do("recordAct", case=case, act=act, description="已作出")

    gates = (await look(handler, case, "gates { act open reasons { rule } } closedAt"))["gates"]
    assert [gate["open"] for gate in gates] == [True] * 4


async def test_it_goes_from_opening_to_archive(api: Api, changchun: StaffedOffice) -> None:
    """Without a receipt, without a scheme: nothing asks for them."""
    warned = await warn(api, changchun, level="major")

    await resolve(api, changchun, warned)
    await archive(api, changchun, warned)

    warning = ["ISSUED", "RESOLVED", "FILED", "ARCHIVED"]
    timeline = await happened(api.of(changchun, Role.COMPLAINTS_OFFICER), warned.case)
    assert [entry for entry in timeline if entry.startswith("warning")] == [f"warning {kind}" for kind in warning]


async def test_head_or_leader_lifts_a_warning(api: Api, changchun: StaffedOffice) -> None:
    warned = await warn(api, changchun, level="general")
    others = [Role.CASE_HANDLER, Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR]

    codes = await refusals(api, changchun, others, "liftWarning", warning=warned.warning, reason="风险消除")
    answer = await api.of(changchun, Role.LEADER_IN_CHARGE).do("liftWarning", warning=warned.warning, reason="风险消除")

    assert codes == ["FORBIDDEN"] * 3
    assert answer["warning"]["status"] == "LIFTED"


async def test_the_department_hears_of_another_level(api: Api, changchun: StaffedOffice) -> None:
    warned = await warn(api, changchun, level="general")

    await assess(api, changchun, warned.case, level="major")

    subjects = await heard(api.of(changchun, Role.DEPARTMENT_HEAD))
    assert subjects == ["预警等级变化", "风险评估待您审批", "预警通知", "风险评估待您审批"]
