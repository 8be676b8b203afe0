"""A reviewer sets a level only at the step that decides it, of a risk, by approving."""

from __future__ import annotations

import pytest

from caserisk.domain.vocabulary import Role
from tests.support.databases import Databases
from tests.support.regions import approve, open_case, staffed, submit
from tests.support.world import HUIZHOU, World

CHAIN = (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
"""Who reviews in Huizhou before the chief procurator, whose step decides the level."""


@pytest.fixture
def database(databases: Databases) -> str:
    """Provide a database on SQLite: what is decided is the same on any."""
    return databases.fresh("sqlite")


@pytest.mark.parametrize(
    ("level", "reviewed", "reviewer", "verdict"),
    [
        (None, CHAIN, Role.CHIEF_PROCURATOR, "APPROVED"),  # without risk there is no level to set
        ("level-2", CHAIN[:1], Role.LEADER_IN_CHARGE, "APPROVED"),  # an earlier step decides none
        ("level-2", CHAIN, Role.CHIEF_PROCURATOR, "RETURNED"),  # what is returned has none
    ],
)
async def test_a_level_is_refused_where_none_is_set(
    world: World, level: str | None, reviewed: tuple[Role, ...], reviewer: Role, verdict: str
) -> None:
    api, office = await staffed(world, HUIZHOU)
    assessment = await submit(api, office, await open_case(api, office), level=level)
    await approve(api, office, assessment, *reviewed)
    review = {"assessment": assessment, "verdict": verdict, "comment": "意见"}

    [error] = await api.of(office, reviewer).refused("reviewAssessment", level="level-1", **review)
    await api.of(office, reviewer).do("reviewAssessment", **review)

    assert (error["code"], error["path"]) == ("INVALID", ["level"])


async def test_the_deciding_step_sets_another_level(world: World) -> None:
    api, office = await staffed(world, HUIZHOU)
    assessment = await submit(api, office, await open_case(api, office), level="level-2")
    await approve(api, office, assessment, *CHAIN)

    answer = await approve(api, office, assessment, Role.CHIEF_PROCURATOR, level="level-1")

    assert answer["assessment"]["level"] == {"code": "level-1"}
