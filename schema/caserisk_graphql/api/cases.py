"""Cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, case, literal, null

from caserisk.store import tables as t
from caserisk.store.visibility import sees_case, sees_parties
from caserisk_graphql.api.connections import Connection
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.orders import ASSESSMENTS_NEWEST, EVENTS_AS_LOGGED, NOTICES_NEWEST, WARNINGS_NEWEST
from caserisk_graphql.api.rules import CaseStage, Gate
from caserisk_graphql.api.type_references import (
    AssessmentRef,
    DeadlineRef,
    DepartmentRef,
    EventRef,
    NoticeRef,
    OfficeRef,
    OfficerRef,
    RiskLevelRef,
    RiskWarningRef,
)
from caserisk_graphql.reads.fields import as_of, attribute, column, document, many, one, page
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import embedded, stored


def _title(reading: ReadContext) -> ColumnElement[Any]:
    cause_and_number = t.cases.c.cause.concat(literal(" ")).concat(t.cases.c.number)
    return case((sees_parties(reading.scope), t.cases.c.title), else_=cause_and_number)


def _parties(reading: ReadContext) -> ColumnElement[Any]:
    return case((sees_parties(reading.scope), t.cases.c.parties), else_=null())


def _gates(reading: ReadContext) -> ColumnElement[Any]:
    """Return the gates as they hold at the moment: the deadline clock decides them anew a little later."""
    # Null compares as neither, so gates without an end are as they were decided.
    return case((t.cases.c.gates_until <= reading.now, t.cases.c.gates_afterwards), else_=t.cases.c.gates)


@embedded("A party of this case (当事人), by a label. Nothing joins parties between cases.")
class CaseParty:
    """A party."""

    label: str = attribute("How the case file refers to the party (称谓).")
    role: str = attribute("What the party is in the case (诉讼地位).")


@stored(
    t.cases,
    "A case being handled (案件): one case, one file (一案一档). `version` moves with every change of it.",
    prefix="case",
    visible=sees_case,
)
class Case(Node):
    """A case."""

    id: strawberry.ID = column(t.cases.c.id, "Global id.")
    number: str = column(t.cases.c.number, "The case number (案号), unique in an installation.")
    title: str = column(
        _title, "The case's title (案件名称), which may name a party; cause and number for who may not see the parties."
    )
    cause: str = column(t.cases.c.cause, "The cause of action (案由).")
    stage: CaseStage = document(t.cases.c.stage, "The stage of handling it is in (办案环节).")
    next_stages: list[CaseStage] = document(t.cases.c.next_stages, "The stages that may follow (后续环节).")
    office: OfficeRef = one(t.offices, t.cases.c.office_id, "The office that handles it (承办检察院).")
    department: DepartmentRef | None = one(
        t.departments, t.cases.c.department_id, "The department that handles it (承办部门); null until assigned."
    )
    handler: OfficerRef | None = one(
        t.officers, t.cases.c.handler_id, "The officer that handles it (承办人); null until assigned."
    )
    parties: list[CaseParty] | None = document(
        _parties, "The parties (当事人); null where the viewer may not see them.", audited=True
    )
    petition_recorded: bool = column(
        t.cases.c.petition_recorded, "Whether a letter or a visit was put on record (有无信访)."
    )
    opened_at: datetime = column(t.cases.c.opened_at, "When it was taken on (受理时间).")
    closed_at: datetime | None = column(t.cases.c.closed_at, "When it was concluded (办结时间); null while it is open.")
    version: int = column(
        t.cases.c.version,
        "Moves with every change of the case, its assessments and warnings; give it as `expectedVersion`.",
    )
    level: RiskLevelRef | None = one(
        t.levels,
        t.cases.c.level_id,
        "The level of risk in force now (现行风险等级); null until a first assessment is confirmed, or no risk.",
    )
    level_as_of: RiskLevelRef | None = as_of(
        t.levels,
        t.case_levels.c.level_id,
        "The level that was in force at a moment (历史风险等级).",
        remote=t.case_levels.c.case_id,
        since=t.case_levels.c.since,
        latest=(t.case_levels.c.since.desc(), t.case_levels.c.revision.desc()),
    )
    gates: list[Gate] = document(
        _gates, "Which acts were open when last decided, and if not, why not (办案关口); none is open past its `until`."
    )
    current_assessment: AssessmentRef | None = one(
        t.assessments,
        t.cases.c.current_assessment_id,
        "The latest assessment that was neither returned nor withdrawn (现行评估).",
    )
    active_warning: RiskWarningRef | None = one(
        t.warnings, t.cases.c.active_warning_id, "The warning that is running (现行预警), if one is.", opens=True
    )
    deadlines: list[DeadlineRef] = many(
        t.deadlines,
        t.deadlines.c.case_id,
        "All deadlines of the case, its warnings' included (期限), the earliest due first.",
        order=(t.deadlines.c.due_at, t.deadlines.c.id),
    )
    assessments: Connection[AssessmentRef] = page(
        t.assessments,
        t.assessments.c.case_id,
        "Its assessments (风险评估), the newest first.",
        orders=ASSESSMENTS_NEWEST,
    )
    warnings: Connection[RiskWarningRef] = page(
        t.warnings, t.warnings.c.case_id, "Its warnings (预警), the newest first.", orders=WARNINGS_NEWEST
    )
    notices: Connection[NoticeRef] = page(
        t.notices, t.notices.c.case_id, "Who was told of what (通知), the newest first.", orders=NOTICES_NEWEST
    )
    timeline: Connection[EventRef] = page(
        t.events,
        t.events.c.case_id,
        "All that happened in the case (案件档案), as it was logged; `last: 20` gives the latest.",
        orders=EVENTS_AS_LOGGED,
    )
