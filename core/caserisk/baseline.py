"""The core's own regulation, for offices whose region has no plugin, and for what a region's plugin leaves out.

No text stands behind it: everything here is assumed, and says so. It answers every hook and holds nothing back: no
gate, no term, no plan that has to be made.
"""

from caserisk.plugin import (
    API_VERSION,
    Citation,
    DerivedLevel,
    Edition,
    GatedAct,
    Issuing,
    Level,
    LevelScheme,
    Measure,
    NoticeRule,
    Occasion,
    PlanRule,
    PlanSectionRule,
    Plugin,
    Reason,
    Receipt,
    Responsibility,
    ReviewStep,
    Role,
    Rules,
    Severity,
    Stage,
    Text,
    by,
)

# ------------------------------------------------------------------------------------------------ reasons

BASE_01 = Reason(
    rule="BASE-01",
    text=Text("没有地区办法规定等级的,采用一般、较大、重大三级(A-21)", "Without a region's levels: three (A-21)"),
    assumed=True,
)
BASE_02 = Reason(
    rule="BASE-02",
    text=Text("没有办法规定如何由答案得出等级,等级由人评定", "Nothing derives a level from the answers; people set it"),
    assumed=True,
)
BASE_03 = Reason(
    rule="BASE-03",
    text=Text(
        "有风险的,经部门负责人审核、分管领导确定等级;无风险的,提交即确认(A-24)",
        "A risk is reviewed by the department's head and rated by its leader in charge; "
        "no risk is confirmed on submission (A-24)",
    ),
    assumed=True,
)
BASE_04 = Reason(
    rule="BASE-04",
    text=Text("预案、方案均可分四部分写明,不作要求", "A plan may have four sections; none is asked for"),
    citation=Citation(
        document="龙口市人民检察院",
        quote="详细列明案件当事人的基本情况及主要诉求、简要案情和拟作出的案件处理意见、可能引发风险的情况及原因、"
        "拟化解的方案及稳控息诉措施",
    ),
    assumed=True,
)
BASE_05 = Reason(
    rule="BASE-05",
    text=Text(
        "风险一经确认即自动发布预警,签收不影响处置;由部门负责人或分管领导解除(A-22)",
        "A confirmed risk is warned of at once and work goes on without a receipt; "
        "the department's head or its leader in charge lifts the warning (A-22)",
    ),
    assumed=True,
)
BASE_06 = Reason(
    rule="BASE-06",
    text=Text(
        "案件承办人和部门负责人负责处置", "The case handler and the department's head answer for the disposition"
    ),
    assumed=True,
)
BASE_07 = Reason(
    rule="BASE-07",
    text=Text("预警的发布和等级变化通知承办部门", "The undertaking department is told of a warning and of its level"),
    assumed=True,
)

# ------------------------------------------------------------------------------------------------ values

SCHEME = LevelScheme(
    key="baseline",
    name=Text("通用三级风险", "General three levels"),
    version="1",
    levels=(
        Level(code="general", label=Text("一般风险", "General risk"), severity=Severity.MODERATE),
        Level(code="considerable", label=Text("较大风险", "Considerable risk"), severity=Severity.HIGH),
        Level(code="major", label=Text("重大风险", "Major risk"), severity=Severity.CRITICAL),
    ),
    reasons=(BASE_01,),
)

STAGES = (
    Stage(key="acceptance", label=Text("受理", "Acceptance")),
    Stage(key="examination", label=Text("审查", "Examination")),
    Stage(key="decision", label=Text("处理决定", "Disposition decision"), acts=(GatedAct.DISPOSITION_DECISION,)),
    Stage(key="follow-up", label=Text("后续工作", "Follow-up")),
)
"""Assumed: no text lists the stages of case handling."""

MEASURES = (
    Measure(key="explanation", label=Text("释法说理", "Explanation of law and reasons")),
    Measure(key="counselling", label=Text("心理疏导", "Psychological counselling")),
    Measure(key="reconciliation", label=Text("刑事和解", "Criminal reconciliation")),
    Measure(key="mediation", label=Text("检调对接", "Referral to people's mediation")),
    Measure(key="victim-relief", label=Text("刑事被害人救助", "Relief for crime victims")),
    Measure(key="return-visit", label=Text("回访", "Return visit")),
    Measure(key="leader-charge", label=Text("领导包案", "A leader takes charge of the case")),
    Measure(key="joint-action", label=Text("联动调处", "Joint action")),
    Measure(key="emergency-response", label=Text("应急响应", "Emergency response")),
    Measure(key="other", label=Text("其他", "Other")),
)

CHAIN = {
    True: (
        ReviewStep(
            key="department",
            label=Text("部门负责人审核", "Review by the department's head"),
            role=Role.DEPARTMENT_HEAD,
            reasons=(BASE_03,),
        ),
        ReviewStep(
            key="leader",
            label=Text("分管领导审批", "Approval by the leader in charge"),
            role=Role.LEADER_IN_CHARGE,
            decides_level=True,
            reasons=(BASE_03,),
        ),
    ),
    False: (),
}
"""The chain with risk and without."""

PLAN = PlanRule(
    sections=(
        PlanSectionRule(
            key="demands",
            label=Text("当事人的基本情况及主要诉求", "The parties' situation and main demands"),
            reasons=(BASE_04,),
        ),
        PlanSectionRule(
            key="facts",
            label=Text("简要案情和拟作出的案件处理意见", "Brief facts and the proposed handling opinion"),
            reasons=(BASE_04,),
        ),
        PlanSectionRule(
            key="risks",
            label=Text("可能引发风险的情况及原因", "What may set off a risk, and why"),
            reasons=(BASE_04,),
        ),
        PlanSectionRule(
            key="measures",
            label=Text("拟化解的方案及稳控息诉措施", "Proposed resolution and measures towards settlement"),
            reasons=(BASE_04,),
        ),
    ),
    reasons=(BASE_04,),
)

ISSUING = Issuing(
    automatic=True,
    lifted_by=(Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE),
    receipt=Receipt.OPTIONAL,
    reasons=(BASE_05,),
)

RESPONSIBILITY = Responsibility(handles=(Role.CASE_HANDLER, Role.DEPARTMENT_HEAD), reasons=(BASE_06,))

NOTICES = {
    Occasion.WARNING_ISSUED: (
        NoticeRule(subject=Text("预警通知", "Warning issued"), to_undertaking=True, reasons=(BASE_07,)),
    ),
    Occasion.LEVEL_CHANGED: (
        NoticeRule(subject=Text("预警等级变化", "Level of a warning changed"), to_undertaking=True, reasons=(BASE_07,)),
    ),
}

# ------------------------------------------------------------------------------------------------ rules

RULES = Rules(
    level_scheme=SCHEME,
    stages=STAGES,
    factors=(),
    measures=MEASURES,
    derived_level=DerivedLevel(code=None, reasons=(BASE_02,)),
    plan=PLAN,
    review_steps=by("has_risk", CHAIN),
    gates=(),
    issuing=ISSUING,
    responsibility=RESPONSIBILITY,
    terms=(),
    closing_conditions=(),
    notices=by("occasion", NOTICES, otherwise=()),
    supervision=(),
)

PLUGIN = Plugin(api_version=API_VERSION, editions=(Edition(name="baseline", rules=RULES),))
