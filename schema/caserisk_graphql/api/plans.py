"""Disposition plans, and what was done."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import strawberry

from caserisk.store import tables as t
from caserisk.store.visibility import sees_by_case
from caserisk_graphql.api.enums import PlanKind
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.rules import Measure
from caserisk_graphql.api.type_references import CaseRef, OfficerRef, RiskWarningRef
from caserisk_graphql.reads.fields import attribute, column, document, listed, localised_attribute, one
from caserisk_graphql.reads.stored_types import embedded, stored


@embedded("A section of a plan as written (方案内容).")
class PlanSection:
    """A section."""

    key: str = attribute("The section's key.")
    label: str = localised_attribute("Its heading, as it was when it was written (标题).")
    text: str = attribute("What was written (内容).")


@stored(
    t.plans,
    "A plan for resolving a risk: made in advance (工作预案) or after the warning (处置方案).",
    prefix="plan",
    visible=partial(sees_by_case, t.plans.c.case_id),
)
class DispositionPlan(Node):
    """A plan."""

    id: strawberry.ID = column(t.plans.c.id, "Global id.")
    kind: PlanKind = column(t.plans.c.kind, "When it was made (方案种类).")
    version: int = column(t.plans.c.version, "Which plan of its kind in the case it is (版次), from 1.")
    sections: list[PlanSection] = document(t.plans.c.sections, "What it says (方案内容).")
    assigned: list[OfficerRef] = listed(t.officers, t.plans.c.assigned, "Who carries it out (责任人).")
    resolution_due_on: date | None = column(
        t.plans.c.resolution_due_on, "By when it means to resolve the risk (化解时限)."
    )
    proposed_by: OfficerRef = one(t.officers, t.plans.c.proposed_by_id, "Who proposed it (拟定人).")
    proposed_at: datetime = column(t.plans.c.proposed_at, "When it was proposed (拟定时间).")
    adopted_by: OfficerRef | None = one(
        t.officers,
        t.plans.c.adopted_by_id,
        "Who adopted it (批准人); null until it is, or when that follows by itself.",
    )
    adopted_at: datetime | None = column(t.plans.c.adopted_at, "When it was adopted (批准时间); null until it is.")


@stored(
    t.dispositions,
    "Something that was done to resolve a risk (处置).",
    prefix="disposition",
    visible=partial(sees_by_case, t.dispositions.c.case_id),
)
class Disposition(Node):
    """A disposition."""

    id: strawberry.ID = column(t.dispositions.c.id, "Global id.")
    case: CaseRef = one(t.cases, t.dispositions.c.case_id, "The case (案件).")
    warning: RiskWarningRef | None = one(
        t.warnings, t.dispositions.c.warning_id, "The warning (预警); null for what was done without or before one."
    )
    measure: Measure = document(t.dispositions.c.measure, "What kind it was (措施种类).")
    description: str = column(t.dispositions.c.description, "What was done (处置情况).")
    outcome: str | None = column(t.dispositions.c.outcome, "What came of it (处置结果).")
    performed_by: OfficerRef = one(t.officers, t.dispositions.c.performed_by_id, "Who did it (处置人).")
    performed_at: datetime = column(t.dispositions.c.performed_at, "When (处置时间).")
