"""Send notices to those whom the regulation has notified of what has just happened (A-34)."""

from __future__ import annotations

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.levels import RiskLevel
from caserisk.domain.notices import Notice, NoticesSent
from caserisk.domain.rules import NoticeRule, Occasion
from caserisk.domain.vocabulary import DepartmentFunction, Role
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
) -> None:
    """Send the notices that the regulation asks for, in the same transaction (A-34)."""
    sent: dict[_Addressee, Notice] = {}
    for rule in work.regulation.ask(hooks.caserisk_notices, work.facts(), occasion, level):
        for addressee in _addressees(work, rule):
            role, department_id, officer_id = addressee
            notice = Notice(
                id=work.new_id("notice"),
                office_id=work.roster.office.id,
                case_id=work.file.case.id,
                assessment_id=assessment_id,
                warning_id=warning_id,
                subject=rule.subject,
                to_role=role,
                to_department_id=department_id,
                to_officer_id=officer_id,
                sent_at=work.at,
                reasons=rule.reasons,
            )
            sent.setdefault(addressee, notice)  # one for each: the nearest layer answers first
    if sent:
        work.record(NoticesSent(notices=tuple(sent.values())))


_Addressee = tuple[Role | None, str | None, str | None]
"""The role, the department and the officer that a notice is for."""


def _addressees(work: UnitOfWork, rule: NoticeRule) -> list[_Addressee]:
    """Return those a rule notifies: the most specific addressee that the office and the case have."""
    case = work.file.case
    department = work.roster.department(case.department_id)
    # A function has precedence: the departments that have it, or the officers of its role where no department does.
    if rule.to_function is not None:
        found = work.roster.departments_with(rule.to_function)
        in_departments: list[_Addressee] = [(rule.to_role, item.id, None) for item in found]
        return in_departments or [(rule.to_role or _ROLE_OF_FUNCTION.get(rule.to_function), None, None)]
    # By name where the case names somebody; where it names nobody yet, everybody of the role is an addressee.
    if rule.to_role is Role.CASE_HANDLER and case.handler_id:
        return [(rule.to_role, None, case.handler_id)]
    if rule.to_role is Role.LEADER_IN_CHARGE and department and department.leader_in_charge_id:
        return [(rule.to_role, None, department.leader_in_charge_id)]
    if rule.to_undertaking or rule.to_role is Role.DEPARTMENT_HEAD:
        return [(rule.to_role, case.department_id, None)]
    return [(rule.to_role, None, None)]
