"""Assessing in the made-up city: two reviewers, and the gate to the next stage."""

from caserisk.plugin import Facts, Gate, GatedAct, ReviewStep, Role, Text
from caserisk_yangli.sources import YLI_05, YLI_10

REVIEW_WITHIN = {"three": "P3BD", "five": "P5BD"}
"""By the option ``review_within``."""


def _chain(head_within: str) -> tuple[ReviewStep, ...]:
    return (
        ReviewStep(
            key="department",
            label=Text("部门负责人审核", "Review by the department's head"),
            role=Role.DEPARTMENT_HEAD,
            term=head_within,
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


CHAIN = {choice: _chain(term) for choice, term in REVIEW_WITHIN.items()}
"""By the option ``review_within``, with risk and without."""


def gates(facts: Facts) -> tuple[Gate, ...]:
    """State the gate of YLI-10: 「未经评估的案件,不得进入下一办案环节」"""
    return (Gate(act=GatedAct.NEXT_STAGE, open=facts.assessed, reasons=(YLI_10,)),)
