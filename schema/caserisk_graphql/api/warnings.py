"""Warnings: issued, received, disposed of, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import Column, ColumnElement, and_, case, null

from caserisk.store import tables as t
from caserisk.store.visibility import sees_warning
from caserisk_graphql.api.connections import Connection
from caserisk_graphql.api.enums import ClosureOutcome, Role, WarningAct, WarningStatus
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.orders import DISPOSITIONS_NEWEST
from caserisk_graphql.api.rules import Responsibility
from caserisk_graphql.api.type_references import (
    AssessmentRef,
    CaseRef,
    DeadlineRef,
    DispositionPlanRef,
    DispositionRef,
    NoticeRef,
    OfficerRef,
    RiskLevelRef,
    SupervisionRef,
)
from caserisk_graphql.reads.fields import attribute, column, document, localised, localised_attribute, many, one, page
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import embedded, stored


def overdue(reading: ReadContext) -> ColumnElement[bool]:
    """Return the condition that a warning is running and a deadline of it has passed."""
    return and_(t.warnings.c.due_at.is_not(None), t.warnings.c.due_at <= reading.now)


def _if_seen(column: Column[Any]) -> Callable[[ReadContext], ColumnElement[Any]]:
    """Return what a column holds, for who sees the case; null for who only knows of the warning by a notice."""
    return lambda reading: case((sees_warning(reading.scope), column), else_=null())


@embedded("An act that can be done next, and by whom (下一步操作).")
class NextAct:
    """A next act."""

    act: WarningAct = attribute("The act (操作).")
    roles: list[Role] = attribute("Who may do it (操作人角色).")


@embedded("That a closing condition holds, and who says so (结案条件确认).")
class Attestation:
    """An attestation."""

    key: str = attribute("The condition's key.")
    label: str = localised_attribute("The condition, as it was when it was attested (条件内容).")
    note: str | None = attribute("What was added (说明).")
    by: OfficerRef = one(t.officers, "by_id", "Who attested it (确认人).")
    at: datetime = attribute("When (确认时间).")


@embedded("How a warning ended (结案).")
class Closure:
    """A closure."""

    outcome: ClosureOutcome = attribute("How it ended (处理结果).")
    feedback: str | None = attribute("What was reported back (反馈).")
    attestations: list[Attestation] = attribute("The closing conditions that were attested.")
    by: OfficerRef = one(t.officers, "by_id", "Who closed it (结案人).")
    at: datetime = attribute("When (结案时间).")


@stored(
    t.warnings,
    "A warning on a case (预警). Active are all statuses before RESOLVED; a case has one active warning at most.",
    name="Warning",
    prefix="warning",
    visible=sees_warning,
)
class RiskWarning(Node):
    """A warning."""

    id: strawberry.ID = column(t.warnings.c.id, "Global id.")
    case: CaseRef = one(t.cases, t.warnings.c.case_id, "The case (案件).", opens=True)
    assessment: AssessmentRef | None = one(
        t.assessments,
        t.warnings.c.assessment_id,
        "The assessment it was issued from (风险评估); null for a warning given at intake.",
    )
    level: RiskLevelRef | None = one(
        t.levels, t.warnings.c.level_id, "Its level (预警等级); null where the regulation has no levels, or at intake."
    )
    status: WarningStatus = column(t.warnings.c.status, "Where it stands (预警状态).")
    issued_at: datetime = column(t.warnings.c.issued_at, "When it was issued (发布时间).")
    issued_by: OfficerRef | None = one(
        t.officers, t.warnings.c.issued_by_id, "Who issued it (发布人); null when the regulation issues it by itself."
    )
    acknowledged_at: datetime | None = column(
        t.warnings.c.acknowledged_at,
        "When the undertaking department received it (签收时间); periods that run from receipt start here.",
    )
    receipt_assumed: bool = column(
        t.warnings.c.receipt_assumed,
        "Whether that is its delivery, put on record by its issuer or the hub (推定签收), as nobody had received it.",
    )
    level_since: datetime = column(t.warnings.c.level_since, "When it was given its level (定级时间).")
    # Free texts may name a party; whoever sees the case reads them, as the descriptions of dispositions.
    note: str | None = column(
        _if_seen(t.warnings.c.note), "What the receiver should know (预警说明); null where nothing was added."
    )
    version: int = column(t.warnings.c.version, "Moves with every change; give it as `expectedVersion`.")
    due_at: datetime | None = column(
        t.warnings.c.due_at, "The earliest deadline still open (最近期限); null when none is, or the warning is closed."
    )
    overdue: bool = column(overdue, "Whether a deadline has passed (是否逾期); never for a closed warning.")
    deadlines: list[DeadlineRef] = many(
        t.deadlines,
        t.deadlines.c.warning_id,
        "Its deadlines (期限), the earliest due first.",
        order=(t.deadlines.c.due_at, t.deadlines.c.id),
    )
    responsibility: Responsibility = document(t.warnings.c.responsibility, "Who answers for it (责任分工).")
    plan: DispositionPlanRef | None = one(
        t.plans, t.warnings.c.plan_id, "The plan in force (现行方案): the one that was adopted last."
    )
    plans: list[DispositionPlanRef] = many(
        t.plans, t.plans.c.warning_id, "All its plans (方案), as proposed.", order=(t.plans.c.proposed_at, t.plans.c.id)
    )
    dispositions: Connection[DispositionRef] = page(
        t.dispositions,
        t.dispositions.c.warning_id,
        "What was done about it (处置措施), the newest first.",
        orders=DISPOSITIONS_NEWEST,
    )
    supervisions: list[SupervisionRef] = many(
        t.supervisions, t.supervisions.c.warning_id, "Its supervisions (督办).", order=(t.supervisions.c.id,)
    )
    notices: list[NoticeRef] = many(
        t.notices,
        t.notices.c.warning_id,
        "Who was told of it (通知), as sent.",
        order=(t.notices.c.sent_at, t.notices.c.id),
    )
    closure: Closure | None = document(_if_seen(t.warnings.c.closure), "How it ended (结案); null before.")
    report: str | None = column(_if_seen(t.warnings.c.report), "The closing report (结案报告); null until it is filed.")
    archived_at: datetime | None = column(t.warnings.c.archived_at, "When it was archived (归档时间).")
    archive_note: str | None = column(
        _if_seen(t.warnings.c.archive_note), "What was added when it was archived (归档说明)."
    )
    lifted_at: datetime | None = column(
        t.warnings.c.lifted_at, "When it was withdrawn (解除时间); null where it was not."
    )
    lift_reason: str | None = localised(
        _if_seen(t.warnings.c.lift_reason), "Why it was withdrawn (解除理由); null where it was not."
    )
    next_acts: list[NextAct] = document(t.warnings.c.next_acts, "What can be done next, and by whom (下一步操作).")
