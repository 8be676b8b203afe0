"""State is the fold of events: for each noun, one pure function from a state and an entry of the log to the next state.

A state that an entry does not concern is given back as it is, the same object: the store writes what is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from caserisk.domain import events as ev
from caserisk.domain.assessments import Assessment, Review
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import Case, LevelPeriod
from caserisk.domain.deadlines import Deadline
from caserisk.domain.events import Entry
from caserisk.domain.notices import Notice
from caserisk.domain.plans import Plan
from caserisk.domain.supervisions import Supervision
from caserisk.domain.vocabulary import AssessmentStatus, PlanKind, SupervisionStatus, WarningStatus
from caserisk.domain.warnings import Disposition, RiskWarning


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_HasId)


def opened(entry: Entry) -> CaseFile:
    """The file of a case that an entry opens.

    Raises:
        ValueError: the entry opens no case.
    """
    event = entry.event
    if not isinstance(event, ev.CaseOpened) or entry.case_id is None:
        raise ValueError(f"a file begins with CaseOpened, not with {type(event).__name__}")
    case = Case(
        id=entry.case_id,
        office_id=entry.office_id,
        number=event.number,
        title=event.title,
        cause=event.cause,
        department_id=event.department_id,
        handler_id=event.handler_id,
        parties=event.parties,
        stage=event.stage,
        next_stages=event.next_stages,
        opened_at=event.opened_at,
    )
    return CaseFile(case=case)


def fold(file: CaseFile, entry: Entry) -> CaseFile:
    """The file after an entry."""
    after = replace(
        file,
        case=fold_case(file.case, entry),
        assessments=_each(file.assessments, fold_assessment, entry, _assessments_in(entry)),
        reviews=_each(file.reviews, _keep, entry, _reviews_in(entry)),
        warnings=_each(file.warnings, fold_warning, entry, _warnings_in(entry)),
        plans=_each(file.plans, fold_plan, entry, _plans_in(entry)),
        dispositions=_each(file.dispositions, _keep, entry, _dispositions_in(entry)),
        deadlines=_each(file.deadlines, fold_deadline, entry, _deadlines_in(entry)),
        supervisions=_each(file.supervisions, fold_supervision, entry, _supervisions_in(entry)),
        notices=_each(file.notices, fold_notice, entry, _notices_in(entry)),
        levels=_each(file.levels, _keep, entry, _levels_in(file, entry)),
    )
    return _with_links(after)


# ------------------------------------------------------------------------------------------------ noun by noun


def fold_case(case: Case, entry: Entry) -> Case:
    """The case after an entry of its file."""
    moved = 0 if isinstance(entry.event, ev.NoticeRead | ev.NoticesSent) else 1
    case = replace(case, version=case.version + moved, revision=case.revision + 1)
    match entry.event:
        case ev.CaseAssigned(department_id=department, handler_id=handler):
            return replace(case, department_id=department, handler_id=handler)
        case ev.StageAdvanced(stage=stage, next_stages=following):
            return replace(case, stage=stage, next_stages=following)
        case ev.CaseConcluded():
            return replace(case, closed_at=entry.at, next_stages=())
        case ev.PetitionRecorded():
            return replace(case, petition_recorded=True)
        case ev.GatesDecided(gates=gates):
            return replace(case, gates=gates)
        case ev.LevelChanged(level=level):
            return replace(case, level=level)
    return case


def fold_assessment(assessment: Assessment, entry: Entry) -> Assessment:
    """The assessment after an entry of its case's file."""
    event = entry.event
    if isinstance(event, ev.AssessmentConfirmed) and event.assessment_id != assessment.id:
        return _superseded(assessment)
    if isinstance(event, ev.WarningIssued):
        return _warned(assessment, event.warning)
    if getattr(event, "assessment_id", None) != assessment.id:
        return assessment
    assessment = replace(assessment, version=assessment.version + 1)
    match event:
        case ev.AssessmentReviewed(review=review, next_review_due_at=due_at):
            return replace(
                assessment,
                reviewed=review.turn,
                level=review.level or assessment.level,
                next_review_due_at=due_at,
            )
        case ev.AssessmentReturned():
            return replace(
                assessment, status=AssessmentStatus.RETURNED, next_review_due_at=None, pending_issue=None, raised=False
            )
        case ev.AssessmentConfirmed(level=level, pending_issue=pending, warning_id=warning_id):
            return replace(
                assessment,
                warning_id=warning_id,
                status=AssessmentStatus.CONFIRMED,
                level=level,
                pending_issue=pending,
                next_review_due_at=None,
            )
    return assessment


def _warned(assessment: Assessment, warning: RiskWarning) -> Assessment:
    """A case has one running warning: once there is one, none is left to issue from any of its assessments."""
    if warning.assessment_id == assessment.id:
        return replace(assessment, pending_issue=None, warning_id=warning.id, version=assessment.version + 1)
    if assessment.pending_issue is None:
        return assessment
    return replace(assessment, pending_issue=None, version=assessment.version + 1)


def _superseded(assessment: Assessment) -> Assessment:
    if assessment.status is not AssessmentStatus.CONFIRMED:
        return assessment
    return replace(assessment, status=AssessmentStatus.SUPERSEDED, pending_issue=None, version=assessment.version + 1)


def fold_warning(warning: RiskWarning, entry: Entry) -> RiskWarning:
    """The warning after an entry of its case's file."""
    event = entry.event
    if not isinstance(event, ev.WarningEvent) or event.warning_id != warning.id:
        return warning
    warning = replace(warning, version=warning.version + 1)
    match event:
        case ev.WarningAcknowledged():
            first = warning.status is WarningStatus.ISSUED
            status = WarningStatus.ACKNOWLEDGED if first else warning.status
            return replace(warning, status=status, acknowledged_at=entry.at)
        case ev.LevelAdjusted():
            return _adjusted(warning, event)
        case ev.ResponsibilityDecided(responsibility=responsibility):
            return replace(warning, responsibility=responsibility)
        case ev.PlanAdopted(plan=plan):
            adopted = warning.scheme_adopted or plan.kind is PlanKind.SCHEME
            return replace(warning, status=WarningStatus.IN_DISPOSITION, scheme_adopted=adopted)
        case ev.DispositionRecorded():
            return replace(warning, status=WarningStatus.IN_DISPOSITION)
        case ev.WarningResolved(closure=closure):
            return replace(warning, status=WarningStatus.RESOLVED, closure=closure)
        case ev.WarningFiled(report=report):
            return replace(warning, status=WarningStatus.FILED, report=report)
        case ev.WarningArchived():
            return replace(warning, status=WarningStatus.ARCHIVED, archived_at=entry.at)
        case ev.WarningLifted():
            return replace(warning, status=WarningStatus.LIFTED)
    return warning


def _adjusted(warning: RiskWarning, event: ev.LevelAdjusted) -> RiskWarning:
    status = WarningStatus.ISSUED if warning.status is WarningStatus.ACKNOWLEDGED else warning.status
    return replace(
        warning,
        status=status,
        level=event.level,
        receipt=event.receipt,
        lifted_by=event.lifted_by,
        scheme_required=event.scheme_required,
        responsibility=event.responsibility,
        acknowledged_at=None,
    )


def fold_plan(plan: Plan, entry: Entry) -> Plan:
    """The plan after an entry of its case's file: a plan made in advance is adopted with its assessment."""
    match entry.event:
        case ev.AssessmentConfirmed(assessment_id=id, warning_id=warning_id) if id == plan.assessment_id:
            return replace(plan, adopted_by_id=entry.actor_id, adopted_at=entry.at, warning_id=warning_id)
        case ev.WarningIssued(warning=warning) if warning.assessment_id and warning.assessment_id == plan.assessment_id:
            return replace(plan, warning_id=warning.id)
    return plan


def fold_deadline(deadline: Deadline, entry: Entry) -> Deadline:
    """The deadline after an entry of its case's file."""
    match entry.event:
        case ev.DeadlinesSettled(outcomes=outcomes):
            for outcome in outcomes:
                if outcome.deadline_id == deadline.id:
                    return replace(deadline, status=outcome.status, met_at=outcome.met_at)
        case ev.WarningOverdue(deadline_id=id) if id == deadline.id:
            return replace(deadline, passed_at=entry.at)
    return deadline


def fold_supervision(supervision: Supervision, entry: Entry) -> Supervision:
    """The supervision after an entry of its case's file."""
    match entry.event:
        case ev.WarningSupervised(supervision=issued) if issued.id == supervision.id:
            return replace(issued, version=supervision.version + 1)
        case ev.SupervisionReplied(supervision_id=id, reply=reply) if id == supervision.id:
            return replace(
                supervision,
                status=SupervisionStatus.REPLIED,
                reply=reply,
                replied_by_id=entry.actor_id,
                replied_at=entry.at,
                version=supervision.version + 1,
            )
    return supervision


def fold_notice(notice: Notice, entry: Entry) -> Notice:
    """The notice after an entry of its case's file."""
    match entry.event:
        case ev.NoticeRead(notice_id=id) if id == notice.id:
            return replace(notice, read_at=entry.at)
    return notice


# ------------------------------------------------------------------------------------------------ what an entry brings


def _assessments_in(entry: Entry) -> tuple[Assessment, ...]:
    return (entry.event.assessment,) if isinstance(entry.event, ev.AssessmentSubmitted) else ()


def _reviews_in(entry: Entry) -> tuple[Review, ...]:
    return (entry.event.review,) if isinstance(entry.event, ev.AssessmentReviewed | ev.AssessmentReturned) else ()


def _warnings_in(entry: Entry) -> tuple[RiskWarning, ...]:
    return (entry.event.warning,) if isinstance(entry.event, ev.WarningIssued) else ()


def _plans_in(entry: Entry) -> tuple[Plan, ...]:
    match entry.event:
        case ev.AssessmentSubmitted(plan=Plan() as plan):
            return (plan,)
        case ev.PlanAdopted(plan=plan):
            return (replace(plan, adopted_by_id=entry.actor_id, adopted_at=entry.at),)
    return ()


def _dispositions_in(entry: Entry) -> tuple[Disposition, ...]:
    match entry.event:
        case ev.DispositionRecorded(disposition=disposition) | ev.EarlyDispositionRecorded(disposition=disposition):
            return (disposition,)
    return ()


def _deadlines_in(entry: Entry) -> tuple[Deadline, ...]:
    return entry.event.deadlines if isinstance(entry.event, ev.DeadlinesStarted) else ()


def _supervisions_in(entry: Entry) -> tuple[Supervision, ...]:
    return (entry.event.supervision,) if isinstance(entry.event, ev.WarningSupervised) else ()


def _notices_in(entry: Entry) -> tuple[Notice, ...]:
    return entry.event.notices if isinstance(entry.event, ev.NoticesSent) else ()


def _levels_in(file: CaseFile, entry: Entry) -> tuple[LevelPeriod, ...]:
    if not isinstance(entry.event, ev.LevelChanged):
        return ()
    period = LevelPeriod(
        id=entry.id, case_id=file.case.id, since=entry.at, revision=file.case.revision + 1, level=entry.event.level
    )
    return (period,)


# ------------------------------------------------------------------------------------------------ putting it together


def _keep(state: N, _: Entry) -> N:
    return state


def _each(
    states: Mapping[str, N], step: Callable[[N, Entry], N], entry: Entry, brought: tuple[N, ...]
) -> Mapping[str, N]:
    """Every state after the entry, and those that it brings and that were not there."""
    after = {id: step(state, entry) for id, state in states.items()}
    after.update({state.id: state for state in brought if state.id not in after})
    return after


def _with_links(file: CaseFile) -> CaseFile:
    """What follows from the rest of the file: plans in force, earliest deadlines, what is current."""
    warnings = {id: _warning_with_links(file, warning) for id, warning in file.warnings.items()}
    file = replace(file, warnings=warnings)
    assessment, warning = file.current_assessment, file.active_warning
    case = replace(
        file.case,
        current_assessment_id=assessment.id if assessment else None,
        active_warning_id=warning.id if warning else None,
        due_at=warning.due_at if warning else None,
    )
    return replace(file, case=case if case != file.case else file.case)


def _warning_with_links(file: CaseFile, warning: RiskWarning) -> RiskWarning:
    due_at, plan = file.due_at(warning), file.plan_in_force(warning)
    plan_id = plan.id if plan else None
    if (due_at, plan_id) == (warning.due_at, warning.plan_id):
        return warning
    return replace(warning, due_at=due_at, plan_id=plan_id)
