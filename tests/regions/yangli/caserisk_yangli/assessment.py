"""Assessing in the made-up city: two reviewers, and the gate to the next stage."""

from caserisk.plugin import Facts, Gate, GatedAct, ReviewStep, Role, Text
from caserisk_yangli.sources import YLI_05, YLI_10

REVIEW_WITHIN = {"three": "P3BD", "five": "P5BD"}
"""By the option ``review_within``."""


def chain(within: str) -> tuple[ReviewStep, ...]:
    """「评估由部门负责人在三个工作日内审核,由检察长审定等级」"""
    return (
        ReviewStep(
            key="department",
            label=Text("部门负责人审核", "Review by the department's head"),
            role=Role.DEPARTMENT_HEAD,
            term=within,
            reasons=(YLI_05,),
        ),
        ReviewStep(
            key="chief",
            label=Text("检察长审定等级", "The chief procurator sets the level"),
            role=Role.CHIEF_PROCURATOR,
            decides_level=True,
            reasons=(YLI_05,),
        ),
    )


def gates(facts: Facts) -> tuple[Gate, ...]:
    """「未经评估的案件,不得进入下一办案环节」"""
    return (Gate(act=GatedAct.NEXT_STAGE, open=facts.assessed, reasons=(YLI_10,)),)
