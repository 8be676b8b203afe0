"""ZHU-13 「实行“三定三包”(定人员、定责任、定时限,包结案、包息诉、包稳控)制度」"""

from __future__ import annotations

from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.flows import Warned
from tests.support.regions import COMMITMENTS, dispose, look, plan, receive, regulation, rules
from tests.support.world import StaffedOffice

LABELS = dict(zip(COMMITMENTS, ["定人员", "定责任", "定时限", "包结案", "包息诉", "包稳控"], strict=True))


def work(warned: Warned) -> dict[str, dict[str, Any]]:
    """Return what is done about a warning, by mutation."""
    return {
        "recordDisposition": {
            "case": warned.case,
            "warning": warned.warning,
            "measure": "explanation",
            "description": "释法说理",
        },
        "resolveWarning": {"warning": warned.warning, "outcome": "SETTLED"},
    }


async def test_a_scheme_has_six_sections(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER),
        zhuzhou,
        "planSections(kind: SCHEME) { key label required reasons { rule } }",
    )

    sections = found["planSections"]
    assert {section["key"]: section["label"] for section in sections} == LABELS
    assert all(section["required"] and rules(section["reasons"]) == ["ZHU-13"] for section in sections)


async def test_a_missing_commitment_is_named(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await receive(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    for missing, label in LABELS.items():
        incomplete = plan(*(key for key in COMMITMENTS if key != missing))
        [error] = await handler.refused("adoptPlan", warning=warned.warning, plan=incomplete)

        assert (error["code"], error["path"]) == ("INVALID", ["plan", "sections"])
        assert label in error["message"]


async def test_all_that_is_missing_is_named(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await receive(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    errors = await handler.refused("adoptPlan", warning=warned.warning, plan={"sections": []})

    named = [label for error in errors for label in LABELS.values() if label in error["message"]]
    assert named == list(LABELS.values())
    assert await look(handler, warned.warning, "status plan { kind }") == {
        "status": "ACKNOWLEDGED",
        "plan": {"kind": "CONTINGENCY"},
    }


@pytest.mark.parametrize("kind", ["SCHEME", "CONTINGENCY"])
async def test_an_empty_plan_is_not_adopted(api: Api, zhuzhou: StaffedOffice, kind: str) -> None:
    """A plan made in advance needs no commitment, but it says something."""
    warned, handler = await receive(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)
    selection = "version status plan { id } nextActs { act }"
    before = await look(handler, warned.warning, selection)

    errors = await handler.refused("adoptPlan", warning=warned.warning, kind=kind, plan={"sections": []})

    assert {(error["code"], *error["path"]) for error in errors} == {("INVALID", "plan", "sections")}
    assert await look(handler, warned.warning, selection) == before


async def test_an_empty_commitment_is_none(api: Api, zhuzhou: StaffedOffice) -> None:
    warned = await receive(api, zhuzhou, level="level-2")
    scheme = plan(*COMMITMENTS)
    scheme["sections"][2]["text"] = ""

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused("adoptPlan", warning=warned.warning, plan=scheme)

    assert (error["code"], error["path"]) == ("INVALID", ["plan", "sections", "2", "text"])


@pytest.mark.parametrize("mutation", ["recordDisposition", "resolveWarning"])
async def test_no_disposition_before_the_scheme(api: Api, zhuzhou: StaffedOffice, mutation: str) -> None:
    warned, handler = await receive(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)
    before = await look(handler, warned.warning, "version status")

    [error] = await handler.refused(mutation, **work(warned)[mutation])

    assert error["code"] == "GATE_CLOSED"
    assert "ZHU-13" in rules(error["reasons"])
    assert await look(handler, warned.warning, "version status") == before


async def test_with_the_scheme_disposition_begins(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await dispose(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    for mutation, input in work(warned).items():
        await handler.do(mutation, **input)

    assert await look(handler, warned.warning, "status") == {"status": "RESOLVED"}


async def test_what_comes_next_says_so(api: Api, zhuzhou: StaffedOffice) -> None:
    warned, handler = await receive(api, zhuzhou, level="level-2"), api.of(zhuzhou, Role.CASE_HANDLER)

    before = {item["act"] for item in (await look(handler, warned.warning, "nextActs { act }"))["nextActs"]}
    await handler.do("adoptPlan", warning=warned.warning, plan=plan(*COMMITMENTS))
    after = {item["act"] for item in (await look(handler, warned.warning, "nextActs { act }"))["nextActs"]}

    assert before == {"ADOPT_PLAN", "LIFT", "SUPERVISE"}
    assert after == before | {"RECORD_DISPOSITION", "RESOLVE"}
