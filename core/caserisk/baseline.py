"""The core's own regulation, for offices whose region has no plugin, and for what a region's plugin leaves out.

No text stands behind it: everything here is assumed, and says so. It answers every hook and holds nothing back: no
gate, no term, no plan that has to be made.
"""

from caserisk.plugin import (
    API_VERSION,
    Awaited,
    Citation,
    DepartmentFunction,
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
    text=Text(
        "预警的发布、等级变化、逾期、督办和解除通知承办部门",
        "The undertaking department is told of a warning, its level, its lateness, its supervision and its lifting",
    ),
    assumed=True,
)
BASE_08 = Reason(
    rule="BASE-08",
    text=Text(
        "待审批、待发布预警、待签发督办的,通知有权处理的人员",
        "Whoever has to review an assessment, issue a warning or issue a supervision is told that it waits",
    ),
    assumed=True,
)
BASE_09 = Reason(
    rule="BASE-09",
    text=Text(
        "分案通知承办人和部门负责人;评估的退回、撤回、确认和信访事项通知承办人",
        "Handler and head are told of an assignment; the handler of an assessment returned, withdrawn or confirmed, "
        "and of a petition",
    ),
    assumed=True,
)
BASE_10 = Reason(
    rule="BASE-10",
    text=Text(
        "信访事项、预警逾期和结案报告通知控申部门",
        "The complaints and appeals department is told of a petition, a warning overdue, and a closing report",
    ),
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


def _told(
    zh: str,
    en: str,
    reason: Reason,
    *,
    role: Role | None = None,
    function: DepartmentFunction | None = None,
    undertaking: bool = False,
    awaited: Awaited | None = None,
) -> NoticeRule:
    return NoticeRule(
        subject=Text(zh, en),
        reasons=(reason,),
        to_role=role,
        to_function=function,
        to_undertaking=undertaking,
        to_awaited=awaited,
    )


HUB = DepartmentFunction.COMPLAINTS

TO_REVIEW = _told("风险评估待您审批", "An assessment waits for your review", BASE_08, awaited=Awaited.REVIEWER)
TO_ISSUE = _told("预警待您发布", "A warning waits for you to issue it", BASE_08, awaited=Awaited.ISSUER)

NOTICES: dict[Occasion, tuple[NoticeRule, ...]] = {
    # What the case comes with goes on in other hands: a review, a warning that is due, one that runs.
    Occasion.CASE_ASSIGNED: (
        _told("案件已分配给您", "A case is assigned to you", BASE_09, role=Role.CASE_HANDLER),
        _told("案件已分配给本部门", "A case is assigned to your department", BASE_09, role=Role.DEPARTMENT_HEAD),
        TO_REVIEW,
        TO_ISSUE,
    ),
    Occasion.STAGE_ENTERED: (),  # by the handler, who enters it
    Occasion.PETITION_RECORDED: (
        _told("信访事项已记录", "A petition was recorded", BASE_09, role=Role.CASE_HANDLER),
        _told("信访事项已记录", "A petition was recorded", BASE_10, function=HUB),
    ),
    Occasion.CASE_CONCLUDED: (),  # a warning that goes on has notices of its own
    Occasion.ASSESSMENT_SUBMITTED: (TO_REVIEW,),
    Occasion.ASSESSMENT_REVIEWED: (TO_REVIEW,),
    Occasion.ASSESSMENT_RETURNED: (
        _told("风险评估已退回", "An assessment was returned", BASE_09, role=Role.CASE_HANDLER),
    ),
    Occasion.ASSESSMENT_WITHDRAWN: (
        _told("风险评估已撤回", "An assessment was withdrawn", BASE_09, role=Role.CASE_HANDLER),
        _told(
            "风险评估已撤回,无须审批",
            "An assessment was withdrawn and need not be reviewed",
            BASE_08,
            awaited=Awaited.REVIEWER,
        ),
    ),
    Occasion.ASSESSMENT_CONFIRMED: (
        _told("风险评估已确认", "An assessment was confirmed", BASE_09, role=Role.CASE_HANDLER),
        TO_ISSUE,
    ),
    Occasion.LEVEL_CHANGED: (_told("预警等级变化", "Level of a warning changed", BASE_07, undertaking=True),),
    Occasion.WARNING_ISSUED: (_told("预警通知", "Warning issued", BASE_07, undertaking=True),),
    Occasion.WARNING_RECEIVED: (),  # by the department, which was told to
    Occasion.WARNING_RESOLVED: (),  # what the hub waits for is the report
    Occasion.WARNING_FILED: (_told("结案报告已报送,请归档", "A closing report to archive", BASE_10, function=HUB),),
    Occasion.WARNING_ARCHIVED: (),
    Occasion.WARNING_LIFTED: (_told("预警已解除", "A warning was lifted", BASE_07, undertaking=True),),
    Occasion.DEADLINE_PASSED: (
        _told("预警期限已过", "A deadline of a warning has passed", BASE_07, undertaking=True),
        _told("预警期限已过", "A deadline of a warning has passed", BASE_10, function=HUB),
    ),
    Occasion.SUPERVISION_REQUIRED: (
        _told("督办待您签发", "A supervision waits for you to issue it", BASE_08, awaited=Awaited.SUPERVISOR),
    ),
    Occasion.SUPERVISION_ISSUED: (_told("督办通知", "Supervision issued", BASE_07, undertaking=True),),
    Occasion.SUPERVISION_REPLIED: (
        _told("督办已回复", "A supervision was replied to", BASE_08, awaited=Awaited.SUPERVISOR),
    ),
}
"""Every occasion, so that somebody is told in a region too that does not think of it."""

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
    notices=by("occasion", NOTICES),
    supervision=(),
)

PLUGIN = Plugin(api_version=API_VERSION, editions=(Edition(name="baseline", rules=RULES),))
