"""The self-check of a plugin: every question the core may ask it, in made-up situations, edition by edition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum
from functools import partial
from inspect import isclass
from itertools import product
from types import MappingProxyType
from typing import Any, Protocol, TypeVar

from caserisk.domain.facts import (
    AssessmentFacts,
    CaseFacts,
    DeadlineFacts,
    DispositionFacts,
    Facts,
    SupervisionFacts,
    WarningFacts,
)
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.rules import Edition, Factor, Occasion, Option
from caserisk.domain.terms import start_of_day
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineKind,
    DeadlineStatus,
    DepartmentFunction,
    FactorKind,
    SupervisionKind,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.regulation.hook_specification import Hook
from caserisk.regulation.hooks import HOOKS, caserisk_factors, caserisk_level_scheme, caserisk_stages
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import LoadedPlugin, Registry

T = TypeVar("T")


class AskPlugin(Protocol):
    """Puts a question to a plugin and returns the answer; None where it failed to answer."""

    def __call__(self, hook: str, office: str, question: Callable[[], T], /) -> T | None: ...


_OCCASIONS_WITH_WARNING = frozenset(
    {
        Occasion.WARNING_ISSUED,
        Occasion.WARNING_RECEIVED,
        Occasion.WARNING_RESOLVED,
        Occasion.WARNING_FILED,
        Occasion.WARNING_ARCHIVED,
        Occasion.WARNING_LIFTED,
        Occasion.DEADLINE_PASSED,
        Occasion.SUPERVISION_REQUIRED,
        Occasion.SUPERVISION_ISSUED,
        Occasion.SUPERVISION_REPLIED,
    }
)
# A fixed day, so that a check answers the same whenever it is run.
_DEFAULT_DAY = date(2026, 1, 5)
_NUMBER_ANSWERS = ("0", "1", "1000")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What a plugin is asked in: an office on a day with its options, and the rules that hold there.

    ``regulation`` has the layer of the plugin alone; the rest is what all layers together say.
    """

    regulation: Regulation
    facts: Facts
    scheme: LevelScheme | None
    stage: str
    factors: tuple[Factor, ...]

    @property
    def levels(self) -> tuple[RiskLevel | None, ...]:
        """Return every level a decision may name; None where it names none."""
        return (None, *(self.scheme.ranked if self.scheme else ()))


def ask_every_hook(plugin: LoadedPlugin, registry: Registry, ask: AskPlugin) -> None:
    """Ask every hook of a plugin in every edition, for each of its jurisdictions, with each value of each option."""
    for moment, office, chosen in _circumstances(plugin):
        setting = _make_setting(registry, office, moment, chosen, ask)
        for hook in map(HOOKS.__getitem__, plugin.hooks):
            for arguments in _possible_arguments(hook, setting):
                ask(hook.name, office, partial(setting.regulation.ask, hook, **arguments))


def level_codes(plugin: LoadedPlugin, registry: Registry) -> frozenset[str]:
    """Return the codes of all levels of a plugin's offices, in every edition, with each value of each option.

    Raises:
        Refused: PLUGIN_FAULT, where the levels cannot be asked for.
    """
    codes: set[str] = set()
    for moment, office, chosen in _circumstances(plugin):
        regulation = Regulation(registry, office, moment, chosen)
        scheme = regulation.ask(caserisk_level_scheme, regulation.facts())
        codes.update(level.code for level in (scheme.levels if scheme else ()))
    return frozenset(codes)


def _circumstances(plugin: LoadedPlugin) -> Iterator[tuple[datetime, str, Mapping[str, str]]]:
    """Yield a moment in each edition of a plugin, with each of its jurisdictions and each value of each option."""
    if plugin.declared is None:
        return
    moments = [_moment_in_force(edition, plugin.declared.editions) for edition in plugin.declared.editions]
    yield from product(moments, plugin.jurisdictions, list(_option_choices(plugin.declared.options)))


def _make_setting(registry: Registry, office: str, at: datetime, chosen: Mapping[str, str], ask: AskPlugin) -> _Setting:
    whole = Regulation(registry, office, at, chosen)
    facts = whole.facts()
    stages = ask(caserisk_stages.name, office, lambda: whole.ask(caserisk_stages, facts)) or ()
    # The layers above are plugins that are checked by themselves; here they only say in which scheme and stage it is.
    nearest = Regulation(registry, office, at, chosen)
    nearest.layers = nearest.layers[:1]
    return _Setting(
        regulation=nearest,
        facts=facts,
        scheme=ask(caserisk_level_scheme.name, office, lambda: whole.ask(caserisk_level_scheme, facts)),
        stage=stages[0].key if stages else "",
        factors=ask(caserisk_factors.name, office, lambda: whole.ask(caserisk_factors, facts)) or (),
    )


def _moment_in_force(edition: Edition, editions: Sequence[Edition]) -> datetime:
    """Return a moment at which an edition is in force: on its first day, or before the first day of any other."""
    first_day = edition.in_force_from
    if first_day is None:
        others = [other.in_force_from for other in editions if other.in_force_from]
        first_day = min(others) - timedelta(days=1) if others else _DEFAULT_DAY
    return start_of_day(first_day) + timedelta(hours=10)


def _option_choices(options: Sequence[Option]) -> Iterator[dict[str, str]]:
    """Yield the defaults, then each other value of each option alone."""
    # Not every combination: three options of four values would already mean sixty-four rounds of all hooks.
    yield {}
    for option in options:
        yield from ({option.key: value} for value in option.choices if value != option.default)


# ------------------------------------------------------------------------------------------------ questions


def _possible_arguments(hook: Hook[..., Any], setting: _Setting) -> Iterator[dict[str, Any]]:
    """Yield every combination of arguments that a hook may be called with."""
    possible = [_possible_values(annotation, setting) for annotation in hook.parameters.values()]
    for values in product(*possible):
        arguments: dict[str, Any] = dict(zip(hook.parameters, values, strict=True))
        if _can_happen(hook, arguments):
            yield _on_occasion(arguments)


def _possible_values(annotation: Any, setting: _Setting) -> Sequence[object]:
    """Return the values that an argument of a type may have.

    Raises:
        TypeError: hooks have no such argument yet.
    """
    if annotation is Facts:
        return list(_situations(setting))
    if annotation == RiskLevel | None:
        return setting.levels
    if annotation is bool:
        return (True, False)
    if annotation == Mapping[str, str]:
        return list(_factor_answers(setting.factors))
    if annotation is LevelScheme:
        return (setting.scheme,) if setting.scheme else ()
    if isclass(annotation) and issubclass(annotation, Enum):
        return tuple(annotation)
    raise TypeError(f"the self-check has no values for an argument of type {annotation}")


def _can_happen(hook: Hook[..., Any], arguments: Mapping[str, Any]) -> bool:
    facts: Facts = arguments["facts"]
    # The core asks these of a case only; a hook may rely on it.
    if facts.case is None and not hook.asked_without_case:
        return False
    if arguments.get("occasion") in _OCCASIONS_WITH_WARNING and facts.warning is None:
        return False
    # Without risk there is no level.
    return arguments.get("has_risk") is not False or arguments["level"] is None


def _on_occasion(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments whose facts tell of the occasion too, if the hook is asked on one."""
    facts, occasion = arguments["facts"], arguments.get("occasion")
    if occasion is None:
        return arguments
    passed = facts.deadlines[0] if occasion is Occasion.DEADLINE_PASSED else None
    return {**arguments, "facts": replace(facts, occasion=occasion, deadline=passed)}


# ------------------------------------------------------------------------------------------------ made-up values


def _situations(setting: _Setting) -> Iterator[Facts]:
    """Yield no case, a case without an assessment or without risk; at each level in review, confirmed and warned of."""
    yield setting.facts
    case = replace(setting.facts, case=_case(setting, level=None))
    yield case
    yield replace(case, assessments=(_assessment(setting, None, has_risk=False),))
    for level in setting.levels:
        in_review = _assessment(setting, level, status=AssessmentStatus.IN_REVIEW)
        yield replace(case, assessments=(in_review,))
        confirmed = replace(setting.facts, case=_case(setting, level=level), assessments=(_assessment(setting, level),))
        yield confirmed
        issued = replace(confirmed, warning=_warning(setting, level), deadlines=(_deadline(setting),))
        yield issued
        petition = _case(setting, level=level, petition_recorded=True)
        yield replace(
            issued,
            case=petition,
            warning=_warning(setting, level, received=True),
            dispositions=(_disposition(setting),),
            deadlines=(_deadline(setting, status=DeadlineStatus.MISSED), _deadline(setting)),
            supervisions=(_supervision(setting),),
        )


def _case(setting: _Setting, *, level: RiskLevel | None, petition_recorded: bool = False) -> CaseFacts:
    return CaseFacts(
        number="检公诉〔2026〕1号",
        cause="故意伤害",
        stage=setting.stage,
        opened_at=setting.facts.at - timedelta(days=20),
        closed=False,
        level=level,
        petition_recorded=petition_recorded,
        department=DepartmentFunction.BUSINESS,
        parties=2,
    )


def _assessment(
    setting: _Setting,
    level: RiskLevel | None,
    *,
    has_risk: bool = True,
    status: AssessmentStatus = AssessmentStatus.CONFIRMED,
) -> AssessmentFacts:
    return AssessmentFacts(
        stage=setting.stage,
        status=status,
        has_risk=has_risk,
        has_plan=has_risk,
        level=level,
        submitted_at=setting.facts.at - timedelta(days=10),
        answers=MappingProxyType({factor.key: _values(factor)[0] for factor in setting.factors}),
    )


def _warning(setting: _Setting, level: RiskLevel | None, *, received: bool = False) -> WarningFacts:
    at = setting.facts.at
    return WarningFacts(
        status=WarningStatus.ACKNOWLEDGED if received else WarningStatus.ISSUED,
        level=level,
        issued_at=at - timedelta(days=5),
        acknowledged_at=at - timedelta(days=4) if received else None,
    )


def _disposition(setting: _Setting) -> DispositionFacts:
    return DispositionFacts(measure="explanation", performed_on=setting.facts.day - timedelta(days=3), of_warning=True)


def _deadline(setting: _Setting, *, status: DeadlineStatus = DeadlineStatus.OPEN) -> DeadlineFacts:
    day = setting.facts.day
    return DeadlineFacts(
        kind=DeadlineKind.RESOLUTION,
        rule="ZHU-14",
        starts_on=day - timedelta(days=16),
        due_on=day - timedelta(days=1),
        status=status,
        passed=True,
        of_warning=True,
    )


def _supervision(setting: _Setting) -> SupervisionFacts:
    return SupervisionFacts(
        kind=SupervisionKind.SUPERVISION_NOTICE,
        status=SupervisionStatus.ISSUED,
        issued_at=setting.facts.at - timedelta(days=1),
        of_warning=True,
    )


def _factor_answers(factors: Sequence[Factor]) -> Iterator[dict[str, str]]:
    """Yield what is required; then each value of each factor besides; then the last value of every factor."""
    required = {factor.key: _values(factor)[0] for factor in factors if factor.required}
    yield required
    for factor in factors:
        yield from ({**required, factor.key: value} for value in _values(factor))
    yield {factor.key: _values(factor)[-1] for factor in factors}


def _values(factor: Factor) -> tuple[str, ...]:
    by_kind = {
        FactorKind.YES_NO: ("yes", "no"),
        FactorKind.CHOICE: tuple(option.value for option in factor.options),
        FactorKind.NUMBER: _NUMBER_ANSWERS,
        FactorKind.TEXT: ("说明",),
    }
    return by_kind[factor.kind] or ("",)
