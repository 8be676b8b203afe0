"""A hook that names `inherited` is given what the layers beneath answer, changes one thing and keeps the rest."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from caserisk.domain.refusals import Refused
from caserisk.domain.vocabulary import ErrorCode
from caserisk.plugin import (
    API_VERSION,
    DeadlineKind,
    Edition,
    Factor,
    FactorKind,
    Facts,
    Gate,
    GatedAct,
    Issuing,
    Measure,
    NoticeRule,
    Occasion,
    PlanKind,
    PlanRule,
    PlanSectionRule,
    Plugin,
    Reason,
    RiskLevel,
    Rules,
    TermRule,
    Text,
    by,
)
from caserisk.regulation import hooks
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import LoadedPlugin, Registry, build_registry
from tests.core.regulation.made_up import (
    BASELINE,
    CITY,
    COUNTY,
    PROVINCE,
    REASON,
    Hook,
    declaration,
    endless,
    loaded,
    plugin,
    region,
    regulation,
)

CODES = {"county": COUNTY, "city": CITY, "province": PROVINCE}
ACT = GatedAct.CONCLUSION


def registry(**layers: dict[str, Hook]) -> Registry:
    """Return the plugins of county, city and province, each named so, by the hooks they answer."""
    regions = [
        plugin(CODES[who], declared=declaration(options=(), **answered), name=who, version=f"{len(who)}.0")
        for who, answered in layers.items()
    ]
    return build_registry(regions, baseline=BASELINE)


def county(**layers: dict[str, Hook]) -> Regulation:
    """Return the regulation of the county."""
    return regulation(registry(**layers), COUNTY)


def nothing(inherited: object) -> None:
    """Answer nothing, whatever is inherited."""


def none_of_them(inherited: object) -> tuple[()]:
    """Answer that there are none, whatever is inherited."""
    return ()


def none() -> tuple[()]:
    """Answer that there are none."""
    return ()


def because(rule: str) -> tuple[Reason]:
    """Make a reason."""
    return (replace(REASON, rule=rule),)


def term(kind: DeadlineKind, written: str, rule: str) -> TermRule:
    """Make a term."""
    return TermRule(kind=kind, rule=rule, label=Text("期限", rule), term=written, reasons=because(rule))


PLAN_TERM, RESOLUTION_TERM = term(DeadlineKind.PLAN, "P3BD", "PRO-1"), term(DeadlineKind.RESOLUTION, "P15D", "PRO-2")


def terms_of_the_province() -> Sequence[TermRule]:
    """State two terms."""
    return (PLAN_TERM, RESOLUTION_TERM)


def resolve_sooner(inherited: Sequence[TermRule]) -> Sequence[TermRule]:
    """Change one term, and keep the rest."""
    return [
        replace(rule, term="P10D", reasons=because("COU-1")) if rule.kind is DeadlineKind.RESOLUTION else rule
        for rule in inherited
    ]


def sources(reasons: Sequence[Reason]) -> list[tuple[str, str]]:
    """Rule and plugin of reasons."""
    return [(reason.rule, reason.plugin) for reason in reasons]


def terms(asked: Regulation) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the terms in force, each with where it comes from."""
    return [(rule.term, sources(rule.reasons)) for rule in asked.ask(hooks.caserisk_terms, asked.facts(), None)]


# ------------------------------------------------------------------------------------------------ what is inherited


def test_a_county_changes_one_term_and_keeps_the_rest() -> None:
    asked = county(county={"terms": resolve_sooner}, province={"terms": terms_of_the_province})

    assert terms(asked) == [("P3BD", [("PRO-1", "province")]), ("P10D", [("COU-1", "county")])]
    kept = asked.ask(hooks.caserisk_terms, asked.facts(), None)[0]
    assert kept.reasons[0].plugin_version == "8.0"


def test_each_layer_inherits_what_those_beneath_it_answer_together() -> None:
    def add(written: str, rule: str) -> Hook:
        return lambda inherited: (*inherited, term(DeadlineKind.PLAN, written, rule))

    asked = county(
        county={"terms": add("P2BD", "COU-1")},
        city={"terms": add("P1BD", "CIT-1")},
        province={"terms": terms_of_the_province},
    )

    assert terms(asked) == [
        ("P3BD", [("PRO-1", "province")]),
        ("P15D", [("PRO-2", "province")]),
        ("P1BD", [("CIT-1", "city")]),
        ("P2BD", [("COU-1", "county")]),
    ]


def test_the_cores_baseline_is_beneath_all_others() -> None:
    asked = county(county={"issuing": lambda inherited: replace(inherited, automatic=False, reasons=because("COU-1"))})

    issuing = asked.ask(hooks.caserisk_issuing, asked.facts(), None)

    assert (issuing.automatic, sources(issuing.reasons)) == (False, [("COU-1", "county")])
    assert [role.value for role in issuing.lifted_by] == ["DEPARTMENT_HEAD", "LEADER_IN_CHARGE"]


def test_where_nobody_beneath_answers_the_default_is_inherited() -> None:
    given: list[object] = []
    only = region(
        CITY, terms=lambda inherited: given.append(inherited), issuing=lambda inherited: given.append(inherited)
    )
    asked = regulation(build_registry([only], baseline=None))

    asked.ask(hooks.caserisk_terms, asked.facts(), None)
    asked.ask(hooks.caserisk_issuing, asked.facts(), None)

    assert given == [(), Issuing(reasons=())]


def test_a_layer_that_answers_nothing_leaves_what_it_inherits() -> None:
    asked = county(county={"terms": nothing}, province={"terms": terms_of_the_province})

    assert [written for written, _ in terms(asked)] == ["P3BD", "P15D"]


def test_it_is_told_the_other_arguments_too() -> None:
    def for_a_level(level: RiskLevel | None, inherited: Sequence[TermRule]) -> Sequence[TermRule]:
        return inherited[:1] if level is None else ()

    asked = county(county={"terms": for_a_level}, province={"terms": terms_of_the_province})

    assert [written for written, _ in terms(asked)] == ["P3BD"]


@pytest.mark.parametrize("inheriting", [False, True])
def test_what_is_beneath_is_asked_only_where_the_argument_is_named(inheriting: bool) -> None:
    asked_for: list[str] = []

    def of_the_province() -> Sequence[TermRule]:
        asked_for.append("province")
        return terms_of_the_province()

    own: Hook = none_of_them if inheriting else none
    asked = county(county={"terms": own}, province={"terms": of_the_province})

    assert terms(asked) == []
    assert asked_for == (["province"] if inheriting else [])


# ------------------------------------------------------------------------------------------------ how it is stated


def stated(rules: Rules) -> Regulation:
    """Return the regulation of the county, where it states rules on the province's terms."""
    declared = Plugin(api_version=API_VERSION, editions=(Edition(name="only", rules=rules),))
    above = plugin(PROVINCE, declared=declaration(terms=terms_of_the_province), name="province")
    return regulation(
        build_registry([plugin(COUNTY, declared=declared, name="county"), above], baseline=BASELINE), COUNTY
    )


def test_a_sheet_of_rules_may_have_a_function_that_inherits() -> None:
    assert terms(stated(Rules(terms=resolve_sooner))) == [
        ("P3BD", [("PRO-1", "province")]),
        ("P10D", [("COU-1", "county")]),
    ]


def test_a_table_may_be_looked_up_by_what_is_inherited() -> None:
    own = (term(DeadlineKind.PLAN, "P1BD", "COU-1"),)

    assert terms(stated(Rules(terms=by(lambda inherited: len(inherited), {2: own})))) == [
        ("P1BD", [("COU-1", "county")])
    ]
    assert [written for written, _ in terms(stated(Rules(terms=by(lambda inherited: len(inherited), {3: own}))))] == [
        "P3BD",
        "P15D",
    ]


def test_an_argument_with_a_default_is_not_asked_for() -> None:
    def own(inherited: Sequence[TermRule] = ()) -> Sequence[TermRule]:
        return inherited

    assert terms(stated(Rules(terms=own))) == []


# ------------------------------------------------------------------------------------------------ answered together


def test_measures_answered_with_what_is_inherited_take_its_place() -> None:
    asked = county(
        county={"measures": lambda inherited: [item for item in inherited if item.key == "mediation"]},
        province={"measures": lambda: [Measure(key="visit", label=Text("走访", "visit"))]},
    )

    assert [item.key for item in asked.ask(hooks.caserisk_measures, asked.facts())] == ["mediation"]


def test_notices_answered_with_what_is_inherited_are_not_sent_twice() -> None:
    def notice(rule: str) -> NoticeRule:
        return NoticeRule(subject=Text("通知", rule), to_undertaking=True, reasons=because(rule))

    asked = county(
        county={"notices": lambda inherited: [notice("COU-1"), *inherited]},
        city={"notices": lambda: [notice("CIT-1")]},
        province={"notices": lambda: [notice("PRO-1")]},
    )

    notices = asked.ask(hooks.caserisk_notices, asked.facts(), Occasion.WARNING_ISSUED, None)

    assert [sources(item.reasons) for item in notices] == [
        [("COU-1", "county")],
        [("CIT-1", "city")],
        [("PRO-1", "province")],
        [("BASE-07", "baseline")],
    ]


def test_what_a_nearer_layer_adds_stays_beside_what_a_layer_made_of_its_inheritance() -> None:
    def factor(key: str) -> Factor:
        return Factor(key=key, label=Text("因素", key), kind=FactorKind.YES_NO)

    asked = county(
        county={"factors": lambda: [factor("of-the-county")]},
        city={"factors": lambda inherited: [*inherited[1:], factor("of-the-city")]},
        province={"factors": lambda: [factor("first"), factor("second")]},
    )

    assert [item.key for item in asked.ask(hooks.caserisk_factors, asked.facts())] == [
        "second",
        "of-the-city",
        "of-the-county",
    ]


# ------------------------------------------------------------------------------------------------ gates


def gate(who: str, *, is_open: bool) -> Gate:
    """Make the gate of conclusion."""
    return Gate(act=ACT, open=is_open, reasons=because(who))


def conclusion(asked: Regulation) -> tuple[bool, list[tuple[str, str]]]:
    """Return whether a case may be concluded, and why."""
    found = next(item for item in asked.ask(hooks.caserisk_gates, asked.facts()) if item.act is ACT)
    return found.open, sources(found.reasons)


def opened(inherited: Sequence[Gate]) -> list[Gate]:
    """Open whatever is closed, and say that nobody said otherwise."""
    return [replace(item, open=True) for item in inherited]


def state_open(inherited: Sequence[Gate]) -> list[Gate]:
    """State the gate as open, whatever is inherited."""
    return [gate("COU-1", is_open=True)]


GRABS: dict[str, Hook] = {
    "opens it": opened,
    "states it open": state_open,
    "leaves it out": lambda inherited: [item for item in inherited if item.open],
    "says there are none": none_of_them,
}


@pytest.mark.parametrize("grab", GRABS.values(), ids=GRABS.keys())
def test_a_county_cannot_open_what_is_closed_beneath(grab: Hook) -> None:
    """SD-13: a lower office may widen the scope, and only widen it."""
    asked = county(county={"gates": grab}, province={"gates": lambda: [gate("PRO-1", is_open=False)]})

    assert conclusion(asked) == (False, [("PRO-1", "province")])


def test_a_county_may_close_what_is_open_beneath() -> None:
    """SD-13, A-50: a lower office may widen the scope."""
    asked = county(
        county={"gates": lambda inherited: [*inherited, gate("COU-1", is_open=False)]},
        province={"gates": lambda: [gate("PRO-1", is_open=True)]},
    )

    assert conclusion(asked) == (False, [("COU-1", "county")])


def test_a_gate_closed_at_both_ends_says_why_once() -> None:
    asked = county(
        county={"gates": lambda inherited: [replace(item, reasons=because("COU-1")) for item in inherited]},
        province={"gates": lambda: [gate("PRO-1", is_open=False)]},
    )

    assert conclusion(asked) == (False, [("COU-1", "county")])


# ------------------------------------------------------------------------------------------------ provenance


def test_what_is_changed_is_the_changers_down_to_reasons_that_are_left_as_they_were() -> None:
    """A term of half a year is not the province's, whatever reason it is given."""
    asked = county(
        county={"terms": lambda inherited: [replace(inherited[1], term="P6M")]},
        province={"terms": terms_of_the_province},
    )

    assert terms(asked) == [("P6M", [("PRO-2", "county")])]


def test_a_part_given_back_as_it_was_keeps_its_source_within_a_whole_that_changed() -> None:
    def section(rule: str) -> PlanSectionRule:
        return PlanSectionRule(key=rule, label=Text("部分", rule), reasons=because(rule))

    def require(inherited: PlanRule) -> PlanRule:
        return replace(
            inherited, required=True, sections=(*inherited.sections, section("COU-2")), reasons=because("COU-1")
        )

    asked = county(
        county={"plan": require},
        province={"plan": lambda: PlanRule(sections=(section("PRO-2"),), reasons=because("PRO-1"))},
    )

    rule = asked.ask(hooks.caserisk_plan, asked.facts(), PlanKind.SCHEME, has_risk=True, level=None)

    assert sources(rule.reasons) == [("COU-1", "county")]
    assert [sources(item.reasons) for item in rule.sections] == [[("PRO-2", "province")], [("COU-2", "county")]]


@pytest.mark.parametrize("claimed", ["province", "baseline", "nobody"])
def test_nobody_speaks_for_another_layer(claimed: str) -> None:
    """Only what was handed in keeps its source; what is made up to look like it does not."""

    def forged(inherited: Sequence[TermRule]) -> Sequence[TermRule]:
        reasons = (replace(REASON, rule="PRO-1", plugin=claimed, plugin_version="8.0"),)
        return [replace(PLAN_TERM, term="P9M", reasons=reasons)]

    asked = county(county={"terms": forged}, province={"terms": terms_of_the_province})

    assert terms(asked) == [("P9M", [("PRO-1", "county")])]


def test_what_was_not_inherited_by_this_hook_keeps_no_source() -> None:
    """A reason that another hook was given is not this one's to give."""
    seen: list[Reason] = []

    def gates(inherited: Sequence[Gate]) -> Sequence[Gate]:
        seen.extend(reason for item in inherited for reason in item.reasons)
        return inherited

    def keep(inherited: Sequence[TermRule]) -> Sequence[TermRule]:
        return [replace(PLAN_TERM, reasons=tuple(seen))]

    asked = county(
        county={"gates": gates, "terms": keep},
        province={"gates": lambda: [gate("PRO-9", is_open=False)], "terms": terms_of_the_province},
    )
    assert conclusion(asked) == (False, [("PRO-9", "province")])

    assert terms(asked) == [("P3BD", [("PRO-9", "county")])]


# ------------------------------------------------------------------------------------------------ faults


def fail() -> None:
    """Raise, as a hook with a mistake in it does."""
    raise KeyError("terms")


FAULTS: dict[str, Hook] = {"raises": fail, "answers with something else": lambda: "P3BD"}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_faulty_layer_beneath_refuses_and_is_named(fault: Hook) -> None:
    plugins = registry(county={"terms": resolve_sooner}, city={"terms": fault})
    asked = regulation(plugins, COUNTY)

    with pytest.raises(Refused) as refused:
        terms(asked)

    problem = refused.value.problems[0]
    assert problem.code is ErrorCode.PLUGIN_FAULT
    assert "「city」" in problem.message_for(str).zh
    assert [item.name for item in plugins.faulty] == ["city"]


def test_a_layer_that_makes_a_mistake_of_what_it_inherits_is_named_itself() -> None:
    plugins = registry(
        county={"terms": lambda inherited: [replace(inherited[0], term="soon")]}, city={"terms": terms_of_the_province}
    )

    with pytest.raises(Refused, match="plugin 'county' failed"):
        terms(regulation(plugins, COUNTY))

    assert [item.name for item in plugins.faulty] == ["county"]


def busy(seconds: float) -> None:
    """Use processor time."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


async def test_one_second_is_for_a_layer_and_all_it_inherits_from() -> None:
    """Three layers of less than a second each are too slow together, whichever is asked when the time is up."""

    def slow(inherited: Sequence[TermRule], facts: Facts) -> Sequence[TermRule]:
        busy(0.8)
        return inherited

    plugins = registry(county={"terms": slow}, city={"terms": slow}, province={"terms": slow})
    asked = regulation(plugins, COUNTY)

    with pytest.raises(Refused, match="it took too long"):
        await run_decision(lambda: terms(asked))

    assert [item.usable for item in plugins.plugins].count(False) == 1


async def test_a_stuck_layer_beneath_is_the_one_that_is_not_asked_again() -> None:
    plugins = registry(county={"terms": resolve_sooner}, city={"terms": endless})

    with pytest.raises(Refused, match="plugin 'city' failed"):
        await run_decision(lambda: terms(regulation(plugins, COUNTY)))

    assert _usable(plugins) == {"county": True, "city": False}


async def test_a_second_that_a_layer_has_is_not_taken_from_the_next_question() -> None:
    def slow(inherited: Sequence[TermRule]) -> Sequence[TermRule]:
        busy(0.15)
        return inherited

    plugins = registry(county={"terms": slow}, province={"terms": terms_of_the_province})
    asked = regulation(plugins, COUNTY)

    answers = await run_decision(lambda: [terms(asked) for _ in range(10)])

    assert [[written for written, _ in answer] for answer in answers] == [["P3BD", "P15D"]] * 10
    assert _usable(plugins) == {"county": True, "province": True}


def _usable(plugins: Registry) -> dict[str, bool]:
    found: list[LoadedPlugin] = [loaded(plugins, item.name) for item in plugins.plugins]
    return {item.name: item.usable for item in found}
