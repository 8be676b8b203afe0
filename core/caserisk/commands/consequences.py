"""Carry out what follows from a decision: levels take effect, warnings are issued, supervision is required."""

from __future__ import annotations

from caserisk.commands import deadlines, notice_sending
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment, PendingIssue
from caserisk.domain.cases import LevelChanged
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Occasion, TermStart
from caserisk.domain.supervisions import Supervision, WarningSupervised
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineKind,
    PlanKind,
    Receipt,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.domain.warnings import LevelAdjusted, RiskWarning, WarningAcknowledged, WarningIssued, WarningLifted
from caserisk.regulation import hooks

# ------------------------------------------------------------------------------------------------ levels


def apply_level(work: UnitOfWork, level: RiskLevel | None, *, assessment: Assessment) -> None:
    """Put a level in force in the case, and bring its warning in line with it (A-13, A-51).

    A running warning is adjusted, or lifted where there is no risk; where none runs and the regulation issues it by
    itself, it is issued.
    """
    before = work.file.case.level
    # First of all: what the regulation is asked about the warning below, it is asked with this level in force.
    if level != before:
        work.record(LevelChanged(level=level))
    warning = work.file.active_warning
    # Whether to send the notices of LEVEL_CHANGED: a first level is no change.
    changed = before is not None and level != before
    if not assessment.has_risk:
        if warning:
            lift_warning(work, warning, Text("经评估确认无风险", "assessed and confirmed as without risk"))
    elif warning is None:
        # Where a warning is issued at once, its own notices name the level.
        changed = not _issue_if_automatic(work, level, assessment) and changed
    elif level != warning.level:
        # Notified also where the case had no level yet: a warning that was given at intake gets its first level here.
        adjust_warning(work, warning, level)
        changed = True
    if changed:
        notice_sending.notify(work, Occasion.LEVEL_CHANGED, level, assessment_id=assessment.id)


def _issue_if_automatic(work: UnitOfWork, level: RiskLevel | None, assessment: Assessment) -> bool:
    """Issue the warning where the regulation does by itself: once from an assessment, never from a returned one."""
    due = assessment.warning_id is None and assessment.status is not AssessmentStatus.RETURNED
    automatic = due and work.regulation.ask(hooks.caserisk_issuing, work.facts(), level).automatic
    if automatic:
        issue_warning(work, level, assessment_id=assessment.id, issued_by_id=None, note=None)
    return automatic


def decide_pending_issue(work: UnitOfWork, level: RiskLevel | None) -> PendingIssue | None:
    """Return the warning that is due from an assessment that finds a risk; None while a warning runs."""
    # A case has one running warning at most: the database refuses a second, too.
    if work.file.active_warning:
        return None
    issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), level)
    return PendingIssue(roles=issuing.roles, automatic=issuing.automatic, reasons=issuing.reasons)


# ------------------------------------------------------------------------------------------------ warnings


def issue_warning(
    work: UnitOfWork, level: RiskLevel | None, *, assessment_id: str | None, issued_by_id: str | None, note: str | None
) -> RiskWarning:
    """Issue a warning, and do what the regulation has follow from it at once.

    ``issued_by_id`` is None where the regulation issues it by itself. The facts are those before the warning exists.
    """
    facts = work.facts()
    issuing = work.regulation.ask(hooks.caserisk_issuing, facts, level)
    scheme = work.regulation.ask(hooks.caserisk_plan, facts, PlanKind.SCHEME, has_risk=True, level=level)
    id = work.new_id("warning")
    work.record(
        WarningIssued(
            warning=RiskWarning(
                id=id,
                case_id=work.file.case.id,
                assessment_id=assessment_id,
                level=level,
                status=WarningStatus.ISSUED,
                issued_at=work.at,
                issued_by_id=issued_by_id,
                receipt=issuing.receipt,
                lifted_by=issuing.lifted_by,
                scheme_required=scheme.required,
                responsibility=work.regulation.ask(hooks.caserisk_responsibility, facts, level),
                note=note,
            )
        )
    )
    # The order is that of the log: terms run, supervision is required, people are notified, the receipt comes last.
    deadlines.start(work, id, TermStart.ISSUE)
    require_supervision(work, id, Occasion.WARNING_ISSUED)
    notice_sending.notify(work, Occasion.WARNING_ISSUED, level, assessment_id=assessment_id, warning_id=id)
    record_receipt_if_automatic(work, id)
    return work.file.warnings[id]


def adjust_warning(work: UnitOfWork, warning: RiskWarning, level: RiskLevel | None) -> None:
    """Give a running warning another level; the open RESOLUTION term ends, a new one runs from a new receipt (A-51)."""
    facts = work.facts(warning)
    issuing = work.regulation.ask(hooks.caserisk_issuing, facts, level)
    scheme = work.regulation.ask(hooks.caserisk_plan, facts, PlanKind.SCHEME, has_risk=True, level=level)
    work.record(
        LevelAdjusted(
            warning_id=warning.id,
            level=level,
            receipt=issuing.receipt,
            lifted_by=issuing.lifted_by,
            scheme_required=scheme.required,
            responsibility=work.regulation.ask(hooks.caserisk_responsibility, facts, level),
        )
    )
    # What was done stays done; only the time to receive and to resolve is given anew.
    restarted = frozenset({DeadlineKind.RESOLUTION, DeadlineKind.ACKNOWLEDGEMENT})
    deadlines.cancel(work, warning.id, restarted)
    # Terms that run from the receipt wait for the new one; `record_receipt` starts them.
    deadlines.start(work, warning.id, TermStart.ISSUE, kinds=restarted)
    require_supervision(work, warning.id, Occasion.LEVEL_CHANGED)
    record_receipt_if_automatic(work, warning.id)


def lift_warning(work: UnitOfWork, warning: RiskWarning, reason: Text) -> None:
    """Withdraw a warning; it stays on record."""
    work.record(WarningLifted(warning_id=warning.id, reason=reason))
    # One that has passed already is cancelled too; that it passed stays on record as its `passed_at`.
    deadlines.cancel(work, warning.id, frozenset(DeadlineKind))
    notice_sending.notify(work, Occasion.WARNING_LIFTED, warning.level, warning_id=warning.id)


def record_receipt(work: UnitOfWork, warning_id: str) -> None:
    """Put the receipt of a warning on record; terms that run from it start, the duty to receive it is done (A-03)."""
    # Recorded first: the terms that start here may depend on the time of the receipt, which is in the facts.
    work.record(WarningAcknowledged(warning_id=warning_id))
    deadlines.meet(work, warning_id, DeadlineKind.ACKNOWLEDGEMENT)
    deadlines.start(work, warning_id, TermStart.RECEIPT)
    notice_sending.notify(work, Occasion.WARNING_RECEIVED, work.file.warnings[warning_id].level, warning_id=warning_id)


def record_receipt_if_automatic(work: UnitOfWork, warning_id: str) -> None:
    """Put the receipt of a warning on record at once, where the regulation counts it as received when issued."""
    if work.file.warnings[warning_id].receipt is Receipt.AUTOMATIC:
        record_receipt(work, warning_id)


def require_supervision(work: UnitOfWork, warning_id: str, occasion: Occasion) -> None:
    """Put the supervision that the regulation requires on record; one that still waits is not required twice."""
    warning = work.file.warnings[warning_id]
    # A deadline that passes and a level that changes may both ask for the same form; a person issues it once.
    waiting = {
        item.kind
        for item in work.file.supervisions.values()
        if item.warning_id == warning_id and item.status is SupervisionStatus.REQUIRED
    }
    for rule in work.regulation.ask(
        hooks.caserisk_supervision, work.facts(warning, occasion=occasion), occasion, warning.level
    ):
        if rule.kind in waiting:
            continue
        required = Supervision(
            id=work.new_id("supervision"),
            case_id=work.file.case.id,
            warning_id=warning_id,
            kind=rule.kind,
            status=SupervisionStatus.REQUIRED,
            reason=rule.reason,
            department_id=work.file.case.department_id,
            reasons=rule.reasons,
        )
        work.record(WarningSupervised(warning_id=warning_id, supervision=required))
        notice_sending.notify(
            work, Occasion.SUPERVISION_REQUIRED, warning.level, warning_id=warning_id, supervision_id=required.id
        )
