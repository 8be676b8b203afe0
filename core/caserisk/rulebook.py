"""Describe what an office's regulation says on a day, for people who ask rather than decide.

Answers are plain values, as documents are stored, so that the API shows both alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.refusals import Refused, not_found
from caserisk.domain.rules import ClosingCondition, Issuing, PlanSectionRule, ReviewStep
from caserisk.domain.terms import start_of_day
from caserisk.domain.vocabulary import PlanKind
from caserisk.plugin_record import removed_plugins
from caserisk.regulation import hooks
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.layers import Layer, Regulation
from caserisk.regulation.registry import LoadedPlugin, Registry
from caserisk.store.store import Store

Plain = dict[str, Any]
"""A value as builtins: its keys are the attributes of the domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """Asks the regulations of one registry, with the options that offices chose."""

    registry: Registry
    store: Store

    async def plugins(self) -> list[Plain]:
        """Return the installed plugins and those that are gone, with what is wrong with each."""
        return [
            plugin_facts(plugin)
            for plugin in (*self.registry.plugins, *await removed_plugins(self.registry, self.store))
        ]

    async def describe(self, office: str, day: date) -> Plain | None:
        """Return the rules in force for the office of a division code on a day; None where there are none.

        Raises:
            Refused: PLUGIN_FAULT.
        """
        try:
            regulation = await self._regulation(office, day)
        except Refused:  # NO_REGULATION
            return None
        return await run_decision(lambda: _describe(regulation))

    async def review_steps(self, office: str, day: date, level: str | None, has_risk: bool) -> list[Plain]:
        """Return the chain that an assessment of a level would pass.

        Raises:
            Refused: NOT_FOUND, where the scheme has no such level; NO_REGULATION; PLUGIN_FAULT.
        """

        def ask(regulation: Regulation, facts: Facts, named: RiskLevel | None) -> tuple[ReviewStep, ...]:
            return regulation.ask(hooks.caserisk_review_steps, facts, has_risk=has_risk, level=named)

        steps: list[Plain] = await self._ask_at(office, day, level, ask)
        return steps

    async def plan_sections(self, office: str, day: date, kind: PlanKind, level: str | None) -> list[Plain]:
        """Return the sections of a plan of a kind, for a risk of a level.

        Raises:
            Refused: NOT_FOUND, where the scheme has no such level; NO_REGULATION; PLUGIN_FAULT.
        """

        def ask(regulation: Regulation, facts: Facts, named: RiskLevel | None) -> tuple[PlanSectionRule, ...]:
            return regulation.ask(hooks.caserisk_plan, facts, kind, has_risk=True, level=named).sections

        sections: list[Plain] = await self._ask_at(office, day, level, ask)
        return sections

    async def closing_conditions(self, office: str, day: date, level: str | None) -> list[Plain]:
        """Return what has to be attested when a warning of a level is resolved.

        Raises:
            Refused: NOT_FOUND, where the scheme has no such level; NO_REGULATION; PLUGIN_FAULT.
        """

        def ask(regulation: Regulation, facts: Facts, named: RiskLevel | None) -> tuple[ClosingCondition, ...]:
            return regulation.ask(hooks.caserisk_closing_conditions, facts, named)

        conditions: list[Plain] = await self._ask_at(office, day, level, ask)
        return conditions

    async def issuing(self, office: str, day: date, level: str | None) -> Plain:
        """Return whether there is a warning at a level, and who issues and lifts it.

        Raises:
            Refused: NOT_FOUND, where the scheme has no such level; NO_REGULATION; PLUGIN_FAULT.
        """

        def ask(regulation: Regulation, facts: Facts, named: RiskLevel | None) -> Issuing:
            return regulation.ask(hooks.caserisk_issuing, facts, named)

        issuing: Plain = await self._ask_at(office, day, level, ask)
        return issuing

    async def _ask_at(
        self,
        office: str,
        day: date,
        level: str | None,
        question: Callable[[Regulation, Facts, RiskLevel | None], object],
    ) -> Any:
        """Return the answer to a question at the level of a code, None for none, as a plain value."""
        regulation = await self._regulation(office, day)
        facts = regulation.facts()

        def ask() -> Any:
            return _plain(question(regulation, facts, _find_level(regulation, facts, level)))

        return await run_decision(ask)

    async def _regulation(self, office: str, day: date) -> Regulation:
        """Return the regulation as it holds at the end of a day."""
        # An edition that comes into force on a day holds at the end of it.
        at = _end_of(day)
        options, bound = await self.store.options(office), await self.store.bound_plugins(office)
        return Regulation(self.registry, office, at, options, bound=bound)


def plugin_facts(plugin: LoadedPlugin) -> Plain:
    """Return what people are shown of a plugin."""
    return {
        "name": plugin.name,
        "version": plugin.version,
        "jurisdictions": list(plugin.jurisdictions),
        "hooks": list(plugin.hooks),
        "status": plugin.status.value,
        "problem": plugin.problem,
    }


def _describe(regulation: Regulation) -> Plain:
    """Ask the regulation everything, off the event loop."""
    facts = regulation.facts()
    scheme = regulation.ask(hooks.caserisk_level_scheme, facts)
    # Where a region has no levels, one row without a level says what holds.
    levels: tuple[RiskLevel | None, ...] = scheme.ranked if scheme else (None,)
    return {
        "layers": [plugin_facts(layer.plugin) for layer in regulation.layers],
        "edition": regulation.edition,
        "options": _options(regulation),
        "scheme": _scheme(scheme),
        "stages": _plain(regulation.ask(hooks.caserisk_stages, facts)),
        "factors": _plain(regulation.ask(hooks.caserisk_factors, facts)),
        "measures": _plain(regulation.ask(hooks.caserisk_measures, facts)),
        "responsibilities": [
            {
                "level": _plain_level(level, scheme),
                "responsibility": _plain(regulation.ask(hooks.caserisk_responsibility, facts, level)),
            }
            for level in levels
        ],
        "terms": [
            {"level": _plain_level(level, scheme), "deadline": rule.kind.value, **_plain(rule)}
            for level in levels
            for rule in regulation.ask(hooks.caserisk_terms, facts, level)
        ],
        "cites": [_plain(cite) for layer in regulation.layers for cite in _cites(layer)],
    }


def _options(regulation: Regulation) -> list[Plain]:
    """Return the options, each with the value that holds and the layer that offers it."""
    values = regulation.option_values
    options = []
    for key, (option, layer) in regulation.options.items():
        plain = _plain(option)
        for reason in plain["reasons"]:
            reason.update(plugin=layer.plugin.name, plugin_version=layer.plugin.version)
        options.append({**plain, "value": values[key]})
    return options


def _scheme(scheme: LevelScheme | None) -> Plain | None:
    """Return a scheme with its levels, each of which holds the scheme again: selections may go round."""
    if scheme is None:
        return None
    plain: Plain = {**_plain(scheme), "id": scheme.id, "levels": []}
    plain["levels"] = [{**_plain(level), "scheme": plain} for level in scheme.ranked]
    return plain


def _plain_level(level: RiskLevel | None, scheme: LevelScheme | None) -> Plain | None:
    return {**_plain(level), "scheme": _scheme(scheme)} if level else None


def _cites(layer: Layer) -> tuple[object, ...]:
    return layer.edition.cites if layer.edition else ()


def _find_level(regulation: Regulation, facts: Facts, code: str | None) -> RiskLevel | None:
    """Return the level of a code; None for none.

    Raises:
        Refused: NOT_FOUND.
    """
    if code is None:
        return None
    scheme = regulation.ask(hooks.caserisk_level_scheme, facts)
    level = scheme.level(code) if scheme else None
    if level is None:
        raise not_found("本院等级", "level of this office", code, "level")
    return level


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value)


def _end_of(day: date) -> datetime:
    return start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)
