"""The regulation of Zhuzhou: which sheet answers which hook."""

from collections.abc import Mapping, Sequence

from caserisk.plugin import (
    DerivedLevel,
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
    RiskLevel,
    SupervisionRule,
    TermRule,
    hookimpl,
)
from caserisk_zhuzhou import assessment, deadlines, levels, warning


@hookimpl
def caserisk_level_scheme(facts: Facts) -> LevelScheme:
    """ZHU-07, in the office's reading of A-01."""
    return levels.SCHEMES[facts.options["numbering"]]


@hookimpl
def caserisk_factors() -> Sequence[Factor]:
    """ZHU-07: the degrees of reaction."""
    return assessment.FACTORS


@hookimpl
def caserisk_derived_level(answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel | None:
    """ZHU-08: a preliminary level; not in a scheme that another jurisdiction refined."""
    return assessment.derived_level(answers, scheme) if scheme.key in levels.KEYS else None


@hookimpl
def caserisk_plan(kind: PlanKind, has_risk: bool) -> PlanRule:
    """ZHU-03 beforehand, ZHU-11 and ZHU-13 after the warning."""
    return assessment.PLANS[kind, has_risk]


@hookimpl
def caserisk_review_steps(has_risk: bool) -> Sequence[ReviewStep]:
    """ZHU-06 and ZHU-09."""
    return assessment.CHAIN[has_risk]


@hookimpl
def caserisk_gates(facts: Facts) -> Sequence[Gate]:
    """ZHU-03."""
    is_open = assessment.self_assessed(facts)
    return tuple(Gate(act=act, open=is_open, reasons=reasons) for act, reasons in assessment.GATED.items())


@hookimpl
def caserisk_issuing() -> Issuing:
    """ZHU-10."""
    return warning.ISSUING


@hookimpl
def caserisk_responsibility(level: RiskLevel | None) -> Responsibility:
    """ZHU-05, ZHU-06, ZHU-11 and ZHU-12; where the warning is red, ZHU-19 too."""
    return warning.RED_RESPONSIBILITY if warning.red(level) else warning.RESPONSIBILITY


@hookimpl
def caserisk_terms(facts: Facts, level: RiskLevel | None) -> Sequence[TermRule]:
    """ZHU-14."""
    return deadlines.resolution(level, rolls=deadlines.ROLLS[facts.options["roll"]])


@hookimpl
def caserisk_notices(occasion: Occasion) -> Sequence[NoticeRule] | None:
    """ZHU-10."""
    return warning.NOTICES.get(occasion)


@hookimpl
def caserisk_supervision(occasion: Occasion, level: RiskLevel | None) -> Sequence[SupervisionRule]:
    """ZHU-18, and where the warning is red ZHU-19."""
    required = warning.RED_SUPERVISION if warning.red(level) else warning.SUPERVISION
    return required.get(occasion, ())
