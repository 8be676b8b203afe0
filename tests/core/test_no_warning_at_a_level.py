"""A regulation may warn of no risk of a level, and have no levels at all, by rules that no installed region has."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from caserisk.domain.vocabulary import Role
from caserisk.plugin import ClosingCondition, Issuing, LevelScheme, RiskLevel, Text
from caserisk.regulation.registry import Registry
from tests.core.regulation.made_up import REASON, beside_the_others, region
from tests.support.api import Api
from tests.support.databases import Databases
from tests.support.regions import WORK_PLAN, approve, assess, chain, look, open_case, regulation, staffed
from tests.support.world import StaffedOffice, World

OFFICE = "520100"
"""An office that no installed region regulates: of the core's levels it warns of the gravest alone."""


def issuing(level: RiskLevel | None) -> Issuing:
    """Warn of major risks; of considerable ones nobody is warned, though they would be by themselves."""
    return Issuing(
        warns=level is None or level.code == "major",
        automatic=level is not None and level.code == "considerable",
        roles=(Role.DEPARTMENT_HEAD,),
        lifted_by=(Role.LEADER_IN_CHARGE,),
        reasons=(REASON,),
    )


def no_warning(level: RiskLevel | None) -> Issuing:
    """Warn of nothing."""
    return Issuing(warns=False, roles=(Role.DEPARTMENT_HEAD,), reasons=(REASON,))


def no_levels() -> LevelScheme:
    """State that there is risk or there is none."""
    return LevelScheme(key="none", name=Text("有无风险", "Risk or none"), version="1", levels=(), reasons=(REASON,))


def closing_conditions(level: RiskLevel | None) -> list[ClosingCondition]:
    """Ask for a visit where the risk was major."""
    visited = ClosingCondition(key="visited", label=Text("已回访", "Visited"), reasons=(REASON,))
    return [visited] if level and level.code == "major" else []


def registry(**hooks: object) -> Registry:
    """Return the installed regions, and the one of these hooks."""
    return beside_the_others(region(OFFICE, options=(), **hooks))  # type: ignore[arg-type]


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    """Provide a world in which the office warns of major risks alone."""
    regions = registry(issuing=issuing, closing_conditions=closing_conditions)
    async with World(database, registry=regions) as world:
        yield world


@pytest.fixture
async def place(world: World) -> tuple[Api, StaffedOffice]:
    """Provide the office and the API."""
    return await staffed(world, OFFICE)


@pytest.mark.parametrize("level", ["general", "considerable"])
async def test_a_level_of_which_nobody_is_warned_leaves_nothing_to_issue(
    place: tuple[Api, StaffedOffice], level: str
) -> None:
    api, office = place
    case = await open_case(api, office)

    assessment = await assess(api, office, case, level=level)

    head = api.of(office, Role.DEPARTMENT_HEAD)
    found = await look(head, assessment, "status level { code } pendingIssue { automatic }")
    assert found == {"status": "CONFIRMED", "level": {"code": level}, "pendingIssue": None}
    assert await look(head, case, "level { code } activeWarning { id }") == {
        "level": {"code": level},
        "activeWarning": None,
    }


async def test_issuing_such_a_warning_all_the_same_is_refused(place: tuple[Api, StaffedOffice]) -> None:
    api, office = place
    case = await open_case(api, office)
    assessment = await assess(api, office, case, level="general")

    for input in ({"case": case}, {"case": case, "assessment": assessment}):
        errors = await api.of(office, Role.DEPARTMENT_HEAD).refused("issueWarning", **input)
        assert [error["code"] for error in errors] == ["WRONG_STATE"]


async def test_a_warning_that_waited_when_the_rules_changed_is_not_issued(
    world: World, place: tuple[Api, StaffedOffice]
) -> None:
    api, office = place
    case = await open_case(api, office)
    await assess(api, office, case, level="major")
    world.runner.registry = registry(issuing=no_warning)

    errors = await api.of(office, Role.DEPARTMENT_HEAD).refused("issueWarning", case=case)

    assert [error["code"] for error in errors] == ["WRONG_STATE"]


async def test_other_levels_are_warned_of(place: tuple[Api, StaffedOffice]) -> None:
    api, office = place
    case = await open_case(api, office)
    await assess(api, office, case, level="major")

    answer = await api.of(office, Role.DEPARTMENT_HEAD).do("issueWarning", case=case)

    assert await look(api.of(office, Role.DEPARTMENT_HEAD), answer["warning"]["id"], "level { code }") == {
        "level": {"code": "major"}
    }


async def test_a_running_warning_goes_on_when_its_level_falls_so_low(place: tuple[Api, StaffedOffice]) -> None:
    """It would be a way to be rid of a warning and its terms."""
    api, office = place
    case = await open_case(api, office)
    await assess(api, office, case, level="major")
    await api.of(office, Role.DEPARTMENT_HEAD).do("issueWarning", case=case)

    await assess(api, office, case, level="general")

    found = await look(api.of(office, Role.DEPARTMENT_HEAD), case, "activeWarning { level { code } }")
    assert found == {"activeWarning": {"level": {"code": "general"}}}


async def test_the_rules_in_force_show_what_depends_on_the_level(place: tuple[Api, StaffedOffice]) -> None:
    api, office = place
    selection = """
        mild: issuing(level: "general") { warns roles } grave: issuing(level: "major") { warns roles liftedBy }
        none: closingConditions { key } few: closingConditions(level: "general") { key }
        all: closingConditions(level: "major") { key }"""

    assert await regulation(api.of(office, Role.CASE_HANDLER), office, selection) == {
        "mild": {"warns": False, "roles": ["DEPARTMENT_HEAD"]},
        "grave": {"warns": True, "roles": ["DEPARTMENT_HEAD"], "liftedBy": ["LEADER_IN_CHARGE"]},
        "none": [],
        "few": [],
        "all": [{"key": "visited"}],
    }


async def test_a_scheme_without_levels_says_risk_or_none(database: str) -> None:
    """A-21: a regulation without levels works too."""
    regions = registry(level_scheme=no_levels, issuing=issuing)
    async with World(database, registry=regions) as world:
        api, office = await staffed(world, OFFICE)
        case = await open_case(api, office)
        handler = api.of(office, Role.CASE_HANDLER)
        given = {"case": case, "hasRisk": True, "plan": WORK_PLAN}

        refused = await handler.refused("submitAssessment", **given, proposedLevel="major")
        submitted = await handler.do("submitAssessment", **given)
        await approve(api, office, str(submitted["assessment"]["id"]), *chain(office, "any"))
        issued = await api.of(office, Role.DEPARTMENT_HEAD).do("issueWarning", case=case)

        assert [error["code"] for error in refused] == ["INVALID"]
        assert await look(handler, str(issued["warning"]["id"]), "level { code } status") == {
            "level": None,
            "status": "ISSUED",
        }
        assert await regulation(handler, office, "scheme { key } issuing { warns }") == {
            "scheme": None,
            "issuing": {"warns": True},
        }
