"""The regulation of the made-up city: which sheet answers which hook. What is not here is Shandong's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from caserisk.plugin import (
    ClosingCondition,
    Facts,
    Gate,
    LevelScheme,
    Measure,
    Reason,
    ReviewStep,
    RiskLevel,
    TermRule,
    hookimpl,
)
from caserisk_yangli import assessment, deadlines, levels, warning


@dataclass(frozen=True)
class Rules:
    """The rules of an edition; editions differ in the terms of YLI-07."""

    resolve_within: Mapping[str, str]
    reasons: tuple[Reason, ...]

    @hookimpl
    def caserisk_level_scheme(self) -> LevelScheme:
        """YLI-03."""
        return levels.SCHEME

    @hookimpl
    def caserisk_measures(self) -> Sequence[Measure]:
        """YLI-11, beside the core's own."""
        return warning.MEASURES

    @hookimpl
    def caserisk_review_steps(self, facts: Facts) -> Sequence[ReviewStep]:
        """YLI-05, with risk and without."""
        return assessment.chain(assessment.REVIEW_WITHIN[facts.options["review_within"]])

    @hookimpl
    def caserisk_gates(self, facts: Facts) -> Sequence[Gate]:
        """YLI-10, beside Shandong's own."""
        return assessment.gates(facts)

    @hookimpl
    def caserisk_terms(self, level: RiskLevel | None) -> Sequence[TermRule]:
        """YLI-07 and YLI-08."""
        return deadlines.terms(level, within=self.resolve_within, reasons=self.reasons)

    @hookimpl
    def caserisk_closing_conditions(self) -> Sequence[ClosingCondition]:
        """YLI-09."""
        return warning.CLOSING_CONDITIONS


RULES_2012 = Rules(deadlines.FROM_2012, deadlines.REASONS_2012)
RULES_2026 = Rules(deadlines.FROM_2026, deadlines.REASONS_2026)
