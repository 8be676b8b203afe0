"""The nearest jurisdiction answers first: county, city, province, then the core's baseline, hook by hook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from caserisk.plugin import (
    ClosingCondition,
    DeadlineKind,
    DerivedLevel,
    Factor,
    FactorKind,
    Gate,
    GatedAct,
    Issuing,
    Level,
    LevelScheme,
    Measure,
    NoticeRule,
    Occasion,
    PlanKind,
    PlanRule,
    Reason,
    Responsibility,
    ReviewStep,
    Role,
    Severity,
    Stage,
    SupervisionKind,
    SupervisionRule,
    TermRule,
    Text,
)
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import BASELINE, CITY, COUNTY, PROVINCE, REASON, Hook, region, regulation

OCCASION = Occasion.WARNING_ISSUED


@dataclass(frozen=True, slots=True)
class Case:
    """A hook: what somebody might answer, and how it is asked."""

    answer: Callable[[str], object]
    ask: Callable[[Regulation], object]


def by(who: str) -> Text:
    """Make a text that tells who answered."""
    return Text(f"{who}的规定", who)


def because(who: str) -> tuple[Reason]:
    """Make a reason that tells who gave it."""
    return (Reason(rule=who, text=by(who), assumed=True),)


def scheme(who: str) -> LevelScheme:
    """Make a scheme of one level."""
    only = Level(code="only", label=by(who), severity=Severity.LOW)
    return LevelScheme(key=who, name=by(who), version="1", levels=(only,), reasons=(REASON,))


def step(who: str) -> ReviewStep:
    """Make a step of review."""
    return ReviewStep(key="step", label=by(who), role=Role.DEPARTMENT_HEAD, reasons=(REASON,))


def term(who: str) -> TermRule:
    """Make a term."""
    return TermRule(kind=DeadlineKind.PLAN, rule="MUP-01", label=by(who), term="P3BD", reasons=(REASON,))


def supervision(who: str) -> SupervisionRule:
    """Make a supervision."""
    return SupervisionRule(kind=SupervisionKind.TRACKING_FORM, reason=by(who), reasons=(REASON,))


def notice(who: str) -> NoticeRule:
    """Make a notice."""
    return NoticeRule(subject=by(who), to_undertaking=True, reasons=(REASON,))


WHOLE = {
    "caserisk_level_scheme": Case(scheme, lambda asked: asked.ask(hooks.caserisk_level_scheme, asked.facts())),
    "caserisk_stages": Case(
        lambda who: [Stage(key="begin", label=by(who))], lambda asked: asked.ask(hooks.caserisk_stages, asked.facts())
    ),
    "caserisk_derived_level": Case(
        lambda who: DerivedLevel(code="only", reasons=because(who)),
        lambda asked: asked.ask(hooks.caserisk_derived_level, asked.facts(), {}, scheme("anybody")),
    ),
    "caserisk_plan": Case(
        lambda who: PlanRule(sections=(), reasons=because(who)),
        lambda asked: asked.ask(hooks.caserisk_plan, asked.facts(), PlanKind.SCHEME, has_risk=True, level=None),
    ),
    "caserisk_review_steps": Case(
        lambda who: [step(who)],
        lambda asked: asked.ask(hooks.caserisk_review_steps, asked.facts(), has_risk=True, level=None),
    ),
    "caserisk_issuing": Case(
        lambda who: Issuing(reasons=because(who)), lambda asked: asked.ask(hooks.caserisk_issuing, asked.facts(), None)
    ),
    "caserisk_responsibility": Case(
        lambda who: Responsibility(reasons=because(who)),
        lambda asked: asked.ask(hooks.caserisk_responsibility, asked.facts(), None),
    ),
    "caserisk_terms": Case(lambda who: [term(who)], lambda asked: asked.ask(hooks.caserisk_terms, asked.facts(), None)),
    "caserisk_closing_conditions": Case(
        lambda who: [ClosingCondition(key="done", label=by(who), reasons=(REASON,))],
        lambda asked: asked.ask(hooks.caserisk_closing_conditions, asked.facts(), None),
    ),
    "caserisk_supervision": Case(
        lambda who: [supervision(who)],
        lambda asked: asked.ask(hooks.caserisk_supervision, asked.facts(), OCCASION, None),
    ),
}
"""The hooks of which the nearest answer is taken whole; factors, gates, measures and notices add up."""


def nobodys() -> None:
    """Leave the question to the next layer."""


def layered(hook: str, **answers: Hook) -> Regulation:
    """Return the regulation of the county, where these jurisdictions answer a hook so."""
    codes, name = {"county": COUNTY, "city": CITY, "province": PROVINCE}, hook.removeprefix("caserisk_")
    regions = [region(codes[who], name=who, options=(), **{name: answer}) for who, answer in answers.items()]
    return regulation(build_registry(regions, baseline=BASELINE), COUNTY)


def answer(hook: str, who: str) -> Hook:
    """Make a hook that gives somebody's answer."""
    value = WHOLE[hook].answer(who)
    return lambda: value


@pytest.mark.parametrize("hook", WHOLE)
def test_the_nearest_answer_is_taken_whole(hook: str) -> None:
    asked = layered(hook, county=nobodys, city=answer(hook, "city"), province=answer(hook, "province"))

    value = WHOLE[hook].ask(asked)

    assert "'city'" in repr(value)
    assert "'province'" not in repr(value)


@pytest.mark.parametrize("hook", WHOLE)
def test_a_county_goes_before_its_city(hook: str) -> None:
    asked = layered(hook, county=answer(hook, "county"), city=answer(hook, "city"))

    assert "'county'" in repr(WHOLE[hook].ask(asked))


@pytest.mark.parametrize("hook", WHOLE)
def test_the_baseline_answers_what_nobody_does(hook: str) -> None:
    asked = layered(hook, county=nobodys, city=nobodys, province=nobodys)
    alone = regulation(build_registry([], baseline=BASELINE), COUNTY)

    assert WHOLE[hook].ask(asked) == WHOLE[hook].ask(alone)


@pytest.mark.parametrize(
    "hook", [hook for hook in WHOLE if isinstance(WHOLE[hook].answer("anybody"), list) and hook != "caserisk_stages"]
)
def test_an_empty_answer_is_an_answer(hook: str) -> None:
    asked = layered(hook, city=lambda: (), province=answer(hook, "province"))

    assert WHOLE[hook].ask(asked) == ()


# ------------------------------------------------------------------------------------------------ all together


def gate(who: str, act: GatedAct, *, is_open: bool) -> Gate:
    """Make a gate."""
    return Gate(act=act, open=is_open, reasons=because(who))


def test_an_act_is_open_where_every_layer_lets_it_be() -> None:
    act = GatedAct.DISPOSITION_DECISION
    asked = layered(
        "caserisk_gates",
        county=nobodys,
        city=lambda: [gate("city", act, is_open=True)],
        province=lambda: [gate("province", act, is_open=False), gate("province", GatedAct.CONCLUSION, is_open=True)],
    )

    gates = {item.act: item for item in asked.ask(hooks.caserisk_gates, asked.facts())}

    assert [reason.rule for reason in gates[act].reasons] == ["province"]
    assert {act: item.open for act, item in gates.items()} == {
        GatedAct.NEXT_STAGE: True,
        GatedAct.DISPOSITION_DECISION: False,
        GatedAct.COMPULSORY_MEASURE: True,
        GatedAct.CONCLUSION: True,
    }


def test_every_layer_that_holds_an_act_back_says_why() -> None:
    act = GatedAct.NEXT_STAGE
    asked = layered(
        "caserisk_gates",
        city=lambda: [gate("city", act, is_open=False)],
        province=lambda: [gate("province", act, is_open=False)],
    )

    held = next(item for item in asked.ask(hooks.caserisk_gates, asked.facts()) if item.act is act)

    assert [reason.rule for reason in held.reasons] == ["city", "province"]


def factor(who: str, key: str, *, required: bool = False) -> Factor:
    """Make a factor."""
    return Factor(key=key, label=by(who), kind=FactorKind.YES_NO, required=required)


def test_a_county_with_factors_of_its_own_asks_those_of_its_province_too() -> None:
    asked = layered(
        "caserisk_factors",
        county=lambda: [factor("county", "public-mood"), factor("county", "petition", required=True)],
        city=nobodys,
        province=lambda: [factor("province", "petition"), factor("province", "social")],
    )

    factors = asked.ask(hooks.caserisk_factors, asked.facts())

    assert [(item.key, item.label.en, item.required) for item in factors] == [
        ("petition", "county", True),
        ("social", "province", False),
        ("public-mood", "county", False),
    ]


def test_a_county_that_names_no_factors_takes_none_away() -> None:
    asked = layered("caserisk_factors", county=lambda: (), province=lambda: [factor("province", "social")])

    assert [item.key for item in asked.ask(hooks.caserisk_factors, asked.facts())] == ["social"]


def test_measures_add_up_and_the_nearest_names_them() -> None:
    asked = layered(
        "caserisk_measures",
        city=lambda: [Measure(key="visit", label=by("city"))],
        province=lambda: [
            Measure(key="visit", label=by("province")),
            Measure(key="return-visit", label=by("province")),
        ],
    )

    measures = {measure.key: measure.label.en for measure in asked.ask(hooks.caserisk_measures, asked.facts())}

    assert measures["visit"] == "city"
    assert measures["return-visit"] == "province"
    assert measures["mediation"] == "Referral to people's mediation"


def test_notices_add_up_the_nearest_first() -> None:
    asked = layered(
        "caserisk_notices", province=lambda: [notice("province")], city=lambda: [notice("city")], county=nobodys
    )

    notices = asked.ask(hooks.caserisk_notices, asked.facts(), OCCASION, None)

    assert [item.subject.en for item in notices] == ["city", "province", "Warning issued"]


# ------------------------------------------------------------------------------------------------ branches


def test_a_branch_goes_before_the_city_it_is_of() -> None:
    regions = [region(code, name=code, terms=answer("caserisk_terms", code)) for code in ("110000", "110000-2")]
    registry = build_registry(regions, baseline=BASELINE)

    branch, other = regulation(registry, "110000-2"), regulation(registry, "110000-1")

    assert [layer.plugin.name for layer in branch.layers] == ["110000-2", "110000", "baseline"]
    assert [layer.plugin.name for layer in other.layers] == ["110000", "baseline"]


def test_a_region_of_city_and_county_answers_once() -> None:
    registry = build_registry([region(CITY, COUNTY, notices=lambda: [notice("both")])], baseline=None)
    county = regulation(registry, COUNTY)

    assert [item.subject.en for item in county.ask(hooks.caserisk_notices, county.facts(), OCCASION, None)] == ["both"]
