"""States of a case's file, one of each noun, with defaults that suit most tests of the domain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from caserisk.domain.assessments import Assessment, PendingIssue, Review
from caserisk.domain.cases import CaseOpened, CaseStage
from caserisk.domain.deadlines import Deadline
from caserisk.domain.dispositions import Disposition
from caserisk.domain.levels import Level, LevelScheme, RiskLevel
from caserisk.domain.notices import Notice
from caserisk.domain.plans import Plan
from caserisk.domain.rules import Measure, Responsibility, ReviewStep
from caserisk.domain.supervisions import Supervision
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineKind,
    PlanKind,
    Receipt,
    Role,
    Severity,
    SupervisionKind,
    SupervisionStatus,
    Verdict,
    WarningStatus,
)
from caserisk.domain.warnings import RiskWarning

CASE, OFFICE, OFFICER = "case_1", "office_430200", "officer_1"
OPENED = datetime(2026, 1, 5, 2, tzinfo=UTC)
NOW = OPENED + timedelta(days=1)
DUE = OPENED + timedelta(days=30)
TEXT = Text("文字", "text")
STAGE, NEXT_STAGE = CaseStage(key="review", label=TEXT), CaseStage(key="trial", label=TEXT)
STEP = ReviewStep(key="department", label=TEXT, role=Role.DEPARTMENT_HEAD, reasons=())
ANSWERS_FOR_IT = Responsibility(reasons=(), handles=(Role.CASE_HANDLER,))
CASE_OPENED = CaseOpened(
    number="株检公诉〔2026〕1号",
    title="故意伤害案",
    cause="故意伤害",
    department_id=None,
    handler_id=OFFICER,
    parties=(),
    stage=STAGE,
    next_stages=(NEXT_STAGE,),
    opened_at=OPENED,
)
MILD, GRAVE = LevelScheme(
    key="two",
    name=TEXT,
    version="1",
    levels=(
        Level(code="mild", label=TEXT, severity=Severity.LOW),
        Level(code="grave", label=TEXT, severity=Severity.CRITICAL),
    ),
    reasons=(),
).ranked


def assessment(id: str, status: AssessmentStatus = AssessmentStatus.IN_REVIEW) -> Assessment:
    """Return an assessment that finds a risk and is reviewed in one step."""
    return Assessment(
        id=id,
        case_id=CASE,
        ordinal=1,
        stage=STAGE,
        status=status,
        has_risk=True,
        answers=(),
        proposed_level=MILD,
        derived_level=None,
        reasons=(),
        summary=None,
        plan_id=None,
        submitted_by_id=OFFICER,
        submitted_at=OPENED,
        steps=(STEP,),
        pending_issue=PendingIssue(roles=(Role.CASE_HANDLER,), automatic=False, reasons=()),
    )


def review(id: str, assessment_id: str, verdict: Verdict = Verdict.APPROVED, level: RiskLevel | None = None) -> Review:
    """Return the review of the first step."""
    return Review(
        id=id,
        assessment_id=assessment_id,
        turn=1,
        step=STEP,
        verdict=verdict,
        level=level,
        comment=None,
        by_id=OFFICER,
        at=NOW,
    )


def warning(id: str, status: WarningStatus = WarningStatus.ISSUED, *, assessment_id: str | None = None) -> RiskWarning:
    """Return a mild warning that has to be received."""
    return RiskWarning(
        id=id,
        case_id=CASE,
        assessment_id=assessment_id,
        level=MILD,
        level_since=OPENED,
        status=status,
        issued_at=OPENED,
        issued_by_id=OFFICER,
        receipt=Receipt.REQUIRED,
        lifted_by=(),
        scheme_required=False,
        responsibility=ANSWERS_FOR_IT,
    )


def plan(id: str, *, assessment_id: str | None = None, warning_id: str | None = None) -> Plan:
    """Return a plan, adopted where it belongs to a warning."""
    return Plan(
        id=id,
        case_id=CASE,
        assessment_id=assessment_id,
        warning_id=warning_id,
        kind=PlanKind.SCHEME if warning_id else PlanKind.CONTINGENCY,
        version=1,
        sections=(),
        assigned=(),
        resolution_due_on=None,
        proposed_by_id=OFFICER,
        proposed_at=OPENED,
        adopted_at=OPENED if warning_id else None,
    )


def deadline(id: str, warning_id: str, *, due_at: datetime = DUE) -> Deadline:
    """Return an open RESOLUTION deadline."""
    return Deadline(
        id=id,
        case_id=CASE,
        warning_id=warning_id,
        kind=DeadlineKind.RESOLUTION,
        rule="ZHU-14",
        label=TEXT,
        starts_on=date(2026, 1, 5),
        term="P1M",
        due_on=due_at.date(),
        due_at=due_at,
        calendar_complete=True,
        met_by=(),
        reasons=(),
    )


def supervision(id: str, warning_id: str) -> Supervision:
    """Return a supervision that the regulation requires."""
    return Supervision(
        id=id,
        case_id=CASE,
        warning_id=warning_id,
        kind=SupervisionKind.CHIEF_LETTER,
        status=SupervisionStatus.REQUIRED,
        reason=TEXT,
        department_id=None,
    )


def notice(id: str) -> Notice:
    """Return an unread notice."""
    return Notice(
        id=id,
        office_id=OFFICE,
        case_id=CASE,
        assessment_id=None,
        warning_id=None,
        subject=TEXT,
        to_role=Role.CASE_HANDLER,
        to_department_id=None,
        to_officer_id=None,
        sent_at=OPENED,
        reasons=(),
    )


def disposition(id: str) -> Disposition:
    """Return a disposition without a warning."""
    return Disposition(
        id=id,
        case_id=CASE,
        warning_id=None,
        measure=Measure(key="explanation", label=TEXT),
        description="释法说理",
        outcome=None,
        performed_by_id=OFFICER,
        performed_at=OPENED,
    )
