"""The regulation of Shandong: which sheet answers which hook."""

from collections.abc import Sequence

from caserisk.plugin import (
    Factor,
    Facts,
    Gate,
    Issuing,
    LevelScheme,
    NoticeRule,
    Occasion,
    PlanKind,
    PlanRule,
    Responsibility,
    ReviewStep,
    TermRule,
    hookimpl,
)
from caserisk_shandong import assessment, deadlines, levels, warning


@hookimpl
def caserisk_level_scheme() -> LevelScheme:
    """SD-15, with Longkou's colours (A-17)."""
    return levels.SCHEME


@hookimpl
def caserisk_factors() -> Sequence[Factor]:
    """SD-05."""
    return assessment.FACTORS


@hookimpl
def caserisk_plan(kind: PlanKind, has_risk: bool) -> PlanRule | None:
    """SD-12: a contingency plan where there is risk."""
    return assessment.PLANS.get((kind, has_risk))


@hookimpl
def caserisk_review_steps(has_risk: bool) -> Sequence[ReviewStep]:
    """SD-15, with Longkou's tiers (A-17)."""
    return assessment.CHAIN[has_risk]


@hookimpl
def caserisk_gates(facts: Facts) -> Sequence[Gate]:
    """SD-07, and SD-14 where the office chose it."""
    gated = assessment.GATED[facts.options["online_gate"]]
    return tuple(Gate(act=act, open=facts.assessed, reasons=reasons) for act, reasons in gated.items())


@hookimpl
def caserisk_issuing() -> Issuing:
    """SD-11."""
    return warning.ISSUING


@hookimpl
def caserisk_responsibility(facts: Facts) -> Responsibility:
    """SD-17 and SD-18; SD-12 once there is a petition."""
    return warning.PETITION_RESPONSIBILITY if warning.petitioned(facts) else warning.RESPONSIBILITY


@hookimpl
def caserisk_terms() -> Sequence[TermRule]:
    """None."""
    return deadlines.TERMS


@hookimpl
def caserisk_notices(occasion: Occasion) -> Sequence[NoticeRule] | None:
    """SD-11."""
    return warning.NOTICES.get(occasion)
