"""What `caserisk.domain.policy.Scope` says, as SQL predicates with bound parameters.

Every list, node, count, search and stream is narrowed by one of these.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select

from caserisk.domain.policy import Scope
from caserisk.store.tables import cases, departments, events, notices, offices, warnings


def sees_parties(scope: Scope) -> ColumnElement[bool]:
    """The cases whose parties are shown: as handler, as of a department, as of the whole office."""
    return or_(
        cases.c.handler_id == scope.handler_id if scope.handler_id else false(),
        cases.c.department_id.in_(sorted(scope.department_ids)) if scope.department_ids else false(),
        cases.c.office_id == scope.office_id if scope.office_id else false(),
    )


def sees_case(scope: Scope) -> ColumnElement[bool]:
    """The cases that are seen."""
    of_one_kind = is_by_office(scope) or _is_own(scope) or _is_of_departments(scope)
    return _is_seen(scope) if of_one_kind else and_(_is_near(cases.c.office_id, scope), _is_seen(scope))


def _is_seen(scope: Scope) -> ColumnElement[bool]:
    return or_(sees_parties(scope), _is_below(cases.c.office_id, scope))


def _is_near(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """The rows of offices of which something is seen; a case is of the office that its department is of.

    It adds nothing to what else is asked of a row but a way to it, through the indexes of those offices.
    """
    own, of_departments = cases.alias(), departments.c.id.in_(sorted(scope.department_ids))
    handled = select(own.c.office_id).where(own.c.handler_id == scope.handler_id)
    return or_(
        sees_all_of(office_id, scope),
        office_id.in_(select(departments.c.office_id).where(of_departments)) if scope.department_ids else false(),
        office_id.in_(handled) if scope.handler_id else false(),
    )


def is_by_office(scope: Scope) -> bool:
    """Whether of each office either all cases are seen or none."""
    return not (scope.handler_id or scope.department_ids)


def _is_own(scope: Scope) -> bool:
    """Whether nothing is seen but what they handle."""
    return not (scope.department_ids or scope.office_id or scope.subtree_path)


def _is_of_departments(scope: Scope) -> bool:
    """Whether nothing is seen but what is of departments."""
    return not (scope.handler_id or scope.office_id or scope.subtree_path)


def sees_all_of(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """The rows of offices whose cases are all seen."""
    return or_(office_id == scope.office_id if scope.office_id else false(), _is_below(office_id, scope))


def _is_below(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """The rows of offices whose cases are seen without parties."""
    if scope.subtree_path is None:
        return false()
    return office_id.in_(select(offices.c.id).where(offices.c.path.startswith(scope.subtree_path, autoescape=True)))


def sees_by_case(case_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """The rows of whatever belongs to a case that is seen."""
    return exists(select(literal(1)).where(cases.c.id == case_id, _is_seen(scope)))


def sees_warning(scope: Scope) -> ColumnElement[bool]:
    """The warnings of cases that are seen; a warning is of the office that its case is of."""
    if is_by_office(scope):
        return sees_all_of(warnings.c.office_id, scope)
    by_case = sees_by_case(warnings.c.case_id, scope)
    return by_case if _is_own(scope) else and_(_is_near(warnings.c.office_id, scope), by_case)


def sees_office(scope: Scope) -> ColumnElement[bool]:
    """The offices that are shown: their own, those above, and for some those below."""
    above = literal(scope.own_path).startswith(offices.c.path)
    below = offices.c.path.startswith(scope.own_path, autoescape=True)
    return or_(above, below) if scope.sees_subordinates else above


def sees_by_office(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """The rows of whatever belongs to an office that is shown."""
    return exists(select(literal(1)).where(offices.c.id == office_id, sees_office(scope)))


def is_told(scope: Scope) -> ColumnElement[bool]:
    """The notices addressed to them."""
    to_them = notices.c.to_officer_id == scope.officer_id
    to_their_like = and_(
        notices.c.to_officer_id.is_(None),
        notices.c.office_id == scope.own_office_id,
        or_(notices.c.to_department_id.is_(None), notices.c.to_department_id == scope.own_department_id),
        or_(notices.c.to_role.is_(None), notices.c.to_role.in_(sorted(scope.roles))),
    )
    return or_(to_them, to_their_like)


def sees_notice(scope: Scope) -> ColumnElement[bool]:
    """The notices addressed to them, and those of cases that are seen."""
    return or_(is_told(scope), sees_by_case(notices.c.case_id, scope))


def sees_event(scope: Scope) -> ColumnElement[bool]:
    """The entries of the log of cases that are seen, and of offices that are shown."""
    case_id, office_id = events.c.case_id, events.c.office_id
    of_offices = office_id.in_(select(offices.c.id).where(sees_office(scope)))
    by_case = false() if is_by_office(scope) else sees_by_case(case_id, scope)
    of_case = and_(case_id.is_not(None), or_(sees_all_of(office_id, scope), by_case))
    return and_(or_(of_offices, _is_near(office_id, scope)), or_(and_(case_id.is_(None), of_offices), of_case))
