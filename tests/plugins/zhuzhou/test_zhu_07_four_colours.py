"""ZHU-07 「根据案件当事人及其亲属、社会舆论和网络舆情的反应程度等情况,将风险评估的等级划分为四级,
分别以蓝色、黄色、橙色、红色表示预警」"""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.api import Answer, Api
from tests.support.regions import WORK_PLAN, look, open_case, regulation
from tests.support.world import ZHUZHOU, StaffedOffice, World

SCHEME = "scheme { key levels { code number rank severity colour { name } } reasons { rule assumed } }"
COLOURS = ["蓝色", "黄色", "橙色", "红色"]
SEVERITIES = ["LOW", "MODERATE", "HIGH", "CRITICAL"]
DEGREES = dict(zip(["slight", "marked", "strong", "extreme"], COLOURS, strict=True))


async def scheme_of(api: Api, office: StaffedOffice) -> Answer:
    """Return the levels in force."""
    found: Answer = (await regulation(api.of(office, Role.CASE_HANDLER), office, SCHEME))["scheme"]
    return found


async def assessed(api: Api, office: StaffedOffice, **degrees: str) -> Answer:
    """Return what follows from an assessment that answers with these degrees and proposes no level."""
    case = await open_case(api, office)
    answer = await api.of(office, Role.CASE_HANDLER).do(
        "submitAssessment",
        "assessment { proposedLevel { code } derivedLevel { code colour { name } } reasons { rule assumed } }",
        case=case,
        hasRisk=True,
        plan=WORK_PLAN,
        answers=[{"factor": factor.replace("_", "-"), "value": degree} for factor, degree in degrees.items()],
    )
    assessment: Answer = answer["assessment"]
    return assessment


@pytest.mark.parametrize(("numbering", "numbers"), [("positional", [1, 2, 3, 4]), ("national", [4, 3, 2, 1])])
async def test_four_levels_from_blue_to_red(
    world: World, api: Api, zhuzhou: StaffedOffice, numbering: str, numbers: list[int]
) -> None:
    await world.registrar.option(ZHUZHOU, "numbering", numbering)

    levels = (await scheme_of(api, zhuzhou))["levels"]

    assert [level["colour"]["name"] for level in levels] == COLOURS
    assert [level["rank"] for level in levels] == [1, 2, 3, 4]
    assert [level["severity"] for level in levels] == SEVERITIES
    assert [level["number"] for level in levels] == numbers
    assert [level["code"] for level in levels] == [f"level-{number}" for number in numbers]


async def test_numbers_by_position_are_the_default(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER), zhuzhou, "options { key value default choices reasons { rule assumed } }"
    )

    options = {option.pop("key"): option for option in found["options"]}
    reasons = [{"rule": "A-01", "assumed": True}]
    values = {"value": "positional", "default": "positional", "choices": ["positional", "national"]}
    assert options["numbering"] == values | {"reasons": reasons}


@pytest.mark.parametrize("numbering", ["positional", "national"])
async def test_number_and_colour_are_joined_by_assumption(
    world: World, api: Api, zhuzhou: StaffedOffice, numbering: str
) -> None:
    await world.registrar.option(ZHUZHOU, "numbering", numbering)

    reasons = (await scheme_of(api, zhuzhou))["reasons"]

    assert reasons == [{"rule": "ZHU-07", "assumed": False}, {"rule": "A-01", "assumed": True}]


async def test_the_form_asks_for_three_reactions(api: Api, zhuzhou: StaffedOffice) -> None:
    found = await regulation(
        api.of(zhuzhou, Role.CASE_HANDLER), zhuzhou, "factors { key label kind options { value } }"
    )

    labels = ["当事人及其亲属的反应程度", "社会舆论的反应程度", "网络舆情的反应程度"]
    degrees = [{"value": degree} for degree in ("none", "slight", "marked", "strong", "extreme")]
    assert [factor["label"] for factor in found["factors"]] == labels
    assert all(factor["kind"] == "CHOICE" and factor["options"] == degrees for factor in found["factors"])


@pytest.mark.parametrize("numbering", ["positional", "national"])
async def test_a_degree_stands_for_a_colour(world: World, api: Api, zhuzhou: StaffedOffice, numbering: str) -> None:
    await world.registrar.option(ZHUZHOU, "numbering", numbering)

    for degree, colour in DEGREES.items():
        assessment = await assessed(api, zhuzhou, party_reaction=degree)

        assert assessment["derivedLevel"]["colour"] == {"name": colour}
        assert assessment["proposedLevel"] is None


async def test_the_gravest_of_three_reactions_counts(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await assessed(api, zhuzhou, party_reaction="slight", public_opinion="none", online_opinion="strong")

    assert assessment["derivedLevel"]["code"] == "level-3"


async def test_how_degrees_make_levels_is_assumed(api: Api, zhuzhou: StaffedOffice) -> None:
    assessment = await assessed(api, zhuzhou, public_opinion="marked")

    assert {"rule": "ZHU-07", "assumed": False} in assessment["reasons"]
    assert {"rule": "ZHU-07", "assumed": True} in assessment["reasons"]


async def test_an_unknown_degree_is_refused(api: Api, zhuzhou: StaffedOffice) -> None:
    case = await open_case(api, zhuzhou)

    [error] = await api.of(zhuzhou, Role.CASE_HANDLER).refused(
        "submitAssessment",
        case=case,
        hasRisk=True,
        plan=WORK_PLAN,
        answers=[{"factor": "party-reaction", "value": "furious"}],
    )

    assert (error["code"], error["path"]) == ("INVALID", ["answers", "0", "value"])
    assert "extreme" in error["message"]


async def test_what_was_decided_keeps_its_numbering(world: World, api: Api, zhuzhou: StaffedOffice) -> None:
    """A-01: an office that changes the reading does not recolour its earlier cases."""
    case, handler = await open_case(api, zhuzhou), api.of(zhuzhou, Role.CASE_HANDLER)
    answer = await handler.do("submitAssessment", case=case, hasRisk=True, proposedLevel="level-1", plan=WORK_PLAN)

    await world.registrar.option(ZHUZHOU, "numbering", "national")

    proposed = "proposedLevel { code rank colour { name } scheme { key } }"
    found = await look(handler, answer["assessment"]["id"], proposed)
    level = {"code": "level-1", "rank": 1, "colour": {"name": "蓝色"}, "scheme": {"key": "zhuzhou"}}
    assert found == {"proposedLevel": level}
