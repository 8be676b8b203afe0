"""Assessing in Zhuzhou: the degrees of reaction, the chain to the expert committee, plans, and the gate.

The chain without risk is empty, which is assumed (A-24): the text has only risks rated.
"""

from collections.abc import Mapping

from caserisk.plugin import (
    Committee,
    DepartmentFunction,
    DerivedLevel,
    Factor,
    FactorKind,
    FactorOption,
    Facts,
    Gate,
    GatedAct,
    LevelOverride,
    LevelScheme,
    PlanKind,
    PlanRule,
    PlanSectionRule,
    Post,
    ReviewStep,
    Role,
    Text,
)
from caserisk_zhuzhou.levels import SCHEME_KEYS
from caserisk_zhuzhou.sources import (
    A_24,
    A_50,
    LKO_11,
    ZHU_03,
    ZHU_06,
    ZHU_07,
    ZHU_07_DEGREES,
    ZHU_08,
    ZHU_08_OVERRIDE,
    ZHU_09,
    ZHU_11,
    ZHU_13,
)

# ------------------------------------------------------------------------------------------------ factors

DEGREES = (
    FactorOption(value="none", label=Text("无反应", "No reaction")),
    FactorOption(value="slight", label=Text("轻微", "Slight")),
    FactorOption(value="marked", label=Text("明显", "Marked")),
    FactorOption(value="strong", label=Text("强烈", "Strong")),
    FactorOption(value="extreme", label=Text("极端", "Extreme")),
)
"""Assumed, mildest first: the place of a degree is the rank it stands for, 0 for no risk."""

FACTORS = (
    Factor(
        key="party-reaction",
        label=Text("当事人及其亲属的反应程度", "Degree of reaction of the parties and their relatives"),
        kind=FactorKind.CHOICE,
        options=DEGREES,
    ),
    Factor(
        key="public-opinion",
        label=Text("社会舆论的反应程度", "Degree of reaction of public opinion"),
        kind=FactorKind.CHOICE,
        options=DEGREES,
    ),
    Factor(
        key="online-opinion",
        label=Text("网络舆情的反应程度", "Degree of reaction of on-line opinion"),
        kind=FactorKind.CHOICE,
        options=DEGREES,
    ),
)

RANKS = {degree.value: rank for rank, degree in enumerate(DEGREES)}


def derived_level(answers: Mapping[str, str], scheme: LevelScheme) -> DerivedLevel | None:
    """Derive the preliminary level (ZHU-08), unless another jurisdiction refined the scheme.

    「根据案件当事人及其亲属、社会舆论和网络舆情的反应程度等情况,将风险评估的等级划分为四级」
    """
    if scheme.key not in SCHEME_KEYS:
        return None
    rank = max(RANKS[answers.get(factor.key, "none")] for factor in FACTORS)
    code = scheme.levels[rank - 1].code if rank else None
    reasons = (ZHU_08, ZHU_08_OVERRIDE, ZHU_07, ZHU_07_DEGREES)
    return DerivedLevel(code=code, reasons=reasons, override=LevelOverride.WITH_REASON)


# ------------------------------------------------------------------------------------------------ chain

COMMITTEE = Committee(
    convener=Post(role=Role.DEPUTY_CHIEF_PROCURATOR, function=DepartmentFunction.COMPLAINTS),
    members=(Post(role=Role.DEPARTMENT_HEAD, function=DepartmentFunction.BUSINESS),),
)
"""ZHU-06 「由分管控申工作的副检察长担任召集人、主要业务部门负责人为成员的评估专家委员会」"""

CHAIN = {
    True: (
        ReviewStep(
            key="department",
            label=Text("部门讨论研究", "Discussion in the department"),
            role=Role.DEPARTMENT_HEAD,
            reasons=(ZHU_09,),
        ),
        ReviewStep(
            key="leader",
            label=Text("分管领导审核签字", "Review and signature of the leader in charge"),
            role=Role.LEADER_IN_CHARGE,
            reasons=(ZHU_09,),
        ),
        ReviewStep(
            key="committee",
            label=Text("评估专家委员会评定风险等级", "Rating by the expert committee"),
            role=Role.EXPERT_COMMITTEE,
            committee=COMMITTEE,
            decides_level=True,
            reasons=(ZHU_09, ZHU_06),
        ),
    ),
    False: (),
}
"""The chain with risk and without."""

# ------------------------------------------------------------------------------------------------ plans

CONTINGENCY_SECTIONS = (
    PlanSectionRule(
        key="demands",
        label=Text("当事人的基本情况及主要诉求", "The parties' situation and main demands"),
        reasons=(LKO_11,),
    ),
    PlanSectionRule(
        key="facts",
        label=Text("简要案情和拟作出的案件处理意见", "Brief facts and the proposed handling opinion"),
        reasons=(LKO_11,),
    ),
    PlanSectionRule(
        key="risks",
        label=Text("可能引发风险的情况及原因", "What may set off a risk, and why"),
        reasons=(LKO_11,),
    ),
    PlanSectionRule(
        key="measures",
        label=Text("拟化解的方案及稳控息诉措施", "Proposed resolution and measures towards settlement"),
        reasons=(LKO_11,),
    ),
)

SCHEME_SECTIONS = (
    PlanSectionRule(key="persons", label=Text("定人员", "Persons fixed"), required=True, reasons=(ZHU_13,)),
    PlanSectionRule(key="duties", label=Text("定责任", "Duties fixed"), required=True, reasons=(ZHU_13,)),
    PlanSectionRule(key="time-limit", label=Text("定时限", "Time limit fixed"), required=True, reasons=(ZHU_13,)),
    PlanSectionRule(key="conclusion", label=Text("包结案", "Conclusion guaranteed"), required=True, reasons=(ZHU_13,)),
    PlanSectionRule(key="settlement", label=Text("包息诉", "Settlement guaranteed"), required=True, reasons=(ZHU_13,)),
    PlanSectionRule(key="stability", label=Text("包稳控", "Stability guaranteed"), required=True, reasons=(ZHU_13,)),
)

SCHEME = PlanRule(sections=SCHEME_SECTIONS, required=True, reasons=(ZHU_11, ZHU_13))

PLANS = {
    (PlanKind.CONTINGENCY, True): PlanRule(sections=CONTINGENCY_SECTIONS, required=True, reasons=(ZHU_03,)),
    (PlanKind.CONTINGENCY, False): PlanRule(sections=CONTINGENCY_SECTIONS, reasons=(ZHU_03, A_24)),
    (PlanKind.SCHEME, True): SCHEME,
    (PlanKind.SCHEME, False): SCHEME,
}
"""By kind, and by whether there is risk."""

# ------------------------------------------------------------------------------------------------ gate


def self_assessed(facts: Facts) -> bool:
    """Tell whether the department assessed the case itself, with a plan where it found a risk.

    「要求案件承办部门拟作出处理决定时,必须对案件办理当中存在的风险进行自评,制定工作预案」
    """
    latest = facts.latest
    return latest is not None and (latest.has_plan or not latest.has_risk)


def gates(facts: Facts) -> tuple[Gate, ...]:
    """State the gates: of the decision, open once `self_assessed`, and of the conclusion, open once confirmed."""
    return (
        Gate(act=GatedAct.DISPOSITION_DECISION, open=self_assessed(facts), reasons=(ZHU_03, A_24)),
        Gate(act=GatedAct.CONCLUSION, open=facts.assessed, reasons=(ZHU_03, A_50)),
    )
