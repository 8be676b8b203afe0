"""Each reason says which plugin gave it, in which version: the one that answered."""

from __future__ import annotations

from dataclasses import replace

from caserisk.plugin import Gate, GatedAct, Issuing, PlanKind, PlanRule, PlanSectionRule, Reason, Text
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import (
    BASELINE,
    CITY,
    COUNTY,
    PROVINCE,
    REASON,
    Hook,
    declaration,
    plugin,
    regulation,
)


def layered(**hooks: tuple[Hook, Hook]) -> Regulation:
    """Return the regulation of the county, where city and province answer hooks so."""
    city = declaration(options=(), **{hook: answers[0] for hook, answers in hooks.items()})
    province = declaration(options=(), **{hook: answers[1] for hook, answers in hooks.items()})
    regions = [
        plugin(CITY, declared=city, name="of-the-city", version="2.1"),
        plugin(PROVINCE, declared=province, name="of-the-province", version="1.4"),
    ]
    return regulation(build_registry(regions, baseline=BASELINE), COUNTY)


def sources(reasons: tuple[Reason, ...]) -> list[tuple[str, str]]:
    """Plugin and version of reasons."""
    return [(reason.plugin, reason.plugin_version) for reason in reasons]


def held() -> list[Gate]:
    """State a gate that is closed."""
    return [Gate(act=GatedAct.CONCLUSION, open=False, reasons=(REASON,))]


def issuing() -> Issuing:
    """State who issues."""
    return Issuing(reasons=(REASON,))


def nothing() -> None:
    """Answer "not regulated by me"."""


def test_an_inherited_answer_names_the_province() -> None:
    county = layered(issuing=(nothing, issuing))

    assert sources(county.ask(hooks.caserisk_issuing, county.facts(), None).reasons) == [("of-the-province", "1.4")]


def test_an_answer_of_its_own_names_the_city() -> None:
    county = layered(issuing=(issuing, issuing))

    assert sources(county.ask(hooks.caserisk_issuing, county.facts(), None).reasons) == [("of-the-city", "2.1")]


def test_what_nobody_answers_names_the_core() -> None:
    county = layered(gates=(held, held))

    assert sources(county.ask(hooks.caserisk_issuing, county.facts(), None).reasons) == [("baseline", "1")]


def test_reasons_of_several_layers_name_each() -> None:
    county = layered(gates=(held, held))

    conclusion = next(gate for gate in county.ask(hooks.caserisk_gates, county.facts()) if not gate.open)

    assert sources(conclusion.reasons) == [("of-the-city", "2.1"), ("of-the-province", "1.4")]


def test_reasons_within_an_answer_name_it_too() -> None:
    section = PlanSectionRule(key="risks", label=Text("风险", "risks"), reasons=(REASON,))
    county = layered(plan=(lambda: PlanRule(sections=(section,), reasons=(REASON,)), nothing))

    rule = county.ask(hooks.caserisk_plan, county.facts(), PlanKind.SCHEME, has_risk=True, level=None)

    assert sources(rule.sections[0].reasons) == sources(rule.reasons) == [("of-the-city", "2.1")]


def test_a_plugin_cannot_speak_for_another() -> None:
    claimed = replace(REASON, plugin="of-the-province", plugin_version="9")
    county = layered(issuing=(lambda: Issuing(reasons=(claimed,)), nothing))

    assert sources(county.ask(hooks.caserisk_issuing, county.facts(), None).reasons) == [("of-the-city", "2.1")]
