"""How far people may depart from the level that follows from the answers, by rules that no installed region has."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from caserisk.domain.levels import LevelScheme
from caserisk.domain.rules import DerivedLevel, Factor, FactorOption
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import FactorKind, LevelOverride, Role
from tests.core.regulation.made_up import CITY, REASON, beside_the_others, region
from tests.support.api import Answer, Api
from tests.support.databases import Databases
from tests.support.regions import NO_FACTORS, WORK_PLAN, approve, look, open_case, rules, staffed
from tests.support.world import StaffedOffice, World

GRAVITY = Factor(
    key="gravity",
    label=Text("严重程度", "gravity"),
    kind=FactorKind.CHOICE,
    options=tuple(FactorOption(value=value, label=Text("程度", value)) for value in ("none", "blue", "orange", "red")),
)
"""Answered with the level that follows; the city lies in Shandong, whose levels it has."""


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def place(database: str, override: LevelOverride) -> AsyncIterator[tuple[Api, StaffedOffice]]:
    """Provide the API and the office of a city in which derived levels may be overridden as the test says."""

    def derived_level(answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel:
        level = scheme.level(answers["gravity"])
        return DerivedLevel(code=level.code if level else None, reasons=(REASON,), override=override)

    made_up = region(CITY, factors=lambda: (GRAVITY,), derived_level=derived_level)
    async with World(database, registry=beside_the_others(made_up)) as world:
        yield await staffed(world, CITY)


def judged(case: str, gravity: str, level: str | None, **input: Any) -> Answer:
    """Return an assessment whose answers speak of a level, while the handler proposes another, or finds no risk."""
    answers = [{"factor": "gravity", "value": gravity}, *NO_FACTORS]
    given = {"case": case, "hasRisk": level is not None, "proposedLevel": level, "answers": answers, "plan": WORK_PLAN}
    return given | input


@pytest.mark.parametrize(
    ("override", "level", "path"),
    [
        (LevelOverride.FORBIDDEN, "red", "proposedLevel"),
        (LevelOverride.FORBIDDEN, "blue", "proposedLevel"),
        (LevelOverride.FORBIDDEN, None, "hasRisk"),
        (LevelOverride.RAISE_ONLY, "blue", "proposedLevel"),
        (LevelOverride.RAISE_ONLY, None, "hasRisk"),
    ],
)
@pytest.mark.parametrize("reason", [None, "另有情况"], ids=["without a reason", "with a reason"])
async def test_what_the_regulation_forbids_no_reason_allows(
    place: tuple[Api, StaffedOffice], level: str | None, path: str, reason: str | None
) -> None:
    api, city = place
    case, handler = await open_case(api, city), api.of(city, Role.CASE_HANDLER)

    [error] = await handler.refused("submitAssessment", **judged(case, "orange", level, overrideReason=reason))

    assert (error["code"], error["path"], rules(error["reasons"])) == ("INVALID", [path], ["MUP-01"])
    assert await look(handler, case, "currentAssessment { id }") == {"currentAssessment": None}


@pytest.mark.parametrize(
    ("override", "level"),
    [
        (LevelOverride.RAISE_ONLY, "red"),
        (LevelOverride.WITH_REASON, "red"),
        (LevelOverride.WITH_REASON, "blue"),
        (LevelOverride.WITH_REASON, None),
    ],
)
async def test_what_it_allows_needs_a_reason(place: tuple[Api, StaffedOffice], level: str | None) -> None:
    api, city = place
    case, handler = await open_case(api, city), api.of(city, Role.CASE_HANDLER)

    [error] = await handler.refused("submitAssessment", **judged(case, "orange", level))
    answer = await handler.do("submitAssessment", **judged(case, "orange", level, overrideReason="另有情况"))

    assert (error["code"], error["path"]) == ("INVALID", ["overrideReason"])
    found = await look(handler, answer["assessment"]["id"], "overrideReason derivedLevel { code }")
    assert found == {"overrideReason": "另有情况", "derivedLevel": {"code": "orange"}}


@pytest.mark.parametrize("override", LevelOverride)
@pytest.mark.parametrize("level", ["red", None], ids=["risk", "no risk"])
async def test_where_no_level_follows_nothing_binds(place: tuple[Api, StaffedOffice], level: str | None) -> None:
    api, city = place
    handler = api.of(city, Role.CASE_HANDLER)

    answer = await handler.do("submitAssessment", **judged(await open_case(api, city), "none", level))

    found = await look(handler, answer["assessment"]["id"], "override derivedLevel { code }")
    assert found == {"override": None, "derivedLevel": None}


@pytest.mark.parametrize(
    ("override", "refused", "taken"),
    [
        (LevelOverride.FORBIDDEN, ("blue", "red"), "orange"),
        (LevelOverride.RAISE_ONLY, ("blue",), "red"),
        (LevelOverride.WITH_REASON, (), "blue"),
    ],
)
async def test_it_binds_the_reviewer_who_sets_the_level(
    place: tuple[Api, StaffedOffice], override: LevelOverride, refused: tuple[str, ...], taken: str
) -> None:
    api, city = place
    case, leader = await open_case(api, city), api.of(city, Role.LEADER_IN_CHARGE)
    submitted = await api.of(city, Role.CASE_HANDLER).do("submitAssessment", **judged(case, "orange", "orange"))
    assessment = submitted["assessment"]["id"]
    await approve(api, city, assessment, Role.DEPARTMENT_HEAD)

    for level in refused:
        [error] = await leader.refused("reviewAssessment", assessment=assessment, verdict="APPROVED", level=level)
        assert (error["code"], error["path"], rules(error["reasons"])) == ("INVALID", ["level"], ["MUP-01"])
    await approve(api, city, assessment, Role.LEADER_IN_CHARGE, level=taken)

    found = await look(leader, assessment, "status level { code } override")
    assert found == {"status": "CONFIRMED", "level": {"code": taken}, "override": str(override)}
