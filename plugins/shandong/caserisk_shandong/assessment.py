"""Assessing in Shandong: the factors analysed, three tiers, a plan where there is risk, and the gates."""

from caserisk.plugin import (
    Factor,
    FactorKind,
    Facts,
    Gate,
    GatedAct,
    PlanKind,
    PlanRule,
    PlanSectionRule,
    Reason,
    ReviewStep,
    Role,
    Text,
)
from caserisk_shandong.sources import A_17_TIERS, A_24, A_50, LKO_11, SD_07, SD_12_PLAN, SD_14, SD_15

# ------------------------------------------------------------------------------------------------ factors

FACTORS = (
    Factor(
        key="social-risk-factors",
        label=Text(
            "可能产生社会风险的各种因素(未发现的,注明未发现)",
            "Factors that may cause social risk (where there are none, that none were found)",
        ),
        kind=FactorKind.TEXT,
        required=True,
    ),
)
"""SD-05 「各相关业务部门认真分析可能产生社会风险的各种因素」"""

# ------------------------------------------------------------------------------------------------ chain


def _chain(*reasons: Reason) -> tuple[ReviewStep, ...]:
    return (
        ReviewStep(
            key="department",
            label=Text("业务部门评估", "Assessment by the business department"),
            role=Role.DEPARTMENT_HEAD,
            reasons=reasons,
        ),
        ReviewStep(
            key="leader",
            label=Text("分管领导评估", "Assessment by the leader in charge"),
            role=Role.LEADER_IN_CHARGE,
            decides_level=True,
            reasons=reasons,
        ),
    )


CHAIN = {True: _chain(SD_15, A_17_TIERS), False: _chain(SD_15, A_17_TIERS, A_24)}
"""The chain with risk and without; the handler who submits is the first tier."""

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
    (PlanKind.CONTINGENCY, True): PlanRule(sections=CONTINGENCY_SECTIONS, required=True, reasons=(SD_12_PLAN,)),
    (PlanKind.CONTINGENCY, False): PlanRule(sections=CONTINGENCY_SECTIONS, reasons=(SD_12_PLAN,)),
}
"""By kind, and by whether there is risk; of schemes after the warning the text says nothing."""

# ------------------------------------------------------------------------------------------------ gates

GATED = {
    "off": {
        GatedAct.DISPOSITION_DECISION: (SD_07,),
        GatedAct.COMPULSORY_MEASURE: (SD_07,),
        GatedAct.CONCLUSION: (SD_15, A_50),
    },
    "on": {
        GatedAct.DISPOSITION_DECISION: (SD_07,),
        GatedAct.COMPULSORY_MEASURE: (SD_07,),
        GatedAct.CONCLUSION: (SD_15, A_50),
        GatedAct.NEXT_STAGE: (SD_14,),
    },
}
"""By the option ``online_gate``."""


def gates(facts: Facts) -> tuple[Gate, ...]:
    """State the gates that the office keeps, open once an assessment is confirmed (SD-07, SD-15; SD-14 by option)."""
    gated = GATED[facts.options["online_gate"]]
    return tuple(Gate(act=act, open=facts.assessed, reasons=reasons) for act, reasons in gated.items())
