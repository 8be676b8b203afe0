"""Notices: whom a regulation has told of what has just happened."""

from __future__ import annotations

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.levels import RiskLevel
from caserisk.domain.notices import Notice, NoticesSent
from caserisk.domain.rules import NoticeRule, Occasion
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.regulation import hooks

_OF_FUNCTION = {
    DepartmentFunction.COMPLAINTS: Role.COMPLAINTS_OFFICER,
    DepartmentFunction.CASE_MANAGEMENT: Role.CASE_MANAGER,
    DepartmentFunction.RISK_OFFICE: Role.RISK_OFFICER,
    DepartmentFunction.PUBLICITY: Role.PUBLICITY_OFFICER,
    DepartmentFunction.INSPECTION: Role.INSPECTOR,
    DepartmentFunction.RECEPTION: Role.RECEPTION_OFFICER,
}
"""Who is told in an office that has no department of a function."""


def notify(
    work: UnitOfWork,
    occasion: Occasion,
    level: RiskLevel | None,
    *,
    assessment_id: str | None = None,
    warning_id: str | None = None,
) -> None:
    """Send the notices that the regulation asks for, in the same transaction (A-34)."""
    sent: dict[_Address, Notice] = {}
    for rule in work.regulation.ask(hooks.caserisk_notices, work.facts(), occasion, level):
        for address in _addresses(work, rule):
            role, department_id, officer_id = address
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
            sent.setdefault(address, notice)  # one for each address: the nearest layer speaks first
    if sent:
        work.record(NoticesSent(notices=tuple(sent.values())))


_Address = tuple[Role | None, str | None, str | None]
"""The role, the department and the officer that a notice is for."""


def _addresses(work: UnitOfWork, rule: NoticeRule) -> list[_Address]:
    case = work.file.case
    department = work.roster.department(case.department_id)
    if rule.to_function is not None:
        found = work.roster.departments_with(rule.to_function)
        in_departments: list[_Address] = [(rule.to_role, item.id, None) for item in found]
        return in_departments or [(rule.to_role or _OF_FUNCTION.get(rule.to_function), None, None)]
    if rule.to_role is Role.CASE_HANDLER and case.handler_id:
        return [(rule.to_role, None, case.handler_id)]
    if rule.to_role is Role.LEADER_IN_CHARGE and department and department.leader_in_charge_id:
        return [(rule.to_role, None, department.leader_in_charge_id)]
    if rule.to_undertaking or rule.to_role is Role.DEPARTMENT_HEAD:
        return [(rule.to_role, case.department_id, None)]
    return [(rule.to_role, None, None)]
