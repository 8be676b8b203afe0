"""A query of an office's regulation is answered with an INTERNAL error that names the plugin, where that plugin fails.

PLUGIN_FAULT is a code of mutations, whose payloads say what was refused.
"""

from __future__ import annotations

from typing import NoReturn

import pytest

from caserisk.domain.vocabulary import Locale, Role
from caserisk.plugin import API_VERSION, Plugin
from caserisk.regulation.discovery import InstalledPlugin
from tests.core.regulation.made_up import CITY, beside_the_others, plugin, region
from tests.support.api import Api
from tests.support.world import ZHUZHOU, World

RULES = "query ($office: String!) { regulation(office: $office) { edition terms { term } } }"
STEPS = "query ($office: String!) { regulation(office: $office) { reviewSteps { key } } }"


def fail() -> NoReturn:
    """Raise, as a hook with a mistake in it does."""
    raise ZeroDivisionError("division by zero")


FAULTS: dict[str, tuple[InstalledPlugin, str, str]] = {
    "a hook that raises": (region(CITY, terms=fail), "caserisk_terms", "it failed"),
    "a wrong type": (region(CITY, terms=lambda: "P3BD"), "caserisk_terms", "its answer has the wrong type"),
    "a plugin that cannot be used": (
        plugin(CITY, declared=Plugin(api_version=API_VERSION, editions=())),
        "caserisk_level_scheme",
        "it cannot be used",
    ),
}


@pytest.mark.parametrize(("faulty", "hook", "why"), FAULTS.values(), ids=FAULTS.keys())
async def test_a_regulation_that_cannot_be_asked_is_an_error(
    database: str, faulty: InstalledPlugin, hook: str, why: str
) -> None:
    async with World(database, registry=beside_the_others(faulty)) as world:
        city = await world.office(CITY)

        data, errors = await Api(world).of(city, Role.CASE_HANDLER, Locale.EN).execute(RULES, office=CITY)

        assert data == {"regulation": None}
        assert [(error["path"], error["extensions"]) for error in errors] == [(["regulation"], {"code": "INTERNAL"})]
        assert errors[0]["message"] == (
            f"plugin 'made-up' failed to answer '{hook}' for office '371600' ({why}); "
            "nothing was changed, ask your administrator"
        )


async def test_steps_that_cannot_be_asked_are_an_error(database: str) -> None:
    async with World(database, registry=beside_the_others(region(CITY, review_steps=fail))) as world:
        city = await world.office(CITY)

        data, errors = await Api(world).of(city, Role.CASE_HANDLER).execute(STEPS, office=CITY)

        assert data == {"regulation": None}
        assert [error["extensions"]["code"] for error in errors] == ["INTERNAL"]
        assert "插件「made-up」的「caserisk_review_steps」未能为检察院「371600」作出答复" in errors[0]["message"]


async def test_another_offices_regulation_is_read_as_before(database: str) -> None:
    async with World(database, registry=beside_the_others(region(CITY, terms=fail))) as world:
        zhuzhou = await world.office(ZHUZHOU)

        found = await Api(world).of(zhuzhou, Role.CASE_HANDLER).ask(RULES, office=ZHUZHOU)

        assert found["regulation"]["edition"] == "undated"
