"""Warnings in Huizhou: who issues them, who answers for them, and who is told."""

from caserisk.plugin import (
    DepartmentFunction,
    Duty,
    Facts,
    Issuing,
    NoticeRule,
    Occasion,
    Reason,
    Receipt,
    Responsibility,
    RiskLevel,
    Role,
    Text,
)
from caserisk_huizhou.levels import automatic
from caserisk_huizhou.sources import A_03, A_13, A_22, A_25, HUI_05, HUI_06, HUI_08

ISSUING = {
    True: Issuing(
        automatic=True,
        lifted_by=(Role.CHIEF_PROCURATOR,),
        receipt=Receipt.OPTIONAL,
        reasons=(HUI_08, A_03, A_22),
    ),
    False: Issuing(
        roles=(Role.CASE_HANDLER,),
        lifted_by=(Role.CHIEF_PROCURATOR,),
        receipt=Receipt.OPTIONAL,
        reasons=(HUI_05, A_03, A_22),
    ),
}
"""By whether the level warns by itself (`levels.automatic`)."""

# ------------------------------------------------------------------------------------------------ responsibility

RESPONSIBILITY = Responsibility(
    handles=(Role.CASE_HANDLER,),
    duties=(
        Duty(key="reassess", label=Text("及时调整评估等级", "Adjusts the level in time"), roles=(Role.CASE_HANDLER,)),
        Duty(key="warn", label=Text("作出相应的风险预警", "Gives the warning"), roles=(Role.CASE_HANDLER,)),
        Duty(key="measures", label=Text("拟定具体的应对措施", "Drafts the measures"), roles=(Role.CASE_HANDLER,)),
        Duty(key="track", label=Text("全程跟踪处理", "Tracks the case to the end"), roles=(Role.CASE_HANDLER,)),
    ),
    reasons=(HUI_05, A_13),
)

# ------------------------------------------------------------------------------------------------ notices

HUB = DepartmentFunction.COMPLAINTS

REPORTS = {
    Occasion.ASSESSMENT_SUBMITTED: (
        NoticeRule(subject=Text("风险评估报备", "Risk assessment reported"), to_function=HUB, reasons=(HUI_06,)),
        NoticeRule(
            subject=Text("风险评估报备", "Risk assessment reported"), to_role=Role.LEADER_IN_CHARGE, reasons=(HUI_06,)
        ),
    ),
}
"""Of every assessment, whatever its level."""

WARNED = Text("一级、二级风险预警信息", "Warning message of a level 1 or 2 risk")
ADJUSTED = Text("风险等级已调整", "The level of a risk was adjusted")

ALSO_WARN: dict[str, tuple[DepartmentFunction, ...]] = {
    "none": (),
    "case-management": (DepartmentFunction.CASE_MANAGEMENT,),
    "publicity": (DepartmentFunction.PUBLICITY,),
    "reception": (DepartmentFunction.RECEPTION,),
    "inspection": (DepartmentFunction.INSPECTION,),
}
"""By the option ``also_warn``."""


def notices(facts: Facts, occasion: Occasion, level: RiskLevel | None) -> tuple[NoticeRule, ...] | None:
    """State whom to tell: of every assessment (HUI-06), of a level that warns by itself (HUI-08), of a changed level.

    「系统会自动向控申等相关部门发送预警信息」; who was warned of a grave level hears that it is lowered, too (A-13).
    """
    warned = _to_concerned(facts, WARNED, HUI_08, A_25) if automatic(level) else ()
    match occasion:
        case Occasion.WARNING_ISSUED:
            return warned
        case Occasion.LEVEL_CHANGED:
            to_leader = NoticeRule(subject=ADJUSTED, to_role=Role.LEADER_IN_CHARGE, reasons=(HUI_06, A_13))
            return (*(warned or _to_concerned(facts, ADJUSTED, A_13, A_25)), to_leader)
    return REPORTS.get(occasion)


def _to_concerned(facts: Facts, subject: Text, *reasons: Reason) -> tuple[NoticeRule, ...]:
    functions = (HUB, *ALSO_WARN[facts.options["also_warn"]])
    return tuple(NoticeRule(subject=subject, to_function=function, reasons=reasons) for function in functions)
