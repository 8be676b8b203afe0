"""Levels stay readable without their plugin; options are inherited from the offices above."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select

from caserisk.domain.levels import LevelScheme
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from caserisk.store import tables as t
from caserisk.store.mapping import level_from_row, scheme_rows
from tests.support import flows
from tests.support.stored import stored_rows, stored_value, stored_values
from tests.support.world import HUIZHOU, SHANDONG, START_TIME, ZHUZHOU, World, all_regions

BELOW_SHANDONG, BELOW_THAT, BRANCH = "370600", "370681", "370000-2"


def scheme_of(office: str, **chosen: str) -> LevelScheme:
    """Return the scheme in force in an office."""
    regulation = Regulation(all_regions(), office, START_TIME, chosen)
    scheme = regulation.ask(hooks.caserisk_level_scheme, regulation.facts())
    assert scheme is not None
    return scheme


@pytest.mark.parametrize(
    "scheme",
    [
        scheme_of(ZHUZHOU),
        scheme_of(ZHUZHOU, numbering="national"),
        scheme_of(SHANDONG),  # colours without numbers
        scheme_of(HUIZHOU),  # numbers without colours
        scheme_of("110000-2"),  # the baseline
    ],
    ids=lambda scheme: scheme.key,
)
async def test_levels_are_read_back_as_recorded(world: World, scheme: LevelScheme) -> None:
    row, levels = scheme_rows(scheme)

    async with world.engine.begin() as connection:
        await connection.execute(insert(t.level_schemes), [row])
        await connection.execute(insert(t.levels), levels)
        found = (await connection.execute(select(t.levels).order_by(t.levels.c.rank))).mappings().all()

    assert tuple(level_from_row(dict(level)) for level in found) == scheme.ranked


async def test_a_scheme_is_recorded_with_its_first_use(world: World) -> None:
    office = await world.office(ZHUZHOU)
    for level in ("level-3", "level-2"):
        await flows.submit(world, office, await world.open_case(office), level=level)

    entries = select(func.count()).where(t.events.c.type == "SchemeRecorded")
    assert await stored_value(world.store, entries) == 1
    assert await stored_values(world.store, select(t.level_schemes.c.key)) == ["zhuzhou"]


async def test_two_readings_of_a_numbering_are_two_schemes(world: World) -> None:
    office = await world.office(ZHUZHOU)
    await flows.submit(world, office, await world.open_case(office), level="level-1")
    await world.registrar.option(ZHUZHOU, "numbering", "national")
    await flows.submit(world, office, await world.open_case(office), level="level-1")

    level_1 = select(t.levels.c.severity, t.levels.c.rank).where(t.levels.c.code == "level-1")
    found = await stored_rows(world.store, level_1.order_by(t.levels.c.rank))
    assert [tuple(row.values()) for row in found] == [("LOW", 1), ("CRITICAL", 4)]


async def test_an_option_holds_for_offices_below(world: World) -> None:
    for code in (SHANDONG, BELOW_SHANDONG, BELOW_THAT):
        await world.registrar.office(code, code)

    await world.registrar.option(SHANDONG, "online_gate", "on")

    assert await world.store.options(BELOW_THAT) == {"online_gate": "on"}


@pytest.mark.parametrize("code", [SHANDONG, BELOW_SHANDONG, BELOW_THAT, BRANCH])
async def test_decisions_start_from_the_options_that_hold(world: World, code: str) -> None:
    for above in {SHANDONG, BELOW_SHANDONG, code, ZHUZHOU}:
        await world.office(above)
    await world.registrar.option(SHANDONG, "online_gate", "on")
    await world.registrar.option(ZHUZHOU, "numbering", "national")

    opening = await world.store.load_office(code, ())

    assert opening is not None
    assert opening.options == await world.store.options(code) == {"online_gate": "on"}


async def test_the_nearest_choice_holds(world: World) -> None:
    for code in (SHANDONG, BELOW_SHANDONG, BELOW_THAT):
        await world.registrar.office(code, code)
    await world.registrar.option(SHANDONG, "online_gate", "on")

    await world.registrar.option(BELOW_SHANDONG, "online_gate", "off")

    assert await world.store.options(BELOW_THAT) == {"online_gate": "off"}
    assert await world.store.options(SHANDONG) == {"online_gate": "on"}


async def test_an_option_may_be_chosen_again(world: World) -> None:
    await world.registrar.office(ZHUZHOU, "株洲市人民检察院")

    for reading in ("national", "positional"):
        await world.registrar.option(ZHUZHOU, "numbering", reading)

    assert await world.store.options(ZHUZHOU) == {"numbering": "positional"}
