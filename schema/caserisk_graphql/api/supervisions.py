"""Supervisions."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import strawberry

from caserisk.store import tables as t
from caserisk.store.visibility import sees_by_case
from caserisk_graphql.api.enums import SupervisionKind, SupervisionStatus
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.type_references import DepartmentRef, OfficerRef, RiskWarningRef
from caserisk_graphql.reads.fields import column, document, listed, localised, one
from caserisk_graphql.reads.stored_types import stored


@stored(
    t.supervisions,
    "A supervision of a warning (督办). REQUIRED: the regulation asks for it; a person completes and issues it.",
    prefix="supervision",
    visible=partial(sees_by_case, t.supervisions.c.case_id),
)
class Supervision(Node):
    """A supervision."""

    id: strawberry.ID = column(t.supervisions.c.id, "Global id.")
    warning: RiskWarningRef = one(t.warnings, t.supervisions.c.warning_id, "The warning (预警).")
    kind: SupervisionKind = column(t.supervisions.c.kind, "The document or body it is done by (督办方式).")
    status: SupervisionStatus = column(t.supervisions.c.status, "Where it stands (督办状态).")
    reason: str = localised(t.supervisions.c.reason, "Why the warning is supervised (督办事由).")
    department: DepartmentRef | None = one(
        t.departments, t.supervisions.c.department_id, "The department it is addressed to (被督办部门)."
    )
    leader: OfficerRef | None = one(t.officers, t.supervisions.c.leader_id, "Who leads it (带队领导).")
    members: list[OfficerRef] = listed(t.officers, t.supervisions.c.members, "Who takes part in it (督办组成员).")
    new_limit: date | None = column(t.supervisions.c.new_limit, "The new limit it sets (重新确定的期限).")
    issued_by: OfficerRef | None = one(
        t.officers, t.supervisions.c.issued_by_id, "Who issued it (签发人); null while it is REQUIRED."
    )
    issued_at: datetime | None = column(
        t.supervisions.c.issued_at, "When it was issued (签发时间); null while it is REQUIRED."
    )
    reply_due_at: datetime | None = column(t.supervisions.c.reply_due_at, "By when a reply is due (回复期限).")
    reply: str | None = column(t.supervisions.c.reply, "The reply (回复).")
    replied_by: OfficerRef | None = one(t.officers, t.supervisions.c.replied_by_id, "Who replied (回复人).")
    replied_at: datetime | None = column(t.supervisions.c.replied_at, "When the reply came (回复时间).")
    reasons: list[Reason] = document(
        t.supervisions.c.reasons, "Why the regulation asks for it; none where a person chose to."
    )
    version: int = column(t.supervisions.c.version, "Moves with every change; give it as `expectedVersion`.")
