"""A region states values, tables and functions; each answers its hook, and what cannot answer one is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest

from caserisk.plugin import (
    API_VERSION,
    DeadlineKind,
    Edition,
    Facts,
    Issuing,
    Level,
    LevelScheme,
    NoticeRule,
    Occasion,
    Option,
    PlanKind,
    PlanRule,
    Plugin,
    RiskLevel,
    Role,
    Rules,
    Severity,
    TermRule,
    Text,
    by,
    level_code,
    level_number,
)
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import build_registry
from tests.core.regulation.made_up import BASELINE, CITY, NOW, REASON, beside_the_others, loaded, plugin, regulation

TEXT = Text("文字", "text")
PACE = Option(key="pace", label=TEXT, default="slow", choices=("slow", "fast"))
SCHEME = LevelScheme(
    key="made-up",
    name=TEXT,
    version="1",
    levels=(
        Level(code="mild", label=TEXT, severity=Severity.LOW, number=7),
        Level(code="grave", label=TEXT, severity=Severity.HIGH),
    ),
    reasons=(REASON,),
)
MILD, GRAVE = SCHEME.ranked
OPTIONAL_PLAN, REQUIRED_PLAN = (
    PlanRule(sections=(), required=required, reasons=(REASON,)) for required in (False, True)
)


def term(written: str) -> TermRule:
    """Make a term."""
    return TermRule(kind=DeadlineKind.PLAN, rule="MUP-01", label=TEXT, term=written, reasons=(REASON,))


def region_of(rules: Rules) -> Plugin:
    """Make a region that states these rules."""
    return Plugin(api_version=API_VERSION, editions=(Edition(name="only", rules=rules),), options=(PACE,))


def stated(rules: Rules, **chosen: str) -> Regulation:
    """Return the regulation of a city that states these rules."""
    return regulation(build_registry([plugin(CITY, declared=region_of(rules))], baseline=BASELINE), at=NOW, **chosen)


def terms(asked: Regulation, level: RiskLevel | None) -> list[str]:
    """Return the terms of a level, as they are written."""
    return [rule.term for rule in asked.ask(hooks.caserisk_terms, asked.facts(), level)]


def test_a_value_answers_whatever_is_asked() -> None:
    city = stated(Rules(terms=(term("P3BD"),)))

    assert terms(city, None) == terms(city, GRAVE) == ["P3BD"]


def test_a_table_answers_by_an_argument() -> None:
    notice = NoticeRule(subject=TEXT, to_undertaking=True, reasons=(REASON,))
    city = stated(Rules(notices=by("occasion", {Occasion.WARNING_RESOLVED: (notice,)})))

    told = {
        occasion: [rule.subject.en for rule in city.ask(hooks.caserisk_notices, city.facts(), occasion, None)]
        for occasion in (Occasion.WARNING_RESOLVED, Occasion.WARNING_ISSUED)
    }

    assert told == {Occasion.WARNING_RESOLVED: ["text"], Occasion.WARNING_ISSUED: ["Warning issued"]}


def test_a_table_answers_by_two_arguments() -> None:
    plans = {(PlanKind.CONTINGENCY, True): REQUIRED_PLAN, (PlanKind.CONTINGENCY, False): OPTIONAL_PLAN}
    city = stated(Rules(plan=by("kind", "has_risk", plans)))

    required = [
        city.ask(hooks.caserisk_plan, city.facts(), kind, has_risk=has_risk, level=None).required
        for kind in (PlanKind.CONTINGENCY, PlanKind.SCHEME)
        for has_risk in (True, False)
    ]

    assert required == [True, False, False, False]


def test_a_table_answers_by_an_option_of_the_office() -> None:
    rules = Rules(terms=by(PACE, {"slow": (term("P9BD"),), "fast": (term("P1BD"),)}))

    assert terms(stated(rules), None) == ["P9BD"]
    assert terms(stated(rules, pace="fast"), None) == ["P1BD"]


def test_a_table_answers_by_what_a_function_finds() -> None:
    def graver(facts: Facts, level: RiskLevel | None) -> bool:
        return facts.office == CITY and level is not None and level.rank > 1

    city = stated(Rules(terms=by(graver, {True: (term("P1BD"),), False: (term("P9BD"),)})))

    assert [terms(city, level) for level in (None, MILD, GRAVE)] == [["P9BD"], ["P9BD"], ["P1BD"]]


def test_levels_are_looked_up_by_code_or_number() -> None:
    by_code = stated(Rules(terms=by(level_code, {"grave": (term("P1BD"),)}, otherwise=(term("P9BD"),))))
    by_number = stated(Rules(terms=by(level_number, {7: (term("P1BD"),)}, otherwise=(term("P9BD"),))))

    assert [terms(by_code, level) for level in (None, MILD, GRAVE)] == [["P9BD"], ["P9BD"], ["P1BD"]]
    assert [terms(by_number, level) for level in (None, MILD, GRAVE)] == [["P9BD"], ["P1BD"], ["P9BD"]]


def test_an_absent_key_is_not_regulated() -> None:
    below = region_of(Rules(terms=by(level_code, {"grave": (term("P1BD"),)})))
    above = region_of(Rules(terms=(term("P9BD"),)))
    registry = build_registry(
        [plugin(CITY, declared=below, name="city"), plugin("370000", declared=above, name="province")], baseline=None
    )

    assert [terms(regulation(registry), level) for level in (MILD, GRAVE)] == [["P9BD"], ["P1BD"]]


def test_a_function_is_given_the_arguments_it_names() -> None:
    def issuing(*, level: RiskLevel | None, facts: Facts) -> Issuing:
        return Issuing(automatic=level is None, roles=(Role.CASE_HANDLER,) if facts.case is None else (), reasons=())

    city = stated(Rules(issuing=issuing))

    answer = city.ask(hooks.caserisk_issuing, city.facts(), None)
    assert (answer.automatic, answer.roles) == (True, (Role.CASE_HANDLER,))


def needs_a_court(court: str) -> Sequence[TermRule]:
    """State terms by something that no hook tells."""
    return (term(court),)


def takes_anything(*anything: object) -> Sequence[TermRule]:
    """State terms without naming what is needed."""
    return (term(str(anything)),)


WRONG: dict[str, tuple[Any, str]] = {
    "a misspelt argument": (
        Rules(notices=by("occassion", {})),
        "notices depends on 'occassion'; caserisk_notices is told facts, occasion, level",
    ),
    "a function of something else": (
        Rules(terms=needs_a_court),
        "terms depends on 'court'; caserisk_terms is told facts, level",
    ),
    "a key that is a number": (
        Rules(terms=by(3, {})),  # type: ignore[call-overload]
        "terms is looked up by 3; name an argument, an Option or a function",
    ),
    "arguments without a name": (Rules(terms=takes_anything), "takes arguments without a name"),
    "rules that say nothing": (Rules(), "answers no hook"),
}


@pytest.mark.parametrize(("rules", "problem"), WRONG.values(), ids=WRONG.keys())
def test_rules_that_cannot_answer_are_named(rules: Rules, problem: str) -> None:
    registry = beside_the_others(plugin(CITY, declared=region_of(rules)))

    assert problem in (loaded(registry).problem or "")
    assert not loaded(registry).usable


def test_there_is_a_field_for_each_hook_with_the_type_of_its_answer() -> None:
    promised = {hook.short_name: get_type_hints(hook.specification)["return"] for hook in hooks.HOOKS.values()}
    declared = {name: get_args(annotation)[0] for name, annotation in get_type_hints(Rules).items()}

    assert declared == {name: get_args(answer)[0] for name, answer in promised.items()}
    assert [field.name for field in fields(Rules)] == list(promised)
