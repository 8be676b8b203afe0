"""Assessing in Huizhou: every case has a plan and passes the whole chain, with risk or without; then the next stage."""

from caserisk.plugin import Facts, Gate, GatedAct, PlanKind, PlanRule, PlanSectionRule, Reason, ReviewStep, Role, Text
from caserisk_huizhou.sources import A_11, A_12, A_24, A_50, HUI_01, HUI_02, HUI_03, HUI_04, LKO_11

# ------------------------------------------------------------------------------------------------ chain


def _chain(*reasons: Reason) -> tuple[ReviewStep, ...]:
    return (
        ReviewStep(
            key="department",
            label=Text("部门负责人审批", "Approval by the department's head"),
            role=Role.DEPARTMENT_HEAD,
            reasons=reasons,
        ),
        ReviewStep(
            key="leader",
            label=Text("分管检察长审批", "Approval by the deputy chief procurator in charge"),
            role=Role.LEADER_IN_CHARGE,
            reasons=reasons,
        ),
        ReviewStep(
            key="chief",
            label=Text("检察长审批", "Approval by the chief procurator"),
            role=Role.CHIEF_PROCURATOR,
            decides_level=True,
            reasons=reasons,
        ),
    )


CHAIN = {True: _chain(HUI_03, A_11), False: _chain(HUI_03, A_11, A_24)}
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

PLANS = {
    (PlanKind.CONTINGENCY, True): PlanRule(sections=CONTINGENCY_SECTIONS, required=True, reasons=(HUI_02,)),
    (PlanKind.CONTINGENCY, False): PlanRule(sections=CONTINGENCY_SECTIONS, required=True, reasons=(HUI_02, A_24)),
}
"""By kind, and by whether there is risk; of schemes after the warning the text says nothing."""

# ------------------------------------------------------------------------------------------------ gate


def confirmed(facts: Facts) -> bool:
    """Tell whether an assessment is complete once approved: 「如不完成“风险评估”环节,将无法进入下一办案流程」"""
    return facts.assessed


def submitted(facts: Facts) -> bool:
    """Tell whether an assessment is complete once submitted, unless it was returned (A-12)."""
    return facts.latest is not None


COMPLETE = {"confirmed": confirmed, "submitted": submitted}
"""By the option ``gate``."""


def gates(facts: Facts) -> tuple[Gate, ...]:
    """State the gates: the next stage in the office's reading of A-12 (HUI-04), the conclusion once confirmed."""
    complete = COMPLETE[facts.options["gate"]](facts)
    return (
        Gate(act=GatedAct.NEXT_STAGE, open=complete, reasons=(HUI_04, A_12)),
        Gate(act=GatedAct.CONCLUSION, open=confirmed(facts), reasons=(HUI_01, A_50)),
    )
