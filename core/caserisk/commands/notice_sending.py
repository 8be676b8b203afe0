"""Send notices to those whom the regulation has notified of what has just happened (A-34)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment
from caserisk.domain.cases import Case
from caserisk.domain.levels import RiskLevel
from caserisk.domain.notices import Notice, NoticesSent
from caserisk.domain.policy import SUPERVISED_BY
from caserisk.domain.reviewers import find_reviewers
from caserisk.domain.rules import Awaited, NoticeRule, Occasion
from caserisk.domain.supervisions import Supervision
from caserisk.domain.vocabulary import AssessmentStatus, DepartmentFunction, Role, SupervisionStatus
from caserisk.regulation import hooks

_ROLE_OF_FUNCTION = {
    DepartmentFunction.COMPLAINTS: Role.COMPLAINTS_OFFICER,
    DepartmentFunction.CASE_MANAGEMENT: Role.CASE_MANAGER,
    DepartmentFunction.RISK_OFFICE: Role.RISK_OFFICER,
    DepartmentFunction.PUBLICITY: Role.PUBLICITY_OFFICER,
    DepartmentFunction.INSPECTION: Role.INSPECTOR,
    DepartmentFunction.RECEPTION: Role.RECEPTION_OFFICER,
}
"""The role that is notified in an office that has no department of a function."""


def notify(
    work: UnitOfWork,
    occasion: Occasion,
    level: RiskLevel | None,
    *,
    assessment_id: str | None = None,
    warning_id: str | None = None,
    supervision_id: str | None = None,
) -> None:
    """Send the notices that the regulation asks for, in the same transaction (A-34).

    Nobody is told again what a nearer layer has them told, nor in person what they have just done themselves.
    """
    file = work.file
    about = _Subject(
        assessment=file.assessments.get(assessment_id or ""),
        supervision=file.supervisions.get(supervision_id or ""),
        withdrawn=occasion is Occasion.ASSESSMENT_WITHDRAWN,
    )
    facts = work.facts(file.warnings[warning_id] if warning_id else None, occasion=occasion)
    told: dict[tuple[Awaited | None, _Addressee], Notice] = {}
    for rule in work.regulation.ask(hooks.caserisk_notices, facts, occasion, level):
        for addressee in _addressees(work, rule, about):
            if _knows(work, rule, addressee, told):
                continue
            told[rule.to_awaited, addressee] = Notice(
                id=work.new_id("notice"),
                office_id=work.roster.office.id,
                case_id=file.case.id,
                assessment_id=assessment_id,
                warning_id=warning_id,
                subject=rule.subject,
                to_role=addressee.role,
                to_department_id=addressee.department_id,
                to_officer_id=addressee.officer_id,
                sent_at=work.at,
                reasons=rule.reasons,
            )
    if told:
        work.record(NoticesSent(notices=tuple(told.values())))


class _Subject(NamedTuple):
    """What a notice is about, as far as somebody is awaited there."""

    assessment: Assessment | None
    supervision: Supervision | None
    withdrawn: bool


class _Addressee(NamedTuple):
    """The role, the department and the officer that a notice is for."""

    role: Role | None = None
    department_id: str | None = None
    officer_id: str | None = None


def _knows(
    work: UnitOfWork, rule: NoticeRule, addressee: _Addressee, told: Iterable[tuple[Awaited | None, _Addressee]]
) -> bool:
    """Tell whether an addressee is told already, or is the one who did it."""
    # A request is no report: who is told of an assessment and reviews it hears of both, of each once.
    if any(awaited is rule.to_awaited and _includes(one, addressee, work.file.case) for awaited, one in told):
        return True
    return rule.to_awaited is None and addressee.officer_id is not None and addressee.officer_id == work.actor_id


def _includes(told: _Addressee, other: _Addressee, case: Case) -> bool:
    """Tell whether those who are told already include another addressee."""
    if told.officer_id is not None:
        return told.officer_id == other.officer_id
    # The handler works in the department of the case; of others who are named the department is not known here.
    is_handler = other.officer_id is not None and other.officer_id == case.handler_id
    department_id = case.department_id if is_handler else other.department_id
    return told.department_id in (None, department_id) and told.role in (None, other.role)


# ------------------------------------------------------------------------------------------------ who it is


def _addressees(work: UnitOfWork, rule: NoticeRule, about: _Subject) -> list[_Addressee]:
    """Return those a rule notifies: the most specific addressee that the office and the case have."""
    if rule.to_awaited is not None:
        return _awaited(work, rule.to_awaited, about)
    # A function has precedence: the departments that have it, or the officers of its role where no department does.
    if rule.to_function is not None:
        found = work.roster.departments_with(rule.to_function)
        in_departments = [_Addressee(rule.to_role, item.id) for item in found]
        return in_departments or [_Addressee(rule.to_role or _ROLE_OF_FUNCTION.get(rule.to_function))]
    if rule.to_undertaking:
        return [_Addressee(rule.to_role, work.file.case.department_id)]
    return [_of_role(work, rule.to_role)]


def _of_role(work: UnitOfWork, role: Role | None) -> _Addressee:
    """Return those who have a role towards the case: by name where it names somebody, else everybody of the role."""
    case = work.file.case
    department = work.roster.department(case.department_id)
    if role is Role.CASE_HANDLER and case.handler_id:
        return _Addressee(role, None, case.handler_id)
    if role is Role.LEADER_IN_CHARGE and department and department.leader_in_charge_id:
        return _Addressee(role, None, department.leader_in_charge_id)
    # A case without a handler concerns those of its department.
    if role in (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD):
        return _Addressee(role, case.department_id)
    return _Addressee(role)


def _awaited(work: UnitOfWork, awaited: Awaited, about: _Subject) -> list[_Addressee]:
    """Return those whom an assessment or a supervision waits for; nobody where nothing waits."""
    assessment, supervision = about.assessment, about.supervision
    match awaited:
        case Awaited.REVIEWER if assessment and (about.withdrawn or assessment.status is AssessmentStatus.IN_REVIEW):
            # Where the post of a step is empty, whoever stands in.
            reviewers = find_reviewers(work.file, assessment, work.roster)
            return [
                _of_role(work, reviewers.role if reviewers else step.role)
                for step in assessment.steps[assessment.reviewed :][:1]
            ]
        case Awaited.ISSUER if assessment and assessment.status is AssessmentStatus.CONFIRMED:
            pending = assessment.pending_issue
            return [_of_role(work, role) for role in pending.roles] if pending else []
        case Awaited.SUPERVISOR if supervision and supervision.status is SupervisionStatus.REQUIRED:
            return [_of_role(work, role) for role in SUPERVISED_BY[supervision.kind]]
        case Awaited.SUPERVISOR if supervision:
            return [_Addressee(officer_id=supervision.issued_by_id)]
    return []
