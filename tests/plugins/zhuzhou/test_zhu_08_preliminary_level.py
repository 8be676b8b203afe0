"""ZHU-08 「案件承办人发现风险后,初步判定风险等级、填写风险评估表」"""

from __future__ import annotations

from typing import Any

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import WORK_PLAN, look, open_case, rules
from tests.support.world import StaffedOffice


async def submitted(api: Api, office: StaffedOffice, selection: str, **input: Any) -> Answer:
    """Make an assessment that finds a risk, as it is right after its submission."""
    case = await open_case(api, office)
    given = {"case": case, "hasRisk": True, "plan": WORK_PLAN}
    answer = await api.of(office, Role.CASE_HANDLER).do(
        "submitAssessment", f"assessment {{ {selection} }}", **given | input
    )
    assessment: Answer = answer["assessment"]
    return assessment


def degree(value: str) -> list[dict[str, str]]:
    """Make an answer of that degree."""
    return [{"factor": "party-reaction", "value": value}]


async def test_the_handlers_level_is_preliminary(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await submitted(
        api,
        zhuzhou,
        "status proposedLevel { code } level { code } submittedBy { roles } case { level { code } }",
        proposedLevel="level-3",
    )

    assert found == {
        "status": "IN_REVIEW",
        "proposedLevel": {"code": "level-3"},
        "level": None,
        "submittedBy": {"roles": ["CASE_HANDLER"]},
        "case": {"level": None},
    }


async def test_the_form_is_kept_as_filled(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await submitted(
        api,
        zhuzhou,
        "answers { factor { label } value } summary plan { kind sections { key text } } stage { key }",
        answers=degree("strong"),
        summary="被害人亲属多次来电",
    )

    assert found["answers"] == [{"factor": {"label": "当事人及其亲属的反应程度"}, "value": "strong"}]
    assert found["summary"] == "被害人亲属多次来电"
    assert found["plan"]["kind"] == "CONTINGENCY"
    assert [section["key"] for section in found["plan"]["sections"]] == ["demands", "facts", "risks", "measures"]
    assert found["stage"] == {"key": "acceptance"}


async def test_the_form_alone_gives_a_level(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await submitted(
        api, zhuzhou, "proposedLevel { code } derivedLevel { code } reasons { rule }", answers=degree("marked")
    )

    assert (found["proposedLevel"], found["derivedLevel"]) == (None, {"code": "level-2"})
    assert "ZHU-08" in rules(found["reasons"])


@pytest.mark.parametrize(
    ("answers", "derived", "proposed"), [("slight", "level-1", "level-4"), ("extreme", "level-4", "level-1")]
)
async def test_the_handlers_judgement_stands_beside(
    api: Api, zhuzhou: StaffedOffice, answers: str, derived: str, proposed: str
) -> None:
    found = await submitted(
        api,
        zhuzhou,
        "proposedLevel { code } derivedLevel { code } override overrideReason reasons { rule assumed }",
        answers=degree(answers),
        proposedLevel=proposed,
        overrideReason="另有多人联名反映",
    )

    assert (found["proposedLevel"], found["derivedLevel"]) == ({"code": proposed}, {"code": derived})
    assert (found["override"], found["overrideReason"]) == ("WITH_REASON", "另有多人联名反映")
    assert {"rule": "ZHU-08", "assumed": True} in found["reasons"]


@pytest.mark.parametrize(
    ("answers", "proposed"),
    [("extreme", "level-1"), ("slight", "level-4"), ("strong", "level-2"), ("slight", None)],
    ids=["three lower", "three higher", "one lower", "no risk"],
)
async def test_another_judgement_needs_a_word(
    api: Api, zhuzhou: StaffedOffice, answers: str, proposed: str | None
) -> None:
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)
    judgement = {"hasRisk": proposed is not None, "proposedLevel": proposed}

    [error] = await handler.refused("submitAssessment", case=case, plan=WORK_PLAN, answers=degree(answers), **judgement)

    assert (error["code"], error["path"]) == ("INVALID", ["overrideReason"])
    assert "ZHU-08" in rules(error["reasons"])
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}


async def test_no_risk_against_the_form_is_explained(api: Api, zhuzhou: StaffedOffice) -> None:
    """The level that the form gives stays on record; it is not in force."""
    found = await submitted(
        api,
        zhuzhou,
        "status derivedLevel { code } overrideReason level { code } case { level { code } activeWarning { id } }",
        hasRisk=False,
        answers=degree("extreme"),
        overrideReason="反应系针对另案",
    )

    assert found == {
        "status": "CONFIRMED",
        "derivedLevel": {"code": "level-4"},
        "overrideReason": "反应系针对另案",
        "level": None,
        "case": {"level": None, "activeWarning": None},
    }


@pytest.mark.parametrize(
    "judgement",
    [
        {"hasRisk": True, "proposedLevel": "level-2", "answers": degree("marked")},
        {"hasRisk": True, "answers": degree("marked")},
        {"hasRisk": True, "proposedLevel": "level-2"},
        {"hasRisk": False, "answers": degree("none")},
    ],
    ids=["the same level", "the form alone", "no form", "no risk"],
)
async def test_a_word_about_nothing_is_refused(api: Api, zhuzhou: StaffedOffice, judgement: Answer) -> None:
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)

    [error] = await handler.refused(
        "submitAssessment", case=case, plan=WORK_PLAN, overrideReason="另有情况", **judgement
    )
    await handler.do("submitAssessment", case=case, plan=WORK_PLAN, **judgement)

    assert (error["code"], error["path"]) == ("INVALID", ["overrideReason"])


@pytest.mark.parametrize("answers", [[], degree("none")], ids=["no form", "no reaction"])
async def test_a_risk_without_level_is_refused(api: Api, zhuzhou: StaffedOffice, answers: list[dict[str, str]]) -> None:
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)

    [error] = await handler.refused("submitAssessment", case=case, hasRisk=True, plan=WORK_PLAN, answers=answers)

    assert (error["code"], error["path"]) == ("INVALID", ["proposedLevel"])
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}


async def test_another_regions_level_is_refused(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused(
        "submitAssessment", case=case, hasRisk=True, plan=WORK_PLAN, proposedLevel="red"
    )

    assert (error["code"], error["path"]) == ("INVALID", ["proposedLevel"])
    assert "level-4" in error["message"]
