"""Warnings in Shandong: who issues them, who answers for them, and who is told."""

from dataclasses import replace

from caserisk.plugin import (
    DepartmentFunction,
    Duty,
    Facts,
    Issuing,
    NoticeRule,
    Occasion,
    Receipt,
    Responsibility,
    Role,
    Text,
)
from caserisk_shandong.sources import A_03, A_22, SD_08, SD_11, SD_12, SD_17, SD_18

ISSUING = Issuing(
    roles=(Role.DEPARTMENT_HEAD,),
    lifted_by=(Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE),
    receipt=Receipt.AUTOMATIC,
    reasons=(SD_11, A_03, A_22),
)

# ------------------------------------------------------------------------------------------------ responsibility

RESPONSIBILITY_WITHOUT_PETITION = Responsibility(
    handles=(Role.CASE_HANDLER,),
    supervises=(Role.COMPLAINTS_OFFICER,),
    duties=(
        Duty(
            key="leader-in-charge",
            label=Text("分管领导的责任", "Responsibility of the leader in charge"),
            roles=(Role.LEADER_IN_CHARGE,),
        ),
        Duty(
            key="department-head",
            label=Text("部门负责人的责任", "Responsibility of the department's head"),
            roles=(Role.DEPARTMENT_HEAD,),
        ),
        Duty(
            key="case-handler",
            label=Text("案件承办人的责任", "Responsibility of the case handler"),
            roles=(Role.CASE_HANDLER,),
        ),
    ),
    reasons=(SD_17, SD_18, SD_08, SD_11),
)

RESPONSIBILITY = {
    False: RESPONSIBILITY_WITHOUT_PETITION,
    True: replace(
        RESPONSIBILITY_WITHOUT_PETITION,
        leads=(Role.COMPLAINTS_OFFICER,),
        reasons=(*RESPONSIBILITY_WITHOUT_PETITION.reasons, SD_12),
    ),
}
"""By whether there is a petition (`petitioned`)."""


def petitioned(facts: Facts) -> bool:
    """Tell whether a petition is on record: 「发生上访的,牵头组织处置预案的落实,积极开展社会矛盾化解工作」"""
    return facts.case is not None and facts.case.petition_recorded


# ------------------------------------------------------------------------------------------------ notices

HUB = DepartmentFunction.COMPLAINTS

NOTICES = {
    Occasion.PETITION_RECORDED: (
        NoticeRule(
            subject=Text(
                "发生信访事项,请牵头组织处置预案的落实", "A petition: please lead in carrying out the disposition plan"
            ),
            to_function=HUB,
            reasons=(SD_12,),
        ),
    ),
    Occasion.LEVEL_CHANGED: (
        NoticeRule(
            subject=Text("预警等级变化,请更新台账", "The level of a warning changed: for the ledger"),
            to_function=HUB,
            reasons=(SD_11,),
        ),
    ),
    Occasion.WARNING_ISSUED: (
        NoticeRule(
            subject=Text(
                "业务部门发出预警,请登记台账、跟踪问效", "A department has warned: for the ledger and follow-up"
            ),
            to_function=HUB,
            reasons=(SD_11,),
        ),
    ),
    Occasion.WARNING_RESOLVED: (
        NoticeRule(
            subject=Text("预警已化解,请跟踪问效", "A warning is resolved: for follow-up"),
            to_function=HUB,
            reasons=(SD_11,),
        ),
    ),
    Occasion.WARNING_LIFTED: (
        NoticeRule(
            subject=Text("预警已解除,请更新台账", "A warning was lifted: for the ledger"),
            to_function=HUB,
            reasons=(SD_11,),
        ),
    ),
}
"""What the ledger is kept of; of the rest the core tells whom it concerns."""
