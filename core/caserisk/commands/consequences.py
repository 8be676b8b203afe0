"""Carry out what follows from a decision: levels take effect, warnings are issued, supervision is required."""

from __future__ import annotations

from caserisk.commands import deadlines, notice_sending
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment, PendingIssue
from caserisk.domain.cases import LevelChanged
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Occasion, TermStart
from caserisk.domain.supervisions import Supervision, SupervisionWithdrawn, WarningSupervised
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    STANDING_ASSESSMENT_STATUSES,
    DeadlineKind,
    PlanKind,
    Receipt,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.domain.warnings import (
    LevelAdjusted,
    RiskWarning,
    WarningAcknowledged,
    WarningDelivered,
    WarningIssued,
    WarningLifted,
)
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
        adjust_warning(work, warning, level, assessment=assessment)
        changed = True
    elif assessment.raised and warning.recorded_receipt:
        # The raise is reviewed, and was received before that: from now on its own term counts.
        deadlines.replace_resolution(work, warning.id)
    if changed:
        notice_sending.notify(work, Occasion.LEVEL_CHANGED, level, assessment_id=assessment.id)


def _issue_if_automatic(work: UnitOfWork, level: RiskLevel | None, assessment: Assessment) -> bool:
    """Issue the warning where the regulation does by itself: once from an assessment, while that and its case stand."""
    stands = assessment.status in STANDING_ASSESSMENT_STATUSES and not work.file.case.closed_at
    if not stands or assessment.warning_id is not None:
        return False
    issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), level)
    issued = issuing.warns and issuing.automatic
    if issued:
        issue_warning(work, level, assessment_id=assessment.id, issued_by_id=None, note=None)
    return issued


def decide_pending_issue(work: UnitOfWork, level: RiskLevel | None) -> PendingIssue | None:
    """Return the warning that is due from an assessment that finds a risk.

    None while a warning runs, in a closed case, and at a level of which the regulation does not warn.
    """
    # A case has one running warning at most: the database refuses a second, too. After the conclusion a review still
    # adjusts a running warning, and issues none (HUI-05).
    if work.file.active_warning or work.file.case.closed_at:
        return None
    issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), level)
    if not issuing.warns:
        return None
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
                level_since=work.at,
                status=WarningStatus.ISSUED,
                issued_at=work.at,
                issued_by_id=issued_by_id,
                receipt=issuing.receipt,
                lifted_by=issuing.lifted_by,
                scheme_required=scheme.required,
                responsibility=work.regulation.ask(hooks.caserisk_responsibility, facts, level),
                delivered_by=issuing.roles,
                note=note,
            )
        )
    )
    # The order is that of the log: terms run, supervision is required, people are notified, the receipt comes last.
    deadlines.start(work, id, TermStart.ISSUE, level)
    require_supervision(work, id, Occasion.WARNING_ISSUED)
    notice_sending.notify(work, Occasion.WARNING_ISSUED, level, assessment_id=assessment_id, warning_id=id)
    record_receipt_if_automatic(work, id)
    return work.file.warnings[id]


def adjust_warning(work: UnitOfWork, warning: RiskWarning, level: RiskLevel | None, *, assessment: Assessment) -> None:
    """Give a running warning another level; its term runs on until that of the new level takes its place (A-51).

    A raise is in force before ``assessment`` is reviewed; one that was returned or withdrawn is taken back, with what
    it asked for.
    """
    facts = work.facts(warning)
    issuing = work.regulation.ask(hooks.caserisk_issuing, facts, level)
    scheme = work.regulation.ask(hooks.caserisk_plan, facts, PlanKind.SCHEME, has_risk=True, level=level)
    raise_id = assessment.id if assessment.raise_in_review else None
    taken_back = assessment.status not in STANDING_ASSESSMENT_STATUSES
    work.record(
        LevelAdjusted(
            warning_id=warning.id,
            level=level,
            receipt=issuing.receipt,
            lifted_by=issuing.lifted_by,
            scheme_required=scheme.required,
            responsibility=work.regulation.ask(hooks.caserisk_responsibility, facts, level),
            delivered_by=issuing.roles,
            raise_id=raise_id,
            returned_raise_id=assessment.id if taken_back else None,
        )
    )
    if taken_back:
        deadlines.end_of_raise(work, warning.id, assessment.id)
        _withdraw_supervisions(work, warning.id, assessment.id)
    else:
        deadlines.start_earlier(work, warning.id, TermStart.ISSUE, raise_id=raise_id)
    require_supervision(work, warning.id, Occasion.LEVEL_CHANGED, raise_id=raise_id)
    if work.file.warnings[warning.id].recorded_receipt is None:
        record_receipt_if_automatic(work, warning.id)


def lift_warning(work: UnitOfWork, warning: RiskWarning, reason: Text) -> None:
    """Withdraw a warning; it stays on record."""
    work.record(WarningLifted(warning_id=warning.id, reason=reason))
    deadlines.end_all(work, warning.id)
    notice_sending.notify(work, Occasion.WARNING_LIFTED, warning.level, warning_id=warning.id)


def record_receipt(work: UnitOfWork, receipt: WarningAcknowledged | WarningDelivered) -> None:
    """Put the receipt of a warning on record; terms that run from it start, the duty to receive it is done (A-03)."""
    # Recorded first: the terms that start here may depend on the time of the receipt, which is in the facts.
    work.record(receipt)
    id = receipt.warning_id
    deadlines.meet(work, id, DeadlineKind.ACKNOWLEDGEMENT)
    raising = next((item for item in work.file.assessments.values() if item.raise_in_review), None)
    if raising:
        # The department itself receives it, so its receipt must not bring a later day before the review.
        deadlines.start(work, id, TermStart.RECEIPT, raising.displaced_level)
        deadlines.start_earlier(work, id, TermStart.RECEIPT, raise_id=raising.id)
    else:
        deadlines.start(work, id, TermStart.RECEIPT, work.file.warnings[id].level)
        deadlines.replace_resolution(work, id)
    notice_sending.notify(work, Occasion.WARNING_RECEIVED, work.file.warnings[id].level, warning_id=id)


def record_receipt_if_automatic(work: UnitOfWork, warning_id: str) -> None:
    """Put the receipt of a warning on record at once, where the regulation counts it as received when issued."""
    if work.file.warnings[warning_id].receipt is Receipt.AUTOMATIC:
        record_receipt(work, WarningAcknowledged(warning_id=warning_id))


def require_supervision(work: UnitOfWork, warning_id: str, occasion: Occasion, *, raise_id: str | None = None) -> None:
    """Put the supervision that the regulation requires on record; one that still waits is not required twice.

    ``raise_id`` is the assessment by whose raise it is required, where it is not reviewed yet.
    """
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
            raise_id=raise_id,
        )
        work.record(WarningSupervised(warning_id=warning_id, supervision=required))
        notice_sending.notify(
            work, Occasion.SUPERVISION_REQUIRED, warning.level, warning_id=warning_id, supervision_id=required.id
        )


def _withdraw_supervisions(work: UnitOfWork, warning_id: str, raise_id: str) -> None:
    """Take back the supervisions that only a returned raise asked for, as far as nobody has replied to them (A-51)."""
    pending = {SupervisionStatus.REQUIRED, SupervisionStatus.ISSUED}
    for item in work.file.supervisions.values():
        if item.raise_id == raise_id and item.status in pending:
            work.record(SupervisionWithdrawn(warning_id=warning_id, supervision_id=item.id))
