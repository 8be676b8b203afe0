"""Notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, select

from caserisk.store import tables as t
from caserisk.store.visibility import sees_notice
from caserisk_graphql.api.enums import Role
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.type_references import AssessmentRef, CaseRef, DepartmentRef, OfficerRef, RiskWarningRef
from caserisk_graphql.reads.fields import column, document, localised, one
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import stored


def _read_at(reading: ReadContext) -> ColumnElement[Any]:
    """Return when whoever asks has read a notice."""
    readings = t.notice_reads.c
    own = select(readings.at).where(
        readings.notice_id == t.notices.c.id, readings.officer_id == reading.scope.officer_id
    )
    return own.scalar_subquery()


@stored(
    t.notices,
    "Something that somebody of an office is told (通知). It may be seen by those who do not see the case.",
    prefix="notice",
    visible=sees_notice,
)
class Notice(Node):
    """A notice."""

    id: strawberry.ID = column(t.notices.c.id, "Global id.")
    subject: str = localised(t.notices.c.subject, "What is told (通知事项); holds no party data.")
    case: CaseRef | None = one(
        t.cases,
        t.notices.c.case_id,
        "The case it is about (案件). Whoever is told sees it, if only here: without parties, and of what belongs to "
        "it the warning alone.",
        opens=True,
    )
    assessment: AssessmentRef | None = one(
        t.assessments, t.notices.c.assessment_id, "The assessment it is about (风险评估), if about one that is seen."
    )
    warning: RiskWarningRef | None = one(
        t.warnings,
        t.notices.c.warning_id,
        "The warning it is about (预警), if about one; without what people wrote where the case is seen only here.",
        opens=True,
    )
    to_role: Role | None = column(t.notices.c.to_role, "The role it is addressed to (通知角色), if to one.")
    to_department: DepartmentRef | None = one(
        t.departments, t.notices.c.to_department_id, "The department it is addressed to (通知部门), if to one."
    )
    to_officer: OfficerRef | None = one(
        t.officers, t.notices.c.to_officer_id, "The officer it is addressed to (通知人员), if to one."
    )
    sent_at: datetime = column(t.notices.c.sent_at, "When it was sent (通知时间).")
    read_at: datetime | None = column(_read_at, "When the viewer read it (阅读时间); null until they do.")
    reasons: list[Reason] = document(t.notices.c.reasons, "Why they are told.")
