"""Removing a plugin loses nothing: what it decided stays readable, with level and reasons."""

from __future__ import annotations

from caserisk.commands.warnings import AcknowledgeWarning
from caserisk.domain.vocabulary import ErrorCode, GatedAct, Role
from caserisk.plugin import Reason
from caserisk.reapply import reapply
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import BASELINE, refusal
from tests.support.flows import receive_in_zhuzhou, warn_in_zhuzhou
from tests.support.world import ZHUZHOU, World


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


async def test_without_any_regulation_nothing_more_is_decided(database: str) -> None:
    async with World(database) as world:
        zhuzhou = await world.office(ZHUZHOU)
        warned = await warn_in_zhuzhou(world, zhuzhou)

    async with World(database, registry=build_registry([], baseline=None), seed=1) as without:
        end = await without.store.end_of_log()

        problem = await refusal(
            without.do(AcknowledgeWarning(warning=warned.warning), zhuzhou.viewer(Role.DEPARTMENT_HEAD))
        )

        assert problem.code is ErrorCode.NO_REGULATION
        assert await without.store.end_of_log() == end


async def test_gates_of_a_removed_plugin_open_when_reapplied(database: str) -> None:
    async with World(database) as world:
        case = await world.open_case(await world.office(ZHUZHOU))

    async with World(database, registry=build_registry([], baseline=BASELINE), seed=1) as without:
        assert GatedAct.DISPOSITION_DECISION in await closed(without, case)

        assert await reapply(without.runner) == (1, 0)

        assert await closed(without, case) == set()
        assert await reapply(without.runner) == (0, 0)


async def closed(world: World, case: str) -> set[GatedAct]:
    """Return the acts that are held back, as stored."""
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    return {gate.act for gate in loaded.file.case.gates if not gate.open}


def sources(reasons: tuple[Reason, ...]) -> set[tuple[str, str]]:
    """Plugin and version of reasons."""
    return {(reason.plugin, reason.plugin_version) for reason in reasons}
