"""Warnings in Zhuzhou: who issues them, who answers for them, who is told, and what supervision follows."""

from dataclasses import replace

from caserisk.plugin import (
    Awaited,
    DepartmentFunction,
    Duty,
    Issuing,
    NoticeRule,
    Occasion,
    Receipt,
    Responsibility,
    RiskLevel,
    Role,
    SupervisionKind,
    SupervisionRule,
    Text,
)
from caserisk_zhuzhou.levels import RED
from caserisk_zhuzhou.sources import (
    A_03,
    A_22,
    A_27,
    A_31,
    ZHU_05,
    ZHU_06,
    ZHU_10,
    ZHU_11,
    ZHU_12,
    ZHU_12_HUB,
    ZHU_18,
    ZHU_19,
)


def red(level: RiskLevel | None) -> bool:
    """Tell whether a level is red: 「对红色预警的案件,由检察长或分管副检察长带队,组成特别督办组督办」"""
    return level is not None and level.colour is not None and level.colour.name == RED.name


ISSUING = Issuing(
    roles=(Role.LEADING_GROUP_OFFICE,),
    lifted_by=(Role.EXPERT_COMMITTEE,),
    receipt=Receipt.REQUIRED,
    reasons=(ZHU_10, A_03, A_22),
)

# ------------------------------------------------------------------------------------------------ responsibility

DUTIES = (
    Duty(
        key="leading-group",
        label=Text("任评估预警工作领导小组组长", "Heads the leading group"),
        roles=(Role.CHIEF_PROCURATOR,),
    ),
    Duty(
        key="committee-convener",
        label=Text("任评估专家委员会召集人", "Convenes the expert committee"),
        roles=(Role.DEPUTY_CHIEF_PROCURATOR,),
    ),
    Duty(
        key="committee-member",
        label=Text("任评估专家委员会成员", "Sits on the expert committee"),
        roles=(Role.DEPARTMENT_HEAD,),
    ),
    Duty(
        key="closing-report",
        label=Text("将结案报告移送控申部门", "Sends the closing report to the complaints and appeals department"),
        roles=(Role.DEPARTMENT_HEAD, Role.CASE_HANDLER),
    ),
    Duty(
        key="archive",
        label=Text("对结案报告建档备案", "Archives the closing report and keeps it on record"),
        roles=(Role.COMPLAINTS_OFFICER,),
    ),
)

RESPONSIBILITY_BELOW_RED = Responsibility(
    handles=(Role.DEPARTMENT_HEAD, Role.CASE_HANDLER),
    supervises=(Role.COMPLAINTS_OFFICER,),
    duties=DUTIES,
    reasons=(ZHU_11, ZHU_05, ZHU_06, ZHU_12, ZHU_12_HUB),
)

RESPONSIBILITY = {
    False: RESPONSIBILITY_BELOW_RED,
    True: replace(
        RESPONSIBILITY_BELOW_RED,
        leads=(Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR),
        reasons=(*RESPONSIBILITY_BELOW_RED.reasons, ZHU_19, A_27),
    ),
}
"""By whether the warning is `red`."""

# ------------------------------------------------------------------------------------------------ notices

NOTICES = {
    Occasion.ASSESSMENT_CONFIRMED: (
        NoticeRule(
            subject=Text("风险等级已评定:请发布预警", "The level is rated: please issue the warning"),
            to_awaited=Awaited.ISSUER,
            reasons=(ZHU_10,),
        ),
    ),
    Occasion.WARNING_ISSUED: (
        NoticeRule(
            subject=Text("预警通知:请签收", "Warning issued: please acknowledge"),
            to_undertaking=True,
            reasons=(ZHU_10, A_03),
        ),
    ),
    Occasion.WARNING_FILED: (
        NoticeRule(
            subject=Text("结案报告已移送:请建档备案", "The closing report has come: for the archive and the record"),
            to_function=DepartmentFunction.COMPLAINTS,
            reasons=(ZHU_12,),
        ),
    ),
    Occasion.SUPERVISION_REQUIRED: (
        NoticeRule(
            subject=Text(
                "督办待签发:未按时办结或红色预警", "Supervision to issue: not concluded in time, or a red warning"
            ),
            to_awaited=Awaited.SUPERVISOR,
            reasons=(ZHU_18, ZHU_19),
        ),
    ),
    Occasion.SUPERVISION_ISSUED: (
        NoticeRule(
            subject=Text("督办通知:请限期结案", "Supervision issued: to be concluded in time"),
            to_undertaking=True,
            reasons=(ZHU_18, ZHU_19),
        ),
    ),
}
"""Of the rest the core tells whom it concerns."""

# ------------------------------------------------------------------------------------------------ supervision

CHIEF_LETTER = SupervisionRule(
    kind=SupervisionKind.CHIEF_LETTER,
    reason=Text("未按时办结,责令限期结案", "Not concluded in time: to be concluded within a new limit"),
    reasons=(ZHU_18, A_31),
)
SPECIAL_GROUP = SupervisionRule(
    kind=SupervisionKind.SPECIAL_GROUP,
    reason=Text("红色预警,组成特别督办组督办", "Red warning: a special group supervises it"),
    reasons=(ZHU_19, A_27),
)

SUPERVISION = {
    (False, Occasion.DEADLINE_PASSED): (CHIEF_LETTER,),
    (True, Occasion.DEADLINE_PASSED): (CHIEF_LETTER,),
    (True, Occasion.WARNING_ISSUED): (SPECIAL_GROUP,),
    (True, Occasion.LEVEL_CHANGED): (SPECIAL_GROUP,),
}
"""By whether the warning is `red`, and by the occasion."""
