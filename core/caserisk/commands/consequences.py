"""What follows from a decision: levels take effect, warnings are issued or adjusted, terms run, people are told."""

from __future__ import annotations

from caserisk.commands import deadlines, telling
from caserisk.commands.docket import Docket
from caserisk.domain import events as ev
from caserisk.domain.assessments import Assessment, PendingIssue
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Occasion, TermStart
from caserisk.domain.supervisions import Supervision
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineKind,
    PlanKind,
    Receipt,
    SupervisionStatus,
    WarningStatus,
)
from caserisk.domain.warnings import RiskWarning

# ------------------------------------------------------------------------------------------------ levels


def take_effect(docket: Docket, level: RiskLevel | None, *, assessment: Assessment) -> None:
    """Put a level in force in the case, and bring its warning in line with it (A-13, A-51).

    A running warning is adjusted, or lifted where there is no risk; where none runs and the regulation issues it by
    itself, it is issued.
    """
    before = docket.file.case.level
    if level != before:
        docket.record(ev.LevelChanged(level=level))
    warning = docket.file.active_warning
    changed = before is not None and level != before  # a first level is not a change
    if not assessment.has_risk:
        if warning:
            lift(docket, warning, Text("经评估确认无风险", "assessed and confirmed as without risk"))
    elif warning is None:
        changed = not _issue_if_automatic(docket, level, assessment) and changed  # else told of the warning
    elif level != warning.level:
        adjust(docket, warning, level)
        changed = True
    if changed:
        telling.tell(docket, Occasion.LEVEL_CHANGED, level, assessment_id=assessment.id)


def _issue_if_automatic(docket: Docket, level: RiskLevel | None, assessment: Assessment) -> bool:
    """Issue the warning where the regulation does by itself: once from an assessment, never from a returned one."""
    due = assessment.warning_id is None and assessment.status is not AssessmentStatus.RETURNED
    automatic = due and docket.regulation.issuing(docket.facts(), level).automatic
    if automatic:
        issue(docket, level, assessment_id=assessment.id, issued_by_id=None, note=None)
    return automatic


def pending_issue(docket: Docket, level: RiskLevel | None) -> PendingIssue | None:
    """What is left to issue from an assessment that finds a risk: nothing while a warning runs."""
    if docket.file.active_warning:
        return None
    issuing = docket.regulation.issuing(docket.facts(), level)
    return PendingIssue(roles=issuing.roles, automatic=issuing.automatic, reasons=issuing.reasons)


# ------------------------------------------------------------------------------------------------ warnings


def issue(
    docket: Docket, level: RiskLevel | None, *, assessment_id: str | None, issued_by_id: str | None, note: str | None
) -> RiskWarning:
    """Issue a warning, and do what the regulation has follow from it at once."""
    facts = docket.facts()
    issuing = docket.regulation.issuing(facts, level)
    scheme = docket.regulation.plan(facts, PlanKind.SCHEME, has_risk=True, level=level)
    id = docket.new_id("warning")
    docket.record(
        ev.WarningIssued(
            warning=RiskWarning(
                id=id,
                case_id=docket.file.case.id,
                assessment_id=assessment_id,
                level=level,
                status=WarningStatus.ISSUED,
                issued_at=docket.at,
                issued_by_id=issued_by_id,
                receipt=issuing.receipt,
                lifted_by=issuing.lifted_by,
                scheme_required=scheme.required,
                responsibility=docket.regulation.responsibility(facts, level),
                note=note,
            )
        )
    )
    deadlines.start(docket, id, TermStart.ISSUE)
    supervise(docket, id, Occasion.WARNING_ISSUED)
    telling.tell(docket, Occasion.WARNING_ISSUED, level, assessment_id=assessment_id, warning_id=id)
    receive_if_automatic(docket, id)
    return docket.file.warnings[id]


def adjust(docket: Docket, warning: RiskWarning, level: RiskLevel | None) -> None:
    """Give a running warning another level; the open RESOLUTION term ends, a new one runs from a new receipt (A-51)."""
    facts = docket.facts(warning)
    issuing = docket.regulation.issuing(facts, level)
    scheme = docket.regulation.plan(facts, PlanKind.SCHEME, has_risk=True, level=level)
    docket.record(
        ev.LevelAdjusted(
            warning_id=warning.id,
            level=level,
            receipt=issuing.receipt,
            lifted_by=issuing.lifted_by,
            scheme_required=scheme.required,
            responsibility=docket.regulation.responsibility(facts, level),
        )
    )
    restarted = frozenset({DeadlineKind.RESOLUTION, DeadlineKind.ACKNOWLEDGEMENT})
    deadlines.cancel(docket, warning.id, restarted)
    deadlines.start(docket, warning.id, TermStart.ISSUE, kinds=restarted)
    supervise(docket, warning.id, Occasion.LEVEL_CHANGED)
    receive_if_automatic(docket, warning.id)


def lift(docket: Docket, warning: RiskWarning, reason: Text) -> None:
    """Withdraw a warning; it stays on record."""
    docket.record(ev.WarningLifted(warning_id=warning.id, reason=reason))
    deadlines.cancel(docket, warning.id, frozenset(DeadlineKind))


def receive(docket: Docket, warning_id: str) -> None:
    """Put the receipt of a warning on record; terms that run from it start, the duty to receive is done (A-03)."""
    docket.record(ev.WarningAcknowledged(warning_id=warning_id))
    deadlines.meet(docket, warning_id, DeadlineKind.ACKNOWLEDGEMENT)
    deadlines.start(docket, warning_id, TermStart.RECEIPT)


def receive_if_automatic(docket: Docket, warning_id: str) -> None:
    """Receive a warning at once where the regulation has it so."""
    if docket.file.warnings[warning_id].receipt is Receipt.AUTOMATIC:
        receive(docket, warning_id)


def supervise(docket: Docket, warning_id: str, occasion: Occasion) -> None:
    """Put the supervision that the regulation asks for on record; one that still waits is not asked for twice."""
    warning = docket.file.warnings[warning_id]
    waiting = {
        item.kind
        for item in docket.file.supervisions.values()
        if item.warning_id == warning_id and item.status is SupervisionStatus.REQUIRED
    }
    for rule in docket.regulation.supervision(docket.facts(warning), occasion, warning.level):
        if rule.kind in waiting:
            continue
        required = Supervision(
            id=docket.new_id("supervision"),
            case_id=docket.file.case.id,
            warning_id=warning_id,
            kind=rule.kind,
            status=SupervisionStatus.REQUIRED,
            reason=rule.reason,
            department_id=docket.file.case.department_id,
            reasons=rule.reasons,
        )
        docket.record(ev.WarningSupervised(warning_id=warning_id, supervision=required))
