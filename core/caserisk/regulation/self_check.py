"""Rehearsing a plugin: the questions the core may ask of it, in made-up situations, edition by edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from inspect import signature
from itertools import product
from typing import Any, Protocol, TypeVar

from caserisk.domain.facts import AssessmentFacts, CaseFacts, Facts, WarningFacts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.rules import Edition, Factor, Occasion, Option
from caserisk.domain.terms import start_of_day
from caserisk.domain.vocabulary import AssessmentStatus, FactorKind, PlanKind, WarningStatus
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import LoadedPlugin, Registry

T = TypeVar("T")


class Ask(Protocol):
    """Puts a question to a plugin; gives None where it failed to answer."""

    def __call__(self, hook: str, office: str, question: Callable[[], T], /) -> T | None: ...


ASKED_WITHOUT_CASE = frozenset(
    {
        "caserisk_level_scheme",
        "caserisk_stages",
        "caserisk_factors",
        "caserisk_measures",
        "caserisk_plan",
        "caserisk_review_steps",
        "caserisk_responsibility",
        "caserisk_terms",
        "caserisk_closing_conditions",
    }
)
"""The hooks that people may ask through the API, when there is no case."""

_OF_WARNINGS = frozenset({Occasion.WARNING_ISSUED, Occasion.DEADLINE_PASSED})
_SOME_DAY = date(2026, 1, 5)
_NUMBERS = ("0", "1", "1000")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What a plugin is asked in: an office on a day with its options, and the rules that hold there."""

    alone: Regulation
    facts: Facts
    scheme: LevelScheme | None
    stage: str
    factors: tuple[Factor, ...]

    @property
    def levels(self) -> tuple[RiskLevel | None, ...]:
        """Every level a decision may name; None where none is named."""
        return (None, *(self.scheme.ranked if self.scheme else ()))


def rehearse(plugin: LoadedPlugin, registry: Registry, ask: Ask) -> None:
    """Ask every hook of a plugin in every edition, for each of its jurisdictions, with each value of each option."""
    if plugin.declared is None:
        return
    moments = [_moment(edition, plugin.declared.editions) for edition in plugin.declared.editions]
    choices = list(_choices(plugin.declared.options))
    for moment, office, chosen in product(moments, plugin.jurisdictions, choices):
        setting = _setting(registry, office, moment, chosen, ask)
        for hook in plugin.hooks:
            for arguments in _arguments(hook, setting):
                ask(hook, office, partial(_method(setting, hook), **arguments))


def _setting(registry: Registry, office: str, at: datetime, chosen: Mapping[str, str], ask: Ask) -> _Setting:
    layers = Regulation(registry, office, at, chosen)
    facts = layers.facts()
    stages = ask("caserisk_stages", office, lambda: layers.stages(facts)) or ()
    alone = Regulation(registry, office, at, chosen)
    alone.layers = alone.layers[:1]
    return _Setting(
        alone=alone,
        facts=facts,
        scheme=ask("caserisk_level_scheme", office, lambda: layers.scheme(facts)),
        stage=stages[0].key if stages else "",
        factors=ask("caserisk_factors", office, lambda: layers.factors(facts)) or (),
    )


def _moment(edition: Edition, editions: Sequence[Edition]) -> datetime:
    """A moment at which an edition is in force: its first day, or one before any other's."""
    begun = edition.in_force_from
    if begun is None:
        others = [other.in_force_from for other in editions if other.in_force_from]
        begun = min(others) - timedelta(days=1) if others else _SOME_DAY
    return start_of_day(begun) + timedelta(hours=10)


def _choices(options: Sequence[Option]) -> Iterator[dict[str, str]]:
    """The defaults, then each other value of each option alone."""
    yield {}
    for option in options:
        yield from ({option.key: value} for value in option.choices if value != option.default)


# ------------------------------------------------------------------------------------------------ questions


def _arguments(hook: str, setting: _Setting) -> Iterator[dict[str, Any]]:
    """Every combination of arguments that a hook may be called with."""
    possible: dict[str, Sequence[object]] = {
        "facts": list(_situations(setting)),
        "level": setting.levels,
        "has_risk": (True, False),
        "kind": tuple(PlanKind),
        "occasion": tuple(Occasion),
        "answers": list(_answers(setting.factors)),
        "scheme": (setting.scheme,) if setting.scheme else (),
    }
    names = tuple(signature(_method(setting, hook)).parameters)
    for values in product(*(possible[name] for name in names)):
        arguments: dict[str, Any] = dict(zip(names, values, strict=True))
        if _happens(hook, arguments):
            yield arguments


def _happens(hook: str, arguments: Mapping[str, Any]) -> bool:
    facts: Facts = arguments["facts"]
    if facts.case is None and hook not in ASKED_WITHOUT_CASE:
        return False
    if arguments.get("occasion") in _OF_WARNINGS and facts.warning is None:
        return False
    return arguments.get("has_risk") is not False or arguments["level"] is None


def _method(setting: _Setting, hook: str) -> Callable[..., object]:
    name = hook.removeprefix("caserisk_")
    method: Callable[..., object] = getattr(setting.alone, "scheme" if name == "level_scheme" else name)
    return method


# ------------------------------------------------------------------------------------------------ made-up values


def _situations(setting: _Setting) -> Iterator[Facts]:
    """No case, a case without an assessment or without risk; at each level in review, confirmed and warned of."""
    yield setting.facts
    case = replace(setting.facts, case=_case(setting, level=None))
    yield case
    yield replace(case, assessments=(_assessment(setting, None, has_risk=False),))
    for level in setting.levels:
        in_review = _assessment(setting, level, status=AssessmentStatus.IN_REVIEW)
        yield replace(case, assessments=(in_review,))
        confirmed = replace(setting.facts, case=_case(setting, level=level), assessments=(_assessment(setting, level),))
        yield confirmed
        issued = replace(confirmed, warning=_warning(setting, level))
        yield issued
        petition = _case(setting, level=level, petition_recorded=True)
        yield replace(issued, case=petition, warning=_warning(setting, level, received=True))


def _case(setting: _Setting, *, level: RiskLevel | None, petition_recorded: bool = False) -> CaseFacts:
    return CaseFacts(
        number="检公诉〔2026〕1号",
        cause="故意伤害",
        stage=setting.stage,
        opened_at=setting.facts.at - timedelta(days=20),
        closed=False,
        level=level,
        petition_recorded=petition_recorded,
    )


def _assessment(
    setting: _Setting,
    level: RiskLevel | None,
    *,
    has_risk: bool = True,
    status: AssessmentStatus = AssessmentStatus.CONFIRMED,
) -> AssessmentFacts:
    submitted_at = setting.facts.at - timedelta(days=10)
    return AssessmentFacts(
        stage=setting.stage, status=status, has_risk=has_risk, has_plan=has_risk, level=level, submitted_at=submitted_at
    )


def _warning(setting: _Setting, level: RiskLevel | None, *, received: bool = False) -> WarningFacts:
    at = setting.facts.at
    return WarningFacts(
        status=WarningStatus.ACKNOWLEDGED if received else WarningStatus.ISSUED,
        level=level,
        issued_at=at - timedelta(days=5),
        acknowledged_at=at - timedelta(days=4) if received else None,
    )


def _answers(factors: Sequence[Factor]) -> Iterator[dict[str, str]]:
    """What is required; then each value of each factor besides; then the last value of every factor."""
    required = {factor.key: _values(factor)[0] for factor in factors if factor.required}
    yield required
    for factor in factors:
        yield from ({**required, factor.key: value} for value in _values(factor))
    yield {factor.key: _values(factor)[-1] for factor in factors}


def _values(factor: Factor) -> tuple[str, ...]:
    by_kind = {
        FactorKind.YES_NO: ("yes", "no"),
        FactorKind.CHOICE: tuple(option.value for option in factor.options),
        FactorKind.NUMBER: _NUMBERS,
        FactorKind.TEXT: ("说明",),
    }
    return by_kind[factor.kind] or ("",)
