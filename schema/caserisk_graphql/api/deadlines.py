"""Deadlines."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial

import strawberry
from sqlalchemy import ColumnElement, and_

from caserisk.domain.vocabulary import DeadlineStatus as Status
from caserisk.store import tables as t
from caserisk.store.visibility import sees_by_case
from caserisk_graphql.api.enums import ClosureOutcome, DeadlineKind, DeadlineStatus
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.type_references import SupervisionRef
from caserisk_graphql.reads.fields import column, document, localised, one
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import stored


def _overdue(reading: ReadContext) -> ColumnElement[bool]:
    """Return the condition that a deadline is open and has passed."""
    # Closing or lifting a warning settles its deadlines, so that none of a closed warning is open.
    return and_(t.deadlines.c.status == Status.OPEN, t.deadlines.c.due_at <= reading.now)


@stored(
    t.deadlines,
    "A day by which a duty is due (期限).",
    prefix="deadline",
    visible=partial(sees_by_case, t.deadlines.c.case_id),
)
class Deadline(Node):
    """A deadline."""

    id: strawberry.ID = column(t.deadlines.c.id, "Global id.")
    kind: DeadlineKind = column(t.deadlines.c.kind, "The duty (期限种类).")
    rule: str = column(t.deadlines.c.rule, "The rule it follows from (规则编号), such as `ZHU-14`.")
    label: str = localised(t.deadlines.c.label, "What it is called (期限名称).")
    starts_on: date = column(t.deadlines.c.starts_on, "The day its term starts (起算日); not counted.")
    term: str = column(
        t.deadlines.c.term, "Its term (期限长度): an ISO 8601 duration, or `P3BD` for three working days."
    )
    rolls: bool = column(
        t.deadlines.c.rolls, "Whether a last day on which nobody works moves on to the next working day (是否顺延)."
    )
    due_on: date = column(t.deadlines.c.due_on, "The last day in time (届满日).")
    due_at: datetime = column(
        t.deadlines.c.due_at, "00:00 +08:00 of the day after `dueOn` (届满时刻); acts before it are in time."
    )
    status: DeadlineStatus = column(t.deadlines.c.status, "Where it stands (期限状态).")
    met: bool = column(t.deadlines.c.status == Status.MET, "Whether the duty was done in time (是否按时完成).")
    met_at: datetime | None = column(
        t.deadlines.c.met_at, "When the duty was done, in time or late (完成时间); null where it was not."
    )
    met_by: list[ClosureOutcome] = document(
        t.deadlines.c.met_by, "The outcomes of a closed warning that fulfil it (视为完成的处理结果), for a RESOLUTION."
    )
    overdue: bool = column(_overdue, "Whether it is open and has passed (是否逾期); never for a closed warning.")
    calendar_complete: bool = column(
        t.deadlines.c.calendar_complete,
        "Whether the official working-day calendar reached so far (工作日历是否齐全); if not, weekends only.",
    )
    supervision: SupervisionRef | None = one(
        t.supervisions,
        t.deadlines.c.supervision_id,
        "The supervision that set it as a new limit (另定期限的督办); null where the regulation did.",
    )
    reasons: list[Reason] = document(t.deadlines.c.reasons, "Why there is this deadline.")
