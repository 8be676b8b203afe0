"""SD-15 「一案一评、三级评估、三色预警、四步流程的工作机制」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Api
from tests.support.regions import approve, look, open_case, regulation, submit
from tests.support.staffing import employ
from tests.support.world import StaffedOffice, World

REASON = "rule assumed citation { document quote }"


async def test_three_colours_rank_blue_orange_red(api: Api, shandong: StaffedOffice) -> None:
    found = await regulation(
        api.of(shandong, Role.CASE_HANDLER),
        shandong,
        "scheme { levels { code label number rank severity colour { name } } }",
    )

    levels = found["scheme"]["levels"]
    assert [(level["code"], level["rank"], level["severity"]) for level in levels] == [
        ("blue", 1, "MODERATE"),
        ("orange", 2, "HIGH"),
        ("red", 3, "CRITICAL"),
    ]
    assert [level["colour"]["name"] for level in levels] == ["蓝色", "橙色", "红色"]
    assert {level["number"] for level in levels} == {None}


async def test_colours_and_tiers_say_they_are_assumed(api: Api, shandong: StaffedOffice) -> None:
    found = await regulation(
        api.of(shandong, Role.CASE_HANDLER),
        shandong,
        f"scheme {{ reasons {{ {REASON} }} }} reviewSteps {{ reasons {{ {REASON} }} }}",
    )

    for reasons in (found["scheme"]["reasons"], *(step["reasons"] for step in found["reviewSteps"])):
        stated, assumed = reasons[0], reasons[1]
        assert (stated["rule"], stated["assumed"]) == ("SD-15", False)
        assert stated["citation"]["quote"] == "一案一评、三级评估、三色预警、四步流程的工作机制"
        assert (assumed["rule"], assumed["assumed"]) == ("A-17", True)
        assert assumed["citation"]["document"] == "龙口市人民检察院"


@pytest.mark.parametrize("level", ["blue", "red", None])
async def test_handler_head_and_leader_each_assess(api: Api, shandong: StaffedOffice, level: str | None) -> None:
    assessment = await submit(api, shandong, await open_case(api, shandong), level=level)

    await approve(api, shandong, assessment, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)

    found = await look(
        api.of(shandong, Role.CASE_HANDLER),
        assessment,
        "status submittedBy { roles } reviews { step { role } verdict by { roles } } nextReview { role }",
    )
    tiers = [{"step": {"role": role}, "verdict": "APPROVED", "by": {"roles": [role]}} for role in TIERS]
    assert found == {
        "status": "CONFIRMED",
        "submittedBy": {"roles": ["CASE_HANDLER"]},
        "reviews": tiers,
        "nextReview": None,
    }


TIERS = ["DEPARTMENT_HEAD", "LEADER_IN_CHARGE"]
"""The second and the third; the handler who submits is the first."""


async def test_three_tiers_are_three_people(world: World, api: Api, shandong: StaffedOffice) -> None:
    """One officer who handles the case, heads the department and leads it."""
    viewer = await employ(world, shandong, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
    alone, case = api.client(viewer), await open_case(api, shandong)
    given = {"case": case, "department": shandong.department().id, "handler": viewer.officer.id}
    assessment = await submit(api, shandong, case, level="blue")
    word = {"assessment": assessment, "verdict": "APPROVED"}

    await alone.do("assignCase", **given)  # to themselves, after another handler submitted
    errors = await alone.refused("reviewAssessment", **word)
    await approve(api, shandong, assessment, Role.DEPARTMENT_HEAD)
    errors += await alone.refused("reviewAssessment", **word)
    await approve(api, shandong, assessment, Role.DEPUTY_CHIEF_PROCURATOR)

    found = await look(alone, assessment, "status reviews { stoodInAs }")
    assert ["承办人不得审批" in error["message"] for error in errors] == [True] * 2
    assert found == {
        "status": "CONFIRMED",
        "reviews": [{"stoodInAs": None}, {"stoodInAs": "DEPUTY_CHIEF_PROCURATOR"}],
    }


async def test_the_leaders_tier_comes_last(api: Api, shandong: StaffedOffice) -> None:
    assessment = await submit(api, shandong, await open_case(api, shandong), level="blue")

    [error] = await api.of(shandong, Role.LEADER_IN_CHARGE).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED"
    )

    assert error["code"] == "FORBIDDEN"
    assert Role.DEPARTMENT_HEAD.zh in error["message"]


async def test_the_last_tier_sets_the_level(api: Api, shandong: StaffedOffice) -> None:
    assessment = await submit(api, shandong, await open_case(api, shandong), level="blue")

    [error] = await api.of(shandong, Role.DEPARTMENT_HEAD).refused(
        "reviewAssessment", assessment=assessment, verdict="APPROVED", level="red"
    )
    await approve(api, shandong, assessment, Role.DEPARTMENT_HEAD)
    await approve(api, shandong, assessment, Role.LEADER_IN_CHARGE, level="red")

    found = await look(
        api.of(shandong, Role.CASE_HANDLER), assessment, "proposedLevel { code } level { code } case { level { code } }"
    )
    assert (error["code"], error["path"]) == ("INVALID", ["level"])
    assert found == {"proposedLevel": {"code": "blue"}, "level": {"code": "red"}, "case": {"level": {"code": "red"}}}
