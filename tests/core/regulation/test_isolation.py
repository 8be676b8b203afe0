"""A bad region is named, its offices are refused with nothing written, and the other regions go on."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

import pytest

from caserisk.commands.assessments import SubmitAssessment
from caserisk.domain.vocabulary import ErrorCode, PluginStatus, Role
from caserisk.plugin import API_VERSION, DerivedLevel, Facts, Plugin
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import (
    BASELINE,
    CITY,
    COUNTY,
    REASON,
    Hook,
    beside_the_others,
    declaration,
    endless,
    endless_and_deaf,
    loaded,
    plugin,
    refusal,
    region,
)
from tests.support.flows import plan
from tests.support.world import ZHUZHOU, World


def unimportable() -> NoReturn:
    """Fail, as a plugin that cannot be imported does."""
    raise ImportError("no module named springfield")


def fail() -> NoReturn:
    """Raise, as a hook with a mistake in it does."""
    raise KeyError("gates")


def no_factors(inherited: object) -> tuple[()]:
    """Ask nothing, whatever the province asks."""
    return ()


BROKEN = {
    "import error": InstalledPlugin(name="made-up", version="1.0", jurisdictions=(CITY,), load=unimportable),
    "wrong API version": plugin(CITY, declared=Plugin(api_version=API_VERSION + 1, editions=())),
    "misspelt hook": region(CITY, gate=lambda: ()),
    "wrong type": region(CITY, gates=lambda: "open"),
    "raising hook": region(CITY, gates=fail),
    "raising stages": region(CITY, stages=fail),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_region_harms_only_its_own(database: str, broken: InstalledPlugin) -> None:
    async with World(database, registry=beside_the_others(broken)) as world:
        city, county, zhuzhou = await world.office(CITY), await world.office(COUNTY), await world.office(ZHUZHOU)
        end = await world.store.end_of_log()

        for office in (city, county):
            problem = await refusal(world.open_case(office))
            assert problem.code is ErrorCode.PLUGIN_FAULT
            assert "made-up" in problem.message_for(str).zh
            assert office.code in problem.message_for(str).en

        assert await world.store.end_of_log() == end
        assert [item.name for item in world.runner.registry.faulty] == ["made-up"]
        await world.open_case(zhuzhou)
        assert await world.store.end_of_log() > end


async def test_an_overlap_harms_only_its_own(database: str) -> None:
    one, other = (plugin(CITY, declared=declaration(gates=lambda: ()), name=name) for name in ("one", "other"))
    async with World(database, registry=beside_the_others(one, other)) as world:
        city, zhuzhou = await world.office(CITY), await world.office(ZHUZHOU)
        end = await world.store.end_of_log()

        assert (await refusal(world.open_case(city))).code is ErrorCode.PLUGIN_FAULT

        assert await world.store.end_of_log() == end
        assert [item.name for item in world.runner.registry.faulty] == ["one", "other"]
        await world.open_case(zhuzhou)


async def test_a_command_is_refused_whole_when_its_last_question_fails(database: str) -> None:
    """A level that no scheme has: nothing of the assessment is left behind, and a later answer is taken."""
    codes = iter(["level-99"])
    derived: Hook = lambda: DerivedLevel(code=next(codes, "red"), reasons=(REASON,))  # noqa: E731
    async with World(
        database, registry=beside_the_others(region(CITY, derived_level=derived, factors=no_factors))
    ) as world:
        city = await world.office(CITY)
        case = await world.open_case(city)
        draft = SubmitAssessment(case=case, has_risk=True, plan=plan("risks"))
        end = await world.store.end_of_log()

        problem = await refusal(world.do(draft, city.viewer(Role.CASE_HANDLER)))

        assert problem.code is ErrorCode.PLUGIN_FAULT
        assert "level 'level-99' is not of the scheme 'shandong'" in (loaded(world.runner.registry).problem or "")
        assert await world.store.end_of_log() == end
        assert (await world.do(draft, city.viewer(Role.CASE_HANDLER))).assessment is not None


# ------------------------------------------------------------------------------------------------ out of time


@pytest.mark.parametrize("hook", [endless, endless_and_deaf])
async def test_an_endless_hook_is_ended_while_others_decide(database: str, hook: Any) -> None:
    async with World(database, registry=beside_the_others(region(CITY, gates=hook))) as world:
        city, zhuzhou = await world.office(CITY), await world.office(ZHUZHOU)
        stuck = asyncio.ensure_future(refusal(world.open_case(city)))

        await asyncio.sleep(0.1)
        await world.open_case(zhuzhou)

        assert not stuck.done()
        problem = await stuck
        assert problem.code is ErrorCode.PLUGIN_FAULT
        assert "(it took too long)" in problem.message_for(str).en
        assert loaded(world.runner.registry).problem == f"took longer than 1 s to answer caserisk_gates for {CITY}"


async def test_a_plugin_out_of_time_is_not_asked_again(database: str) -> None:
    asked: list[Facts] = []

    def once(facts: Facts) -> None:
        asked.append(facts)
        endless()

    async with World(database, registry=beside_the_others(region(CITY, gates=once))) as world:
        city = await world.office(CITY)
        end = await world.store.end_of_log()
        await refusal(world.open_case(city))

        problem = await refusal(world.open_case(city))

        assert "(it cannot be used)" in problem.message_for(str).en
        assert len(asked) == 1
        assert await world.store.end_of_log() == end
        stuck = loaded(world.runner.registry)
        assert (stuck.status, stuck.usable) == (PluginStatus.FAULTY, False)
        assert stuck.problem == f"took longer than 1 s to answer caserisk_gates for {CITY}"


def test_a_registry_without_faults_has_none() -> None:
    assert build_registry([region(CITY, gates=lambda: ())], baseline=BASELINE).faulty == ()
