"""Inputs of commands, filled in with what the regulation asks for."""

from __future__ import annotations

from random import Random

from caserisk.commands.assessments import SubmitAssessment
from caserisk.commands.factor_answers import FactorAnswerDraft
from caserisk.commands.plans import PlanDraft, PlanSectionDraft
from caserisk.demo import sample_texts
from caserisk.domain.facts import Facts
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.rules import Factor, PlanRule
from caserisk.domain.vocabulary import FactorKind, PlanKind
from caserisk.regulation import hooks
from caserisk.regulation.layers import Regulation

MILD, MIDDLE, GRAVE = 0.0, 0.5, 1.0
"""Gravities of a risk from 0 to 1; each region's levels are spread over that range."""


def assessment_input(
    regulation: Regulation, facts: Facts, *, case: str, gravity: float | None, random: Random
) -> SubmitAssessment:
    """Return an assessment of a risk of that gravity, or (None) without risk."""
    has_risk = gravity is not None
    scheme = regulation.ask(hooks.caserisk_level_scheme, facts)
    level = _level(scheme, gravity)
    rule = regulation.ask(hooks.caserisk_plan, facts, PlanKind.CONTINGENCY, has_risk=has_risk, level=level)
    answers = {factor.key: _answer(factor, gravity) for factor in regulation.ask(hooks.caserisk_factors, facts)}
    derived = scheme and regulation.ask(hooks.caserisk_derived_level, facts, answers, scheme)
    departs = level and derived and derived.code not in (None, level.code)
    return SubmitAssessment(
        case=case,
        has_risk=has_risk,
        answers=tuple(FactorAnswerDraft(factor=key, value=value) for key, value in answers.items()),
        proposed_level=level.code if level else None,
        override_reason=sample_texts.OVERRIDE_REASON if departs else None,
        summary=random.choice(sample_texts.RISK_SUMMARIES if has_risk else sample_texts.SAFE_SUMMARIES),
        plan=plan_input(rule, has_risk=has_risk) if has_risk or rule.required else None,
    )


def plan_input(rule: PlanRule, *, has_risk: bool = True, assigned: tuple[str, ...] = ()) -> PlanDraft:
    """Return a plan with every section that the rule names."""
    sections = [
        PlanSectionDraft(
            key=section.key,
            text=sample_texts.SECTIONS.get(section.key, f"{section.label.zh}:已由承办部门研究确定。")
            if has_risk
            else sample_texts.NO_RISK_SECTION,
        )
        for section in rule.sections
    ]
    return PlanDraft(sections=tuple(sections), assigned=assigned)


def _level(scheme: LevelScheme | None, gravity: float | None) -> RiskLevel | None:
    if scheme is None or gravity is None:
        return None
    return scheme.ranked[round(gravity * (len(scheme.levels) - 1))]


def _answer(factor: Factor, gravity: float | None) -> str:
    if factor.kind is FactorKind.CHOICE:
        grave = round((gravity or 0) * (len(factor.options) - 1))
        return factor.options[0 if gravity is None else max(1, grave)].value
    without, with_risk = {
        FactorKind.TEXT: ("未发现", "当事人对处理结果期望较高,可能信访"),
        FactorKind.YES_NO: ("no", "yes"),
        FactorKind.NUMBER: ("0", "1"),
    }[factor.kind]
    return without if gravity is None else with_risk
