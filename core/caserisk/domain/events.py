"""What happens: the events that every state is the fold of.

An event carries all it changed. It is written to the log in one transaction with that change, stays there for ever,
and is read back years later: fields may be added to an event with a default, never taken away or given another meaning;
when that does not suffice, ``SCHEMA_VERSION`` moves. A ``summary`` is shown to whoever sees the case and holds no party
data.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.domain.assessments import Assessment, PendingIssue, Review
from caserisk.domain.cases import CaseParty, CaseStage
from caserisk.domain.deadlines import Deadline
from caserisk.domain.levels import LevelScheme, RiskLevel
from caserisk.domain.notices import Notice
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.plans import Plan
from caserisk.domain.rules import Gate, Responsibility
from caserisk.domain.supervisions import Supervision
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentChangeKind,
    CaseChangeKind,
    DeadlineStatus,
    GatedAct,
    OfficeChangeKind,
    Receipt,
    Role,
    WarningChangeKind,
    Word,
)
from caserisk.domain.warnings import Closure, Disposition, RiskWarning

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened. ``kind`` is what the API calls it; its class tells of which noun it is a change."""

    kind: ClassVar[Word]

    @property
    def detail(self) -> Text | None:
        """What the summary says beside the kind."""
        return None

    @property
    def summary(self) -> Text:
        """One line for people."""
        detail = self.detail
        if detail is None:
            return Text(self.kind.zh, self.kind.en)
        return Text(f"{self.kind.zh}：{detail.zh}", f"{self.kind.en}: {detail.en}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event as an entry of the log.

    ``actor_id`` None: the regulation or the clock; ``case_id`` None: of an office.
    """

    id: str
    at: datetime
    office_id: str
    case_id: str | None
    actor_id: str | None
    event: Event


def _level(level: RiskLevel | None) -> Text:
    return level.label if level else Text("无风险等级", "no level")


# ------------------------------------------------------------------------------------------------ the organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRegistered(Event):
    """An office was entered, or entered anew with other details."""

    kind = OfficeChangeKind.OFFICE_REGISTERED
    office: Office

    @property
    def detail(self) -> Text:
        return Text(self.office.name, self.office.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRegistered(Event):
    """A department was entered, or entered anew with other details."""

    kind = OfficeChangeKind.DEPARTMENT_REGISTERED
    department: Department

    @property
    def detail(self) -> Text:
        return Text(self.department.name, self.department.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRegistered(Event):
    """An officer was entered, or entered anew: other roles, another department, no longer active."""

    kind = OfficeChangeKind.OFFICER_REGISTERED
    officer: Officer

    @property
    def detail(self) -> Text:
        return Text(self.officer.name, self.officer.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSet(Event):
    """An office chose where its regulation leaves a choice."""

    kind = OfficeChangeKind.OPTION_SET
    key: str
    value: str

    @property
    def detail(self) -> Text:
        return Text(f"{self.key}={self.value}", f"{self.key}={self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeRecorded(Event):
    """A level scheme was used for the first time; what was decided by it stays readable without its plugin."""

    kind = OfficeChangeKind.SCHEME_RECORDED
    scheme: LevelScheme

    @property
    def detail(self) -> Text:
        return self.scheme.name


# ------------------------------------------------------------------------------------------------ the case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A case was taken on."""

    kind = CaseChangeKind.OPENED
    number: str
    title: str
    cause: str
    department_id: str | None
    handler_id: str | None
    parties: tuple[CaseParty, ...]
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]
    opened_at: datetime

    @property
    def detail(self) -> Text:
        return Text(self.number, self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(Event):
    """A case was given to a department, and perhaps to a handler."""

    kind = CaseChangeKind.ASSIGNED
    department_id: str
    handler_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAdvanced(Event):
    """A case entered another stage."""

    kind = CaseChangeKind.STAGE_ADVANCED
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]

    @property
    def detail(self) -> Text:
        return self.stage.label


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRecorded(Event):
    """A gated act was done in a case."""

    kind = CaseChangeKind.ACT_RECORDED
    act: GatedAct
    description: str

    @property
    def detail(self) -> Text:
        return Text(self.act.zh, self.act.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseConcluded(Event):
    """A case was concluded; its warnings go on (A-02)."""

    kind = CaseChangeKind.CONCLUDED
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PetitionRecorded(Event):
    """A letter or a visit that concerns the case was put on record; of the case, not of who came."""

    kind = CaseChangeKind.PETITION_RECORDED
    channel: str
    description: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatesDecided(Event):
    """The regulation answered which acts are open now."""

    kind = CaseChangeKind.GATES_DECIDED
    gates: tuple[Gate, ...]

    @property
    def detail(self) -> Text:
        closed = [gate.act for gate in self.gates if not gate.open]
        if not closed:
            return Text("全部开放", "all open")
        return Text("未开放" + "、".join(act.zh for act in closed), "closed " + ", ".join(act.en for act in closed))


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChanged(Event):
    """Another level is in force in the case, or none."""

    kind = CaseChangeKind.LEVEL_CHANGED
    level: RiskLevel | None

    @property
    def detail(self) -> Text:
        return _level(self.level)


# ------------------------------------------------------------------------------------------------ assessments


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSubmitted(Event):
    """The handler submitted an assessment, perhaps with a plan."""

    kind = AssessmentChangeKind.SUBMITTED
    assessment: Assessment
    plan: Plan | None

    @property
    def assessment_id(self) -> str:
        """The assessment it speaks of."""
        return self.assessment.id

    @property
    def detail(self) -> Text:
        return _level(self.assessment.working_level) if self.assessment.has_risk else Text("无风险", "no risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentReviewed(Event):
    """A step of the chain approved; ``next_review_due_at`` is how long the next reviewer has."""

    kind = AssessmentChangeKind.REVIEWED
    assessment_id: str
    review: Review
    next_review_due_at: datetime | None

    @property
    def detail(self) -> Text:
        return self.review.step.label


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentReturned(Event):
    """A step of the chain sent the assessment back."""

    kind = AssessmentChangeKind.RETURNED
    assessment_id: str
    review: Review

    @property
    def detail(self) -> Text:
        return self.review.step.label


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentConfirmed(Event):
    """An assessment was decided; those before it are superseded, its plan is adopted.

    ``warning_id`` is the warning that runs, if one does.
    """

    kind = AssessmentChangeKind.CONFIRMED
    assessment_id: str
    has_risk: bool
    level: RiskLevel | None
    pending_issue: PendingIssue | None
    warning_id: str | None

    @property
    def detail(self) -> Text:
        return _level(self.level) if self.has_risk else Text("无风险", "no risk")


# ------------------------------------------------------------------------------------------------ warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningIssued(Event):
    """A warning was issued."""

    kind = WarningChangeKind.ISSUED
    warning: RiskWarning

    @property
    def warning_id(self) -> str:
        """The warning it speaks of."""
        return self.warning.id

    @property
    def detail(self) -> Text:
        return _level(self.warning.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningEvent(Event):
    """Something that happened to a warning."""

    warning_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningAcknowledged(WarningEvent):
    """The undertaking department received the warning; periods that run from receipt start (A-03)."""

    kind = WarningChangeKind.ACKNOWLEDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAdjusted(WarningEvent):
    """A running warning has another level; a new receipt is due (A-51)."""

    kind = WarningChangeKind.LEVEL_ADJUSTED
    level: RiskLevel | None
    receipt: Receipt
    lifted_by: tuple[Role, ...]
    scheme_required: bool
    responsibility: Responsibility

    @property
    def detail(self) -> Text:
        return _level(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityDecided(WarningEvent):
    """Others answer for a running warning than before (SD-12)."""

    kind = CaseChangeKind.RESPONSIBILITY_DECIDED
    responsibility: Responsibility


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAdopted(WarningEvent):
    """A plan was adopted for a warning."""

    kind = WarningChangeKind.PLAN_ADOPTED
    plan: Plan

    @property
    def detail(self) -> Text:
        return Text(self.plan.kind.zh, self.plan.kind.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionRecorded(WarningEvent):
    """Something was done about a warning."""

    kind = WarningChangeKind.DISPOSITION_RECORDED
    disposition: Disposition

    @property
    def detail(self) -> Text:
        return self.disposition.measure.label


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyDispositionRecorded(Event):
    """Something was done without or before a warning (BAO-01)."""

    kind = CaseChangeKind.DISPOSITION_RECORDED
    disposition: Disposition

    @property
    def detail(self) -> Text:
        return self.disposition.measure.label


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesStarted(Event):
    """Terms began to run."""

    kind = CaseChangeKind.DEADLINES_STARTED
    deadlines: tuple[Deadline, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(f"{item.label.zh} {item.due_on}" for item in self.deadlines),
            ", ".join(f"{item.label.en} {item.due_on}" for item in self.deadlines),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineOutcome:
    """How a deadline ended; ``met_at`` is when the duty was done, in time or late."""

    deadline_id: str
    status: DeadlineStatus
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesSettled(Event):
    """Deadlines were met, missed or cancelled."""

    kind = CaseChangeKind.DEADLINES_SETTLED
    outcomes: tuple[DeadlineOutcome, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(item.status.zh for item in self.outcomes), ", ".join(item.status.en for item in self.outcomes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningOverdue(WarningEvent):
    """A deadline of a running warning passed."""

    kind = WarningChangeKind.OVERDUE
    deadline_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSupervised(WarningEvent):
    """The regulation asks for a supervision, or a person issued one."""

    kind = WarningChangeKind.SUPERVISED
    supervision: Supervision

    @property
    def detail(self) -> Text:
        kind, status = self.supervision.kind, self.supervision.status
        return Text(f"{kind.zh}（{status.zh}）", f"{kind.en} ({status.en})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionReplied(WarningEvent):
    """The undertaking department replied to a supervision."""

    kind = WarningChangeKind.SUPERVISION_REPLIED
    supervision_id: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningResolved(WarningEvent):
    """The risk was resolved."""

    kind = WarningChangeKind.RESOLVED
    closure: Closure

    @property
    def detail(self) -> Text:
        return Text(self.closure.outcome.zh, self.closure.outcome.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFiled(WarningEvent):
    """The closing report went to the hub (ZHU-12)."""

    kind = WarningChangeKind.FILED
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningArchived(WarningEvent):
    """The hub archived the warning."""

    kind = WarningChangeKind.ARCHIVED
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningLifted(WarningEvent):
    """The warning was withdrawn; it stays on record."""

    kind = WarningChangeKind.LIFTED
    reason: Text


# ------------------------------------------------------------------------------------------------ notices


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesSent(Event):
    """People were told."""

    kind = CaseChangeKind.NOTICES_SENT
    notices: tuple[Notice, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(notice.subject.zh for notice in self.notices),
            ", ".join(notice.subject.en for notice in self.notices),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead(Event):
    """A notice was read."""

    kind = CaseChangeKind.NOTICE_READ
    notice_id: str
