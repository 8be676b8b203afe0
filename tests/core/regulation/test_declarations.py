"""A declaration is taken whole or not at all; what is wrong with it is named, and the other regions go on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode, PluginStatus
from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Text
from caserisk.regulation import hooks
from tests.core.regulation.made_up import CITY, beside_the_others, declaration, loaded, plugin, regulation, rules

TEXT = Text("选项", "option")
ANSWERS = rules(gates=lambda: ())


def editions(*editions: Edition) -> Plugin:
    """Make a declaration with these editions."""
    return Plugin(api_version=API_VERSION, editions=editions)


def edition(name: str, day: Any = None, *, answers: object = ANSWERS) -> Edition:
    """Make an edition in force from a day."""
    return Edition(name=name, rules=answers, in_force_from=day)


def option(key: str, *choices: str, default: str) -> Option:
    """Make an option."""
    return Option(key=key, label=TEXT, default=default, choices=choices)


def unmarked() -> ModuleType:
    """Make a module with a hook that somebody forgot to mark."""
    module = ModuleType("unmarked")
    module.caserisk_gates = lambda: ()  # type: ignore[attr-defined]
    vars(module).update(vars(rules(factors=lambda: ())))
    return module


WRONG: dict[str, tuple[object, str]] = {
    "none of ours": (SimpleNamespace(api_version=1), "its entry point names SimpleNamespace, not a caserisk.plugin"),
    "no edition": (editions(), "declares no edition"),
    "one day twice": (
        editions(edition("a", date(2026, 1, 1)), edition("b", date(2026, 1, 1))),
        "two editions come into force on the same day (2026-01-01)",
    ),
    "twice from the beginning": (editions(edition("a"), edition("b")), "on the same day (from the beginning)"),
    "one name twice": (editions(edition("a"), edition("a", date(2026, 1, 1))), "two editions are called 'a'"),
    "a moment for a day": (editions(edition("a", datetime(2026, 1, 1, tzinfo=UTC))), "not a datetime.date"),
    "a text for a day": (editions(edition("a", "2026-01-01")), "in_force_from is '2026-01-01', not a datetime.date"),
    "something else for an edition": (editions("2026"), "editions holds str, not an Edition"),  # type: ignore[arg-type]
    "one edition for many": (Plugin(api_version=API_VERSION, editions=edition("a")), "not iterable"),  # type: ignore[arg-type]
    "a default that is no choice": (
        declaration(options=(option("gate", "on", "off", default="none"),), gates=lambda: ()),
        "option 'gate': default 'none' is not among on, off",
    ),
    "one option twice": (
        declaration(options=(option("gate", "on", default="on"), option("gate", "on", default="on")), gates=lambda: ()),
        "two options are called 'gate'",
    ),
    "a number for an option": (declaration(options=(3,), gates=lambda: ()), "Expected `object`"),  # type: ignore[arg-type]
    "a misspelt hook": (declaration(gate=lambda: ()), "unknown hook 'caserisk_gate'"),
    "an argument that no hook has": (declaration(gates=lambda court: (court,)), "{'court'}"),
    "a hook that is not marked": (editions(edition("a", answers=unmarked())), "caserisk_gates is not marked with"),
    "rules without a hook": (editions(edition("a", answers=SimpleNamespace())), "answers no hook"),
    "rules that are missing": (editions(edition("a", answers=None)), "edition 'a'"),
}


@pytest.mark.parametrize(("declared", "problem"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_declaration_is_named(declared: object, problem: str) -> None:
    registry = beside_the_others(plugin(CITY, declared=declared))

    wrong = loaded(registry)
    assert (wrong.status, wrong.usable) == (PluginStatus.FAULTY, False)
    assert problem in (wrong.problem or "")
    assert [item.name for item in registry.faulty] == ["made-up"]


@pytest.mark.parametrize("version", [API_VERSION + 1, API_VERSION - 1, str(API_VERSION)])
def test_another_api_version_is_incompatible(version: Any) -> None:
    declared = Plugin(api_version=version, editions=(edition("a"),))

    wrong = loaded(beside_the_others(plugin(CITY, declared=declared)))

    assert wrong.status is PluginStatus.INCOMPATIBLE
    assert wrong.problem == f"written for plugin API {version}; this core speaks {API_VERSION}"


@pytest.mark.parametrize("code", ["penglai", "3716", "371600-123", "37160O"])
def test_an_entry_point_is_named_by_a_division_code(code: str) -> None:
    wrong = loaded(beside_the_others(plugin(code, declared=declaration(gates=lambda: ()))))

    assert not wrong.usable
    assert f"not a division code: {code}; name the entry point 430200 or 110000-2" in (wrong.problem or "")


def test_everything_that_is_wrong_is_named_at_once() -> None:
    declared = Plugin(api_version=API_VERSION, editions=(), options=(option("gate", "on", default="off"),))

    problem = loaded(beside_the_others(plugin("3716", declared=declared))).problem or ""

    assert "not a division code" in problem
    assert "declares no edition" in problem
    assert "option 'gate'" in problem


def test_nobody_decides_without_a_region_that_is_installed() -> None:
    registry = beside_the_others(plugin(CITY, declared=editions()))
    city = regulation(registry)

    with pytest.raises(Refused) as refused:
        city.ask(hooks.caserisk_gates, city.facts())

    problem = refused.value.problems[0]
    assert problem.code is ErrorCode.PLUGIN_FAULT
    message = problem.message_for(str)
    assert "插件「made-up」的「caserisk_gates」未能为检察院「371600」作出答复(插件不可用)" in message.zh
    assert "plugin 'made-up' failed to answer 'caserisk_gates' for office '371600'" in message.en


@pytest.mark.parametrize("office", ["430200", "441300", "370200", "110000"])
def test_other_offices_are_regulated_as_before(office: str) -> None:
    with_fault = regulation(beside_the_others(plugin(CITY, declared=editions())), office)
    without = regulation(beside_the_others(), office)

    assert with_fault.ask(hooks.caserisk_gates, with_fault.facts()) == without.ask(
        hooks.caserisk_gates, without.facts()
    )


# ------------------------------------------------------------------------------------------------ overlaps


def sound() -> Plugin:
    """Make a plugin like any other."""
    return declaration(gates=lambda: ())


def test_of_two_that_claim_a_city_neither_is_asked() -> None:
    registry = beside_the_others(
        plugin(CITY, declared=sound(), name="one"), plugin("371700", CITY, declared=sound(), name="other")
    )

    one, other = loaded(registry, "one"), loaded(registry, "other")
    assert one.problem == "claims 371600, which other claims too; remove one of them"
    assert other.problem == "claims 371600, which one claims too; remove one of them"
    for office in (CITY, "371621", "371700"):
        asked = regulation(registry, office)
        with pytest.raises(Refused, match="cannot be used"):
            asked.ask(hooks.caserisk_gates, asked.facts())


def test_of_three_that_claim_a_city_each_names_both_others() -> None:
    registry = beside_the_others(*(plugin(CITY, declared=sound(), name=name) for name in ("one", "two", "three")))

    assert loaded(registry, "one").problem == (
        "claims 371600, which two claims too; remove one of them; "
        "claims 371600, which three claims too; remove one of them"
    )


def test_an_overlap_does_not_hide_another_fault() -> None:
    incompatible = Plugin(api_version=API_VERSION + 1, editions=())
    registry = beside_the_others(
        plugin(CITY, declared=sound(), name="one"), plugin(CITY, declared=incompatible, name="other")
    )

    other = loaded(registry, "other")
    assert other.status is PluginStatus.INCOMPATIBLE
    assert "written for plugin API 2" in (other.problem or "")
    assert "claims 371600, which one claims too" in (other.problem or "")


def test_a_city_within_a_province_is_no_overlap() -> None:
    registry = beside_the_others(plugin(CITY, declared=sound()))

    assert registry.faulty == ()
