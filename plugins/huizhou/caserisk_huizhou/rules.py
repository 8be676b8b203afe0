"""The regulation of Huizhou: which sheet answers which hook."""

from collections.abc import Sequence

from caserisk.plugin import (
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
    RiskLevel,
    hookimpl,
)
from caserisk_huizhou import assessment, levels, warning


@hookimpl
def caserisk_level_scheme() -> LevelScheme:
    """HUI-08 and A-10."""
    return levels.SCHEME


@hookimpl
def caserisk_plan(kind: PlanKind, has_risk: bool) -> PlanRule | None:
    """HUI-02: a contingency plan, always."""
    return assessment.PLANS.get((kind, has_risk))


@hookimpl
def caserisk_review_steps(has_risk: bool) -> Sequence[ReviewStep]:
    """HUI-03."""
    return assessment.CHAIN[has_risk]


@hookimpl
def caserisk_gates(facts: Facts) -> Sequence[Gate]:
    """HUI-04, in the office's reading of A-12."""
    is_open = assessment.COMPLETE[facts.options["gate"]](facts)
    return tuple(Gate(act=act, open=is_open, reasons=reasons) for act, reasons in assessment.GATED.items())


@hookimpl
def caserisk_issuing(level: RiskLevel | None) -> Issuing:
    """HUI-08 for levels 1 and 2, else HUI-05."""
    return warning.AUTOMATIC_ISSUING if levels.automatic(level) else warning.ISSUING


@hookimpl
def caserisk_responsibility() -> Responsibility:
    """HUI-05."""
    return warning.RESPONSIBILITY


@hookimpl
def caserisk_notices(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> Sequence[NoticeRule] | None:
    """HUI-06 for every assessment, HUI-08 for warnings of levels 1 and 2."""
    if occasion in warning.WARNED_ON and levels.automatic(level):
        return warning.warned(facts.options["also_warn"])
    return warning.NOTICES.get(occasion)
