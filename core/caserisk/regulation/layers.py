"""The regulation of one office on one day: its layers, asked hook by hook, the nearest jurisdiction first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.refusals import PLUGIN_RAISED, PLUGIN_UNUSABLE, PLUGIN_WRONG_TYPE, Refused, plugin_fault
from caserisk.domain.rules import (
    ClosingCondition,
    DerivedLevel,
    Edition,
    Factor,
    Gate,
    Issuing,
    Measure,
    NoticeRule,
    Occasion,
    Option,
    PlanRule,
    Responsibility,
    ReviewStep,
    Stage,
    SupervisionRule,
    TermRule,
)
from caserisk.domain.terms import office_day
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import GatedAct, PlanKind
from caserisk.regulation.hook_results import check_derived, check_scheme, check_stages, check_terms, taken
from caserisk.regulation.hook_threads import OutOfTime, asking
from caserisk.regulation.registry import LoadedPlugin, Registry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One plugin, in one edition, as it answers for an office."""

    plugin: LoadedPlugin
    edition: Edition | None
    office: str

    def ask(
        self, hook: str, answer: type[T], arguments: Mapping[str, object], check: Callable[[T], None] | None = None
    ) -> T | None:
        """What this layer answers, of the type promised, and marked with where it came from.

        ``check`` raises ValueError where an answer of the right type still cannot be acted on.

        Raises:
            Refused: PLUGIN_FAULT, where it cannot be asked, raises, or answers with something else.
        """
        plugin = self.plugin
        if not plugin.usable or self.edition is None:
            raise self._fault(hook, PLUGIN_UNUSABLE)
        if hook not in plugin.hooks:
            return None
        try:
            with asking(plugin, hook, self.office):
                answers = getattr(plugin.callers[self.edition.name].hook, hook)(**arguments)
        except OutOfTime:
            raise
        except BaseException as error:  # a stranger's hook may raise anything, and may call sys.exit()
            plugin.note(f"{hook} for {self.office} raised {type(error).__name__}: {error}")
            raise self._fault(hook, PLUGIN_RAISED) from error
        try:
            return self._taken(answers[0], answer, check) if answers else None
        except Exception as error:  # an answer may be any object
            plugin.note(f"{hook} for {self.office} answered with something else: {error}")
            raise self._fault(hook, PLUGIN_WRONG_TYPE) from error

    def _fault(self, hook: str, error: Text) -> Refused:
        return plugin_fault(plugin=self.plugin.name, hook=hook, office=self.office, error=error)

    def _taken(self, answered: object, answer: type[T], check: Callable[[T], None] | None) -> T:
        value = taken(answered, answer, {"plugin": self.plugin.name, "plugin_version": self.plugin.version})
        if check:
            check(value)
        return value


class Regulation:
    """What is asked of an office's regulation when something is decided; each method is a hook, its layers combined."""

    def __init__(self, registry: Registry, office: str, at: datetime, chosen: Mapping[str, str]) -> None:
        """Take the editions in force on the day of ``at``; ``chosen`` are the options the office has set.

        Raises:
            Refused: NO_REGULATION.
        """
        self.office, self.at = office, at
        self.layers = tuple(
            Layer(plugin=plugin, edition=edition, office=office)
            for plugin, edition in registry.layers(office, office_day(at))
        )
        self._chosen = chosen

    @property
    def edition(self) -> str:
        """The edition in force of the nearest layer."""
        nearest = self.layers[0].edition
        return nearest.name if nearest else ""

    @property
    def options(self) -> dict[str, tuple[Option, Layer]]:
        """The choices its layers leave, by key; the nearest that offers one tells what it is."""
        offered: dict[str, tuple[Option, Layer]] = {}
        for layer in self.layers:
            for option in layer.plugin.declared.options if layer.plugin.declared else ():
                offered.setdefault(option.key, (option, layer))
        return offered

    @property
    def values(self) -> Mapping[str, str]:
        """What holds for each option: the office's choice, or the default. No hook can change it for another."""
        return MappingProxyType(
            {
                key: self._chosen[key] if self._chosen.get(key) in option.choices else option.default
                for key, (option, _) in self.options.items()
            }
        )

    def facts(self) -> Facts:
        """The facts about the office alone."""
        return Facts(at=self.at, office=self.office, options=self.values)

    # -------------------------------------------------------------------------------------------- the hooks

    def scheme(self, facts: Facts) -> LevelScheme | None:
        """The levels, or None where there is risk or no risk, without levels."""
        scheme = self._first("caserisk_level_scheme", LevelScheme, facts, check_scheme)
        return scheme if scheme and scheme.levels else None

    def stages(self, facts: Facts) -> tuple[Stage, ...]:
        """The stages of case handling, in order."""
        return self._first("caserisk_stages", tuple[Stage, ...], facts, check_stages) or ()

    def factors(self, facts: Facts) -> tuple[Factor, ...]:
        """The questions of an assessment."""
        return self._first("caserisk_factors", tuple[Factor, ...], facts) or ()

    def measures(self, facts: Facts) -> tuple[Measure, ...]:
        """The kinds of disposition, the core's own first."""
        merged: dict[str, Measure] = {}
        for measures in reversed(self._together("caserisk_measures", tuple[Measure, ...], facts)):
            merged.update({measure.key: measure for measure in measures})
        return tuple(merged.values())

    def derived_level(self, facts: Facts, answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel | None:
        """The level that follows from the answers, if the regulation derives one."""
        hook, check, answers = (
            "caserisk_derived_level",
            partial(check_derived, scheme=scheme),
            MappingProxyType(answers),
        )
        return self._first(hook, DerivedLevel, facts, check, answers=answers, scheme=scheme)

    def plan(self, facts: Facts, kind: PlanKind, *, has_risk: bool, level: RiskLevel | None) -> PlanRule:
        """What a plan of a kind holds, and whether there has to be one."""
        rule = self._first("caserisk_plan", PlanRule, facts, kind=kind, has_risk=has_risk, level=level)
        return rule or PlanRule(sections=())

    def review_steps(self, facts: Facts, *, has_risk: bool, level: RiskLevel | None) -> tuple[ReviewStep, ...]:
        """The chain of review."""
        hook, answer = "caserisk_review_steps", tuple[ReviewStep, ...]
        return self._first(hook, answer, facts, check_terms, has_risk=has_risk, level=level) or ()

    def gates(self, facts: Facts) -> tuple[Gate, ...]:
        """Every act that is gated somewhere in the layers, open where every layer lets it be."""
        kept = [gate for gates in self._together("caserisk_gates", tuple[Gate, ...], facts) for gate in gates]
        return tuple(_combined(act, kept) for act in GatedAct)

    def issuing(self, facts: Facts, level: RiskLevel | None) -> Issuing:
        """Who issues and lifts a warning, and what its receipt means."""
        return self._first("caserisk_issuing", Issuing, facts, level=level) or Issuing(reasons=())

    def responsibility(self, facts: Facts, level: RiskLevel | None) -> Responsibility:
        """Who answers for a warning."""
        return self._first("caserisk_responsibility", Responsibility, facts, level=level) or Responsibility(reasons=())

    def terms(self, facts: Facts, level: RiskLevel | None) -> tuple[TermRule, ...]:
        """The terms that run for a warning."""
        return self._first("caserisk_terms", tuple[TermRule, ...], facts, check_terms, level=level) or ()

    def closing_conditions(self, facts: Facts, level: RiskLevel | None) -> tuple[ClosingCondition, ...]:
        """What is attested when a warning is resolved."""
        return self._first("caserisk_closing_conditions", tuple[ClosingCondition, ...], facts, level=level) or ()

    def notices(self, facts: Facts, occasion: Occasion, level: RiskLevel | None) -> tuple[NoticeRule, ...]:
        """Whom to tell, the nearest layer's first."""
        told = self._together("caserisk_notices", tuple[NoticeRule, ...], facts, occasion=occasion, level=level)
        return tuple(rule for rules in told for rule in rules)

    def supervision(self, facts: Facts, occasion: Occasion, level: RiskLevel | None) -> tuple[SupervisionRule, ...]:
        """Which supervision follows."""
        hook = "caserisk_supervision"
        return self._first(hook, tuple[SupervisionRule, ...], facts, occasion=occasion, level=level) or ()

    # -------------------------------------------------------------------------------------------- how layers combine

    def _first(
        self, hook: str, answer: type[T], facts: Facts, check: Callable[[T], None] | None = None, **more: object
    ) -> T | None:
        for layer in self.layers:
            answered = layer.ask(hook, answer, {"facts": facts, **more}, check)
            if answered is not None:
                return answered
        return None

    def _together(self, hook: str, answer: type[T], facts: Facts, **more: object) -> list[T]:
        answered = (layer.ask(hook, answer, {"facts": facts, **more}) for layer in self.layers)
        return [item for item in answered if item is not None]


def _combined(act: GatedAct, gates: list[Gate]) -> Gate:
    of_act = [gate for gate in gates if gate.act is act]
    closed = [gate for gate in of_act if not gate.open]
    reasons = tuple(reason for gate in closed or of_act for reason in gate.reasons)
    return Gate(act=act, open=not closed, reasons=reasons)
