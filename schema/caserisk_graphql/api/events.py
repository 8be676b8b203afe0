"""Declare the event log: everything that happened, in the order in which it was committed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, String, case, cast, literal

from caserisk.store import tables as t
from caserisk.store.columns import Moment
from caserisk.store.visibility import sees_event
from caserisk_graphql.api.enums import (
    AssessmentChangeKind,
    CaseChangeKind,
    GatedAct,
    OfficeChangeKind,
    WarningChangeKind,
    WarningStatus,
)
from caserisk_graphql.api.filters import EventFilter
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.type_references import (
    AssessmentRef,
    CaseRef,
    OfficeRef,
    OfficerRef,
    RiskLevelRef,
    RiskWarningRef,
)
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.declarations import Log
from caserisk_graphql.reads.fields import attribute, column, document, localised, localised_attribute, one
from caserisk_graphql.reads.stored_types import embedded, stored_interface, variant

LOG = Log(t.events, t.events.c.position, EventFilter)
"""The event log."""

_TYPENAME = case(
    {
        "case": literal("CaseChange"),
        "assessment": literal("AssessmentChange"),
        "warning": literal("WarningChange"),
        "office": literal("OfficeChange"),
    },
    value=t.events.c.noun,
)


@stored_interface(
    t.events,
    "Something that happened (事件). The log is permanent: nothing in it is ever changed.",
    typename=_TYPENAME,
    prefix="event",
    visible=sees_event,
)
class Event(Node):
    """An entry of the log."""

    id: strawberry.ID = column(t.events.c.id, "Global id.")
    cursor: EventCursor = column(
        literal("log_").concat(cast(t.events.c.position, String)),
        "Its place in the log (日志位置); give it as `after`.",
    )
    at: datetime = column(t.events.c.at, "When it happened (发生时间).")
    actor: OfficerRef | None = one(
        t.officers, t.events.c.actor_id, "Who did it (操作人); null for the regulation or the clock."
    )
    summary: str = localised(t.events.c.summary, "One line for people (摘要); holds no party data.")
    office: OfficeRef = one(t.offices, t.events.c.office_id, "The office it happened in (检察院).")
    case: CaseRef | None = one(t.cases, t.events.c.case_id, "The case (案件); null for a change of an office.")


def _in_payload(name: str, *kinds: CaseChangeKind) -> ColumnElement[Any]:
    """Return an attribute of the event, for kinds that have it; the payloads of others are not opened."""
    return case((t.events.c.kind.in_([str(kind) for kind in kinds]), t.events.c.payload[name].as_string()))


def _document_in_payload(name: str, kind: CaseChangeKind) -> ColumnElement[Any]:
    """Return an attribute that is a JSON value."""
    return case((t.events.c.kind == str(kind), t.events.c.payload[name]))


@embedded("The last day of a deadline before and after a calendar was applied (届满日变化).")
class DueDateChange:
    """A due date counted anew."""

    deadline_id: strawberry.ID = attribute("Global id of the deadline.")
    label: str = localised_attribute("What it is called (期限名称).")
    due_on_before: date = attribute("The last day in time as it was counted by weekends only (原届满日).")
    due_on: date = attribute("The last day in time by the calendar (新届满日); it may be the same.")


_ACT = CaseChangeKind.ACT_RECORDED
_CONCLUSION = CaseChangeKind.CONCLUDED
_PETITION = CaseChangeKind.PETITION_RECORDED
_RECALCULATION = CaseChangeKind.DEADLINES_RECALCULATED


@variant(t.events, "A change of a case itself (案件变化).")
class CaseChange(Event):
    """An entry about a case."""

    kind: CaseChangeKind = column(t.events.c.kind, "What happened (变化种类).")
    # Free texts may name a party; whoever sees the case reads them, as the descriptions of dispositions.
    description: str | None = column(
        _in_payload("description", _ACT, _CONCLUSION, _PETITION),
        "What was decided or done, or what a petition is about (内容); null for other kinds.",
    )
    act: GatedAct | None = column(
        case((t.events.c.kind == str(_CONCLUSION), literal(str(GatedAct.CONCLUSION))), else_=_in_payload("act", _ACT)),
        "The act that was done (办案行为), the conclusion included; null for other kinds.",
    )
    channel: str | None = column(
        _in_payload("channel", _PETITION), "How a petition came (信访渠道); null for other kinds."
    )
    occurred_at: datetime | None = column(
        cast(_in_payload("occurred_at", _PETITION), Moment()),
        "When a petition came (信访时间), which may be before it was put on record; null for other kinds.",
    )
    batch: str | None = column(
        _in_payload("batch", _RECALCULATION),
        "What the entries of all cases have in common whose deadlines were counted anew at one go (批次); null for "
        "other kinds.",
    )
    due_date_changes: list[DueDateChange] | None = document(
        _document_in_payload("changes", _RECALCULATION),
        "The deadlines that were counted anew by a calendar published later (届满日变化); null for other kinds.",
    )


@variant(t.events, "A change of an assessment (评估变化).")
class AssessmentChange(Event):
    """An entry about an assessment."""

    kind: AssessmentChangeKind = column(t.events.c.kind, "What happened (变化种类).")
    assessment: AssessmentRef = one(t.assessments, t.events.c.assessment_id, "The assessment, as it is now (风险评估).")


@variant(t.events, "A change of a warning (预警变化).")
class WarningChange(Event):
    """An entry about a warning."""

    case: CaseRef = one(t.cases, t.events.c.case_id, "The case (案件).")
    kind: WarningChangeKind = column(t.events.c.kind, "What happened (变化种类).")
    warning: RiskWarningRef = one(t.warnings, t.events.c.warning_id, "The warning, as it is now (预警).")
    level: RiskLevelRef | None = one(
        t.levels, t.events.c.level_id, "Its level as it was right after this change (变化后等级)."
    )
    status: WarningStatus = column(t.events.c.status, "Its status as it was right after this change (变化后状态).")


@variant(t.events, "A change of an office, its departments, officers or options (检察院变化).")
class OfficeChange(Event):
    """An entry about an office."""

    kind: OfficeChangeKind = column(t.events.c.kind, "What happened (变化种类).")


@embedded("A stretch of the event log (事件日志).")
class EventPage:
    """Entries after a cursor."""

    events: list[Event] = attribute("The entries, in the order in which they were committed.")
    end_cursor: EventCursor = attribute(
        "Where to go on from; on an empty page the cursor that was given, or the start of the log."
    )
    has_more: bool = attribute("Whether more follow already.")
