"""What follows from a decision: levels take effect, warnings are issued or adjusted, terms run, people are told."""

from __future__ import annotations

from dataclasses import replace

from caserisk.commands.docket import Docket
from caserisk.domain import events as ev
from caserisk.domain.assessments import Assessment, PendingIssue
from caserisk.domain.deadlines import deadline_from
from caserisk.domain.levels import RiskLevel
from caserisk.domain.notices import Notice
from caserisk.domain.rules import NoticeRule, Occasion, TermStart
from caserisk.domain.supervisions import Supervision
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    DeadlineKind,
    DeadlineStatus,
    DepartmentFunction,
    PlanKind,
    Receipt,
    Role,
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
        tell(docket, Occasion.LEVEL_CHANGED, level, assessment_id=assessment.id)


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
    start_terms(docket, id, TermStart.ISSUE)
    supervise(docket, id, Occasion.WARNING_ISSUED)
    tell(docket, Occasion.WARNING_ISSUED, level, assessment_id=assessment_id, warning_id=id)
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
    cancel_terms(docket, warning.id, restarted)
    start_terms(docket, warning.id, TermStart.ISSUE, kinds=restarted)
    supervise(docket, warning.id, Occasion.LEVEL_CHANGED)
    receive_if_automatic(docket, warning.id)


def lift(docket: Docket, warning: RiskWarning, reason: Text) -> None:
    """Withdraw a warning; it stays on record."""
    docket.record(ev.WarningLifted(warning_id=warning.id, reason=reason))
    cancel_terms(docket, warning.id, frozenset(DeadlineKind))


def receive(docket: Docket, warning_id: str) -> None:
    """Put the receipt of a warning on record; terms that run from it start, the duty to receive is done (A-03)."""
    docket.record(ev.WarningAcknowledged(warning_id=warning_id))
    meet_terms(docket, warning_id, DeadlineKind.ACKNOWLEDGEMENT)
    start_terms(docket, warning_id, TermStart.RECEIPT)


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


# ------------------------------------------------------------------------------------------------ terms


def start_terms(
    docket: Docket, warning_id: str, start: TermStart, *, kinds: frozenset[DeadlineKind] = frozenset(DeadlineKind)
) -> None:
    """Start the terms that run from a moment such as this."""
    warning = docket.file.warnings[warning_id]
    rules = docket.regulation.terms(docket.facts(warning), warning.level)
    started = tuple(
        deadline_from(
            rule,
            id=docket.new_id("deadline"),
            case_id=docket.file.case.id,
            warning_id=warning_id,
            starts_on=docket.today,
            calendar=docket.calendar,
        )
        for rule in rules
        if rule.starts is start and rule.kind in kinds
    )
    if started:
        docket.record(ev.DeadlinesStarted(deadlines=started))


def meet_terms(docket: Docket, warning_id: str, kind: DeadlineKind) -> None:
    """A duty was done: its open deadlines are met, or missed where it is late."""
    _settle(
        docket,
        tuple(
            ev.DeadlineOutcome(
                deadline_id=item.id,
                status=DeadlineStatus.MET if docket.at < item.due_at else DeadlineStatus.MISSED,
                met_at=docket.at,
            )
            for item in docket.file.deadlines_of(warning_id)
            if item.kind is kind
        ),
    )


def cancel_terms(docket: Docket, warning_id: str, kinds: frozenset[DeadlineKind]) -> None:
    """Duties that are no longer there."""
    _settle(
        docket,
        tuple(
            ev.DeadlineOutcome(deadline_id=item.id, status=DeadlineStatus.CANCELLED)
            for item in docket.file.deadlines_of(warning_id)
            if item.kind in kinds
        ),
    )


def close_terms(docket: Docket, warning: RiskWarning) -> None:
    """A warning is resolved: its RESOLUTION terms are met where in time and by an outcome that fulfils them (A-32)."""
    outcomes = []
    for item in docket.file.deadlines_of(warning.id):
        outcome = ev.DeadlineOutcome(deadline_id=item.id, status=DeadlineStatus.CANCELLED)
        if item.kind is DeadlineKind.RESOLUTION:
            fulfilled = warning.closure is not None and warning.closure.outcome in item.met_by
            in_time = fulfilled and docket.at < item.due_at
            outcome = replace(
                outcome,
                status=DeadlineStatus.MET if in_time else DeadlineStatus.MISSED,
                met_at=docket.at if fulfilled else None,
            )
        outcomes.append(outcome)
    _settle(docket, tuple(outcomes))


def _settle(docket: Docket, outcomes: tuple[ev.DeadlineOutcome, ...]) -> None:
    if outcomes:
        docket.record(ev.DeadlinesSettled(outcomes=outcomes))


# ------------------------------------------------------------------------------------------------ notices

_OF_FUNCTION = {
    DepartmentFunction.COMPLAINTS: Role.COMPLAINTS_OFFICER,
    DepartmentFunction.CASE_MANAGEMENT: Role.CASE_MANAGER,
    DepartmentFunction.RISK_OFFICE: Role.RISK_OFFICER,
    DepartmentFunction.PUBLICITY: Role.PUBLICITY_OFFICER,
    DepartmentFunction.INSPECTION: Role.INSPECTOR,
    DepartmentFunction.RECEPTION: Role.RECEPTION_OFFICER,
}
"""Who is told in an office that has no department of a function."""


def tell(
    docket: Docket,
    occasion: Occasion,
    level: RiskLevel | None,
    *,
    assessment_id: str | None = None,
    warning_id: str | None = None,
) -> None:
    """Send the notices that the regulation asks for, in the same transaction (A-34)."""
    sent: dict[_Address, Notice] = {}
    for rule in docket.regulation.notices(docket.facts(), occasion, level):
        for address in _addresses(docket, rule):
            role, department_id, officer_id = address
            notice = Notice(
                id=docket.new_id("notice"),
                office_id=docket.roster.office.id,
                case_id=docket.file.case.id,
                assessment_id=assessment_id,
                warning_id=warning_id,
                subject=rule.subject,
                to_role=role,
                to_department_id=department_id,
                to_officer_id=officer_id,
                sent_at=docket.at,
                reasons=rule.reasons,
            )
            sent.setdefault(address, notice)  # one for each address: the nearest layer speaks first
    if sent:
        docket.record(ev.NoticesSent(notices=tuple(sent.values())))


_Address = tuple[Role | None, str | None, str | None]
"""The role, the department and the officer that a notice is for."""


def _addresses(docket: Docket, rule: NoticeRule) -> list[_Address]:
    case = docket.file.case
    department = docket.roster.department(case.department_id)
    if rule.to_function is not None:
        found = docket.roster.of_function(rule.to_function)
        in_departments: list[_Address] = [(rule.to_role, item.id, None) for item in found]
        return in_departments or [(rule.to_role or _OF_FUNCTION.get(rule.to_function), None, None)]
    if rule.to_role is Role.CASE_HANDLER and case.handler_id:
        return [(rule.to_role, None, case.handler_id)]
    if rule.to_role is Role.LEADER_IN_CHARGE and department and department.leader_in_charge_id:
        return [(rule.to_role, None, department.leader_in_charge_id)]
    if rule.to_undertaking or rule.to_role is Role.DEPARTMENT_HEAD:
        return [(rule.to_role, case.department_id, None)]
    return [(rule.to_role, None, None)]
