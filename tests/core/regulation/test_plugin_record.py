"""A plugin that changed under its version is named; one that lacks a level that an open case carries is not asked."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from caserisk.domain.rules import Edition
from caserisk.domain.vocabulary import ErrorCode, PluginStatus, Role
from caserisk.plugin import (
    API_VERSION,
    DeadlineKind,
    Level,
    LevelScheme,
    Option,
    Plugin,
    Rules,
    Severity,
    TermRule,
    Text,
    by,
    hookimpl,
)
from caserisk.plugin_record import compare_plugins
from caserisk.regulation.discovery import find_installed_plugins
from caserisk.regulation.edition_digest import edition_digest
from caserisk.regulation.registry import Registry, build_registry
from tests.core.regulation.made_up import REASON, beside_the_others, endless, loaded, plugin, refusal
from tests.support.api import Api
from tests.support.regions import assess, look, open_case
from tests.support.world import World

OFFICE, COUNTY, OTHER_COUNTY = "520100", "520101", "520102"
"""An office that no installed region regulates, and two of its counties."""


def term(written: str) -> TermRule:
    """Make a term."""
    label = Text("期限", "term")
    return TermRule(kind=DeadlineKind.PLAN, rule="MUP-01", label=label, term=written, reasons=(REASON,))


def edition(**stated: object) -> Edition:
    """Make an edition that states rules."""
    return Edition(name="2026", rules=Rules(**stated))  # type: ignore[arg-type]


def digest(*options: Option, **stated: object) -> str:
    """Return the digest of an edition that states rules."""
    return edition_digest(edition(**stated), options)


def installed(*editions: Edition, version: str = "1.0") -> Registry:
    """Return the installed regions, and one of these editions."""
    declared = Plugin(api_version=API_VERSION, editions=editions)
    return beside_the_others(plugin(OFFICE, declared=declared, version=version))


# ------------------------------------------------------------------------------------------------ digests


def plan_term() -> str:
    """Return the term that `terms_by_call` uses."""
    return "P3BD"


def terms_by_call() -> list[TermRule]:
    """State a term that another function knows."""
    return [term(plan_term())]


@hookimpl
def caserisk_terms() -> list[TermRule]:
    """State a term, as a module does."""
    return [term("P3BD")]


CHOICE = Option(key="roll", label=Text("顺延", "roll"), default="on", choices=("on", "off"), reasons=(REASON,))

DIFFERENT = {
    "a value": ({"terms": (term("P3BD"),)}, {"terms": (term("P5BD"),)}),
    "a text": ({"terms": (term("P3BD"),)}, {"terms": (replace(term("P3BD"), label=Text("期", "term")),)}),
    "a table": ({"terms": by("level", {None: (term("P3BD"),)})}, {"terms": by("level", {None: (term("P5BD"),)})}),
    "what is not in a table": ({"terms": by("level", {})}, {"terms": by("level", {}, otherwise=())}),
    "a key": ({"terms": by("level", {})}, {"terms": by("facts", {})}),
    "a function": ({"terms": terms_by_call}, {"terms": caserisk_terms}),
    "which hooks": ({"gates": ()}, {"gates": (), "terms": ()}),
}


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT.keys())
def test_another_content_has_another_digest(one: dict[str, object], other: dict[str, object]) -> None:
    assert digest(**one) == digest(**one)
    assert digest(**one) != digest(**other)


def test_the_declaration_counts_too() -> None:
    plain = edition(gates=())

    digests = {
        edition_digest(plain, ()),
        edition_digest(plain, (CHOICE,)),
        edition_digest(plain, (replace(CHOICE, default="off"),)),
        edition_digest(replace(plain, in_force_from=date(2026, 1, 1)), ()),
        edition_digest(replace(plain, name="2027"), ()),
    }

    assert len(digests) == 5


def test_what_a_function_uses_counts_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(terms=terms_by_call)

    monkeypatch.setattr(sys.modules[__name__], "plan_term", lambda: "P5BD")

    assert digest(terms=terms_by_call) != before


def test_what_a_function_closes_over_counts_too() -> None:
    def stating(written: str) -> object:
        return lambda: [term(written)]

    assert digest(terms=stating("P3BD")) == digest(terms=stating("P3BD"))
    assert digest(terms=stating("P3BD")) != digest(terms=stating("P5BD"))


def test_a_module_of_functions_has_a_digest() -> None:
    module = Edition(name="2026", rules=SimpleNamespace(caserisk_terms=caserisk_terms))
    other = Edition(name="2026", rules=SimpleNamespace(caserisk_terms=hookimpl(terms_by_call)))

    assert edition_digest(module, ()) != edition_digest(other, ())


def test_digests_are_the_same_in_another_process() -> None:
    script = """
from caserisk.regulation.discovery import find_installed_plugins
from caserisk.regulation.registry import build_registry
for plugin in build_registry(find_installed_plugins(), baseline=None).plugins:
    print(*(plugin.digest(edition) for edition in plugin.declared.editions))
"""
    expected = [
        " ".join(item.digest(edition) for edition in item.declared.editions if item.declared)
        for item in build_registry(find_installed_plugins(), baseline=None).plugins
        if item.declared
    ]

    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split("\n")[:-1] == expected


# ------------------------------------------------------------------------------------------------ another content


async def test_another_content_of_the_same_version_is_named(database: str, caplog: pytest.LogCaptureFixture) -> None:
    async with World(database, registry=installed(edition(terms=(term("P3BD"),)))) as world:
        await world.open_case(await world.office(OFFICE))
    changed = installed(edition(terms=(term("P5BD"),)))

    async with World(database, registry=changed, seed=1) as world:
        with caplog.at_level(logging.WARNING, "caserisk.plugins"):
            await compare_plugins(changed, world.store)

        found = loaded(changed)
        assert found.problem == (
            "version 1.0 has decided with another content of edition 2026; a plugin that changes gets a new version"
        )
        assert (found.status, found.usable) == (PluginStatus.ACTIVE, True)
        assert [record.message for record in caplog.records] == [f"plugin made-up 1.0: {found.problem}"]


@pytest.mark.parametrize("decided_first", [True, False])
async def test_the_content_it_first_decided_with_stays_on_record(database: str, decided_first: bool) -> None:
    """A decision by the changed content does not make it the right one."""
    first, changed = installed(edition(terms=(term("P3BD"),))), installed(edition(terms=(term("P5BD"),)))
    for seed, registry in enumerate((first, changed)[: 1 + decided_first]):
        async with World(database, registry=registry, seed=seed) as world:
            await world.open_case(await world.office(OFFICE), f"检公诉〔2026〕{seed}号")

    async with World(database, registry=changed, seed=2) as world:
        await compare_plugins(changed, world.store)
        await compare_plugins(first, world.store)

    assert "edition 2026" in (loaded(changed).problem or "")
    assert loaded(first).problem is None


async def test_what_it_decided_with_for_one_office_is_not_made_good_by_another(database: str) -> None:
    first, changed = installed(edition(terms=(term("P3BD"),))), installed(edition(terms=(term("P5BD"),)))
    for seed, (code, registry) in enumerate(((COUNTY, first), (OTHER_COUNTY, changed))):
        async with World(database, registry=registry, seed=seed) as world:
            await world.open_case(await world.office(code), f"检公诉〔2026〕{seed}号")

    async with World(database, registry=changed, seed=2) as world:
        await compare_plugins(changed, world.store)

    assert "edition 2026" in (loaded(changed).problem or "")


@pytest.mark.parametrize(
    "sound",
    [
        installed(edition(terms=(term("P3BD"),))),
        installed(edition(terms=(term("P5BD"),)), version="1.1"),
        installed(
            edition(terms=(term("P3BD"),)), Edition(name="2027", rules=Rules(gates=()), in_force_from=date(2027, 1, 1))
        ),
    ],
    ids=["the same", "a new version", "an edition added"],
)
async def test_nothing_is_said_of(database: str, sound: Registry) -> None:
    async with World(database, registry=installed(edition(terms=(term("P3BD"),)))) as world:
        await world.open_case(await world.office(OFFICE))

        await compare_plugins(sound, world.store)

    assert {item.name: item.problem for item in sound.plugins if item.problem} == {}


# ------------------------------------------------------------------------------------------------ levels


def scheme(*codes: str) -> LevelScheme:
    """Make a scheme of these levels."""
    levels = tuple(Level(code=code, label=Text(f"{code}级", code), severity=Severity.HIGH) for code in codes)
    return LevelScheme(key="made-up", name=Text("虚构", "made up"), version="1", levels=levels, reasons=(REASON,))


def levelled(*codes: str, version: str = "1.1") -> Registry:
    """Return a registry in which the office has a scheme of these levels."""
    return installed(edition(level_scheme=scheme(*codes)), version=version)


async def carry(database: str, level: str) -> str:
    """Open a case, have it rated, and return its id."""
    async with World(database, registry=levelled("low", "high", version="1.0")) as world:
        office = await world.office(OFFICE)
        api = Api(world)
        case = await open_case(api, office)
        await assess(api, office, case, level=level)
        return case


async def test_a_version_that_lacks_a_level_of_an_open_case_is_not_asked(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    await carry(database, "high")
    lacking = levelled("low", "extreme")

    async with World(database, registry=lacking, seed=1) as world:
        await compare_plugins(lacking, world.store)

        found = loaded(lacking)
        assert (found.status, found.usable) == (PluginStatus.FAULTY, False)
        assert "levels that this version does not have: high;" in (found.problem or "")
        assert [record.levelname for record in caplog.records if "high" in record.message] == ["ERROR"]
        problem = await refusal(world.open_case(await world.office(OFFICE), "检公诉〔2026〕99号"))
        assert problem.code is ErrorCode.PLUGIN_FAULT


KEEPING = {
    "has it": levelled("low", "high", "extreme"),
    "lacks one that no case carries": levelled("high"),
    "has it in an earlier edition": installed(
        edition(level_scheme=scheme("low", "high")),
        Edition(name="now", rules=Rules(level_scheme=scheme("low")), in_force_from=date(2025, 1, 1)),
        version="1.1",
    ),
    "has it where an option is chosen": beside_the_others(
        plugin(
            OFFICE,
            declared=Plugin(
                api_version=API_VERSION,
                editions=(edition(level_scheme=by(CHOICE, {"on": scheme("low"), "off": scheme("low", "high")})),),
                options=(CHOICE,),
            ),
        )
    ),
}


@pytest.mark.parametrize("keeping", KEEPING.values(), ids=KEEPING.keys())
async def test_a_version_goes_on_that(database: str, keeping: Registry) -> None:
    await carry(database, "high")

    async with World(database, registry=keeping, seed=1) as world:
        await compare_plugins(keeping, world.store)

    assert loaded(keeping).usable


async def test_levels_of_cases_that_are_done_with_do_not_matter(database: str) -> None:
    lacking = levelled("low")
    async with World(database, registry=levelled("low", "high", version="1.0")) as world:
        office = await world.office(OFFICE)
        api = Api(world)
        case = await open_case(api, office)
        await assess(api, office, case, level="high")
        warning = (await look(api.of(office, Role.CASE_HANDLER), case, "activeWarning { id }"))["activeWarning"]
        await api.of(office, Role.LEADER_IN_CHARGE).do("liftWarning", warning=warning["id"], reason="误报")
        await api.of(office, Role.CASE_HANDLER).do("recordAct", case=case, act="CONCLUSION", description="办结")

        await compare_plugins(lacking, world.store)

    assert loaded(lacking).usable


async def test_a_plugin_that_is_stuck_does_not_keep_the_server_from_starting(database: str) -> None:
    await carry(database, "high")
    stuck = installed(edition(level_scheme=endless), version="1.1")

    async with World(database, registry=stuck, seed=1) as world:
        await compare_plugins(stuck, world.store)

    assert "took longer than 1 s to answer caserisk_level_scheme" in (loaded(stuck).problem or "")
