"""Removing a plugin loses nothing and opens nothing: what it decided stays readable, and its offices wait for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from caserisk.commands.cases import AdvanceCase
from caserisk.commands.warnings import AcknowledgeWarning
from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, GatedAct, Role
from caserisk.plugin import API_VERSION, Edition, Gate, Plugin, Reason
from caserisk.plugin_record import removed_plugins
from caserisk.reapply import reapply
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.registry import Registry, build_registry
from caserisk.rulebook import Rulebook
from caserisk.store.tables import events
from tests.core.regulation.made_up import (
    BASELINE,
    CITY,
    COUNTY,
    NOW,
    PROVINCE,
    REASON,
    declaration,
    plugin,
    refusal,
    region,
    rules,
)
from tests.support.flows import receive_in_zhuzhou, warn_in_zhuzhou
from tests.support.world import ZHUZHOU, StaffedOffice, World

NEW = "检公诉〔2026〕99号"
"""A number that no case has yet."""


def nothing_installed() -> Registry:
    """Return a registry of the baseline alone."""
    return build_registry([], baseline=BASELINE)


def held() -> list[Gate]:
    """Hold the next stage back."""
    return [Gate(act=GatedAct.NEXT_STAGE, open=False, reasons=(REASON,))]


def holding(*codes: str, name: str = "made-up", version: str = "1.0") -> InstalledPlugin:
    """Make a plugin that holds the next stage back."""
    return plugin(*codes, declared=declaration(options=(), gates=held), name=name, version=version)


async def test_what_a_removed_plugin_decided_stays(database: str) -> None:
    async with World(database) as world:
        warned = await receive_in_zhuzhou(world, await world.office(ZHUZHOU), level="level-3")
        before = await world.store.load(warned.case, ())

    async with World(database, registry=build_registry([], baseline=None)) as without:
        after = await without.store.load(warned.case, ())

    assert after == before
    assert after is not None
    assert after.file is not None
    warning = after.file.warnings[warned.warning]
    assert warning.level is not None
    assert (warning.level.code, warning.level.label.zh) == ("level-3", "三级(橙色预警)")
    deadline = next(iter(after.file.deadlines.values()))
    gate = next(gate for gate in after.file.case.gates if gate.act is GatedAct.DISPOSITION_DECISION)
    for reasons in (warning.responsibility.reasons, deadline.reasons, gate.reasons):
        assert sources(reasons) == {("caserisk-zhuzhou", "1.0.0")}
        assert reasons[0].citation is not None


# ------------------------------------------------------------------------------------------------ nothing is opened


@pytest.mark.parametrize("baseline", [BASELINE, None], ids=["with baseline", "without"])
async def test_commands_of_its_offices_are_refused_and_name_it(database: str, baseline: InstalledPlugin | None) -> None:
    async with World(database) as world:
        zhuzhou = await world.office(ZHUZHOU)
        warned = await warn_in_zhuzhou(world, zhuzhou)

    async with World(database, registry=build_registry([], baseline=baseline), seed=1) as without:
        end = await without.store.end_of_log()
        receive = without.do(AcknowledgeWarning(warning=warned.warning), zhuzhou.viewer(Role.DEPARTMENT_HEAD))

        for command in (receive, without.open_case(zhuzhou, NEW)):
            problem = await refusal(command)
            assert problem.code is ErrorCode.PLUGIN_FAULT
            assert "插件「caserisk-zhuzhou」" in problem.message_for(str).zh
            assert "caserisk plugins retire" in problem.message_for(str).zh
            assert "plugin 'caserisk-zhuzhou'" in problem.message_for(str).en

        assert await without.store.end_of_log() == end


async def test_applying_what_is_left_opens_no_gate(database: str) -> None:
    async with World(database) as world:
        case = await world.open_case(await world.office(ZHUZHOU))

    async with World(database, registry=nothing_installed(), seed=1) as without:
        assert await reapply(without.runner) == (0, 1)

        assert GatedAct.DISPOSITION_DECISION in await closed(without, case)


async def test_a_plugin_that_speaks_for_the_office_no_more_is_as_good_as_gone(database: str) -> None:
    """Its entry point names another city since, or nothing of it is in force any more."""
    later = Plugin(
        api_version=API_VERSION,
        editions=(Edition(name="later", rules=rules(gates=held), in_force_from=NOW.date().replace(year=2030)),),
    )
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        city = await world.office(CITY)
        case = await world.open_case(city)

    for seed, changed in enumerate((holding("520100"), plugin(CITY, declared=later)), start=1):
        async with World(database, registry=build_registry([changed], baseline=BASELINE), seed=seed) as world:
            problem = await refusal(advance(world, city, case))
            assert problem.code is ErrorCode.PLUGIN_FAULT
            assert "'made-up'" in problem.message_for(str).en


async def test_the_provinces_plugin_is_missed_by_a_city_that_has_its_own(database: str) -> None:
    own = region(CITY, name="of-the-city", terms=lambda: ())
    both = build_registry([own, holding(PROVINCE, name="of-the-province")], baseline=BASELINE)
    async with World(database, registry=both) as world:
        city = await world.office(CITY)
        case = await world.open_case(city)

    async with World(database, registry=build_registry([own], baseline=BASELINE), seed=1) as world:
        problem = await refusal(advance(world, city, case))

        assert "'of-the-province'" in problem.message_for(str).en


async def test_the_offices_beneath_wait_too_and_others_go_on(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        await world.open_case(await world.office(CITY))
        county, elsewhere = await world.office(COUNTY), await world.office("650100")

    async with World(database, registry=nothing_installed(), seed=1) as without:
        assert (await refusal(without.open_case(county, NEW))).code is ErrorCode.PLUGIN_FAULT
        assert await without.open_case(elsewhere, NEW)


async def test_an_office_that_it_never_decided_for_is_not_its_own(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        city = await world.office(CITY)

    async with World(database, registry=nothing_installed(), seed=1) as without:
        assert await without.open_case(city)


async def test_a_plugin_that_is_installed_again_goes_on(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        city = await world.office(CITY)
        case = await world.open_case(city)
    async with World(database, registry=nothing_installed(), seed=1) as without:
        assert (await refusal(advance(without, city, case))).code is ErrorCode.PLUGIN_FAULT

    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE), seed=2) as again:
        assert (await refusal(advance(again, city, case))).code is ErrorCode.GATE_CLOSED


async def test_what_holds_today_is_not_told_by_other_rules(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        await world.open_case(await world.office(CITY))

    async with World(database, registry=nothing_installed(), seed=1) as without:
        rulebook = Rulebook(registry=without.runner.registry, store=without.store)

        with pytest.raises(Refused, match="'made-up'"):
            await rulebook.describe(CITY, NOW.date())
        assert [(item["name"], item["status"]) for item in await rulebook.plugins()] == [("made-up", "FAULTY")]


# ------------------------------------------------------------------------------------------------ on record


async def test_the_first_decision_puts_it_on_record_and_no_other(database: str) -> None:
    both = build_registry([region(CITY, name="of-the-city", terms=lambda: ()), holding(PROVINCE)], baseline=BASELINE)
    async with World(database, registry=both) as world:
        city, county = await world.office(CITY), await world.office(COUNTY)
        for office in (city, city, county):
            await world.open_case(office)

        assert await recorded(world) == [
            (CITY, "PLUGIN_BOUND", "of-the-city 1.0 (only)"),
            (CITY, "PLUGIN_BOUND", "made-up 1.0 (only)"),
        ]


async def test_a_new_version_is_put_on_record_with_its_first_decision(database: str) -> None:
    for seed, version in enumerate(("1.0", "1.1", "1.0")):
        registry = build_registry([holding(CITY, version=version)], baseline=BASELINE)
        async with World(database, registry=registry, seed=seed) as world:
            city = await world.office(CITY)
            await world.open_case(city, f"检公诉〔2026〕{seed}号")

            last = await recorded(world)

    assert [summary for _, _, summary in last] == ["made-up 1.0 (only)", "made-up 1.1 (only)"]


async def test_the_core_alone_puts_nothing_on_record(database: str) -> None:
    async with World(database, registry=nothing_installed()) as world:
        await world.open_case(await world.office(CITY))

        assert await recorded(world) == []


# ------------------------------------------------------------------------------------------------ retiring


async def test_once_it_is_retired_the_next_layers_decide(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY, COUNTY)], baseline=BASELINE)) as world:
        county, city = await world.office(COUNTY), await world.office(CITY)
        case = await world.open_case(county)
        await world.open_case(city)

    async with World(database, registry=nothing_installed(), seed=1) as without:
        assert await without.registrar.retire_plugin("made-up") == (CITY, COUNTY)

        assert (await recorded(without))[-2:] == [
            (CITY, "PLUGIN_RETIRED", "made-up"),
            (COUNTY, "PLUGIN_RETIRED", "made-up"),
        ]
        assert await closed(without, case) == {GatedAct.NEXT_STAGE}
        assert await reapply(without.runner) == (2, 0)
        assert await closed(without, case) == set()
        assert await removed_plugins(without.runner.registry, without.store) == []


async def test_one_that_was_retired_and_is_installed_again_is_missed_again(database: str) -> None:
    installed = build_registry([holding(CITY)], baseline=BASELINE)
    async with World(database, registry=installed) as world:
        city = await world.office(CITY)
        await world.open_case(city)
    async with World(database, registry=nothing_installed(), seed=1) as without:
        await without.registrar.retire_plugin("made-up")
    async with World(database, registry=installed, seed=2) as again:
        await again.open_case(city, "检公诉〔2026〕2号")

    async with World(database, registry=nothing_installed(), seed=3) as without:
        assert (await refusal(without.open_case(city, NEW))).code is ErrorCode.PLUGIN_FAULT


async def test_only_what_is_gone_is_retired(database: str) -> None:
    async with World(database, registry=build_registry([holding(CITY)], baseline=BASELINE)) as world:
        await world.open_case(await world.office(CITY))
        end = await world.store.end_of_log()

        installed = await refusal(world.registrar.retire_plugin("made-up"))
        unknown = await refusal(world.registrar.retire_plugin("unheard-of"))

        assert installed.code is ErrorCode.WRONG_STATE
        assert "请先卸载" in installed.message_for(str).zh
        assert unknown.code is ErrorCode.NOT_FOUND
        assert await world.store.end_of_log() == end


async def advance(world: World, office: StaffedOffice, case: str) -> None:
    """Move a case on to its second stage."""
    await world.do(AdvanceCase(case=case, to_stage="examination"), office.viewer(Role.CASE_HANDLER))


async def recorded(world: World) -> list[tuple[str, str, str]]:
    """Return what the log says of plugins: office, kind and detail."""
    kinds = ("PLUGIN_BOUND", "PLUGIN_RETIRED")
    found = select(events).where(events.c.kind.in_(kinds)).order_by(events.c.position)
    async with world.store.database.snapshot() as snapshot:
        rows = await snapshot.rows(found)
    return [
        (
            row["office_id"].removeprefix("office_"),
            row["kind"],
            row["summary"]["en"].partition(": ")[2],
        )
        for row in rows
    ]


async def closed(world: World, case: str) -> set[GatedAct]:
    """Return the acts that are held back, as stored."""
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    return {gate.act for gate in loaded.file.case.gates if not gate.open}


def sources(reasons: Sequence[Reason]) -> set[tuple[str, str]]:
    """Plugin and version of reasons."""
    return {(reason.plugin, reason.plugin_version) for reason in reasons}
