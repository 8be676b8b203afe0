"""Visibility: `caserisk.domain.policy.Scope` as SQL predicates with bound parameters.

Every list, node, count, search and stream is restricted by one of these.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, literal, or_, select

from caserisk.domain.policy import Scope
from caserisk.store.tables import cases, departments, events, notices, offices, warnings


def sees_parties(scope: Scope) -> ColumnElement[bool]:
    """Match the cases whose parties are shown: as their handler, their department or their whole office."""
    return or_(
        cases.c.handler_id == scope.handler_id if scope.handler_id else false(),
        cases.c.department_id.in_(sorted(scope.department_ids)) if scope.department_ids else false(),
        cases.c.office_id == scope.office_id if scope.office_id else false(),
    )


def sees_case(scope: Scope) -> ColumnElement[bool]:
    """Match the cases that are seen."""
    # With conditions of one kind the planner finds an index by itself; an OR of several kinds it would scan for.
    needs_no_hint = is_by_office(scope) or _sees_only_handled(scope) or _sees_only_departments(scope)
    return _is_seen(scope) if needs_no_hint else and_(_is_of_a_seen_office(cases.c.office_id, scope), _is_seen(scope))


def _is_seen(scope: Scope) -> ColumnElement[bool]:
    return or_(sees_parties(scope), _is_below(cases.c.office_id, scope))


def _is_of_a_seen_office(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Match the rows of offices of which something is seen; a case is of the office that its department is of.

    It changes nothing in the result: it gives the planner a way to the rows, through the indexes of those offices.
    """
    own, of_departments = cases.alias(), departments.c.id.in_(sorted(scope.department_ids))
    handled = select(own.c.office_id).where(own.c.handler_id == scope.handler_id)
    return or_(
        sees_all_of(office_id, scope),
        office_id.in_(select(departments.c.office_id).where(of_departments)) if scope.department_ids else false(),
        office_id.in_(handled) if scope.handler_id else false(),
    )


def is_by_office(scope: Scope) -> bool:
    """Tell whether of each office either all cases are seen or none."""
    return not (scope.handler_id or scope.department_ids)


def _sees_only_handled(scope: Scope) -> bool:
    """Tell whether nothing is seen but what they handle."""
    return not (scope.department_ids or scope.office_id or scope.subtree_path)


def _sees_only_departments(scope: Scope) -> bool:
    """Tell whether nothing is seen but what is of their departments."""
    return not (scope.handler_id or scope.office_id or scope.subtree_path)


def sees_all_of(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Match the rows of offices whose cases are all seen."""
    return or_(office_id == scope.office_id if scope.office_id else false(), _is_below(office_id, scope))


def _is_below(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Match the rows of offices whose cases are seen without parties."""
    if scope.subtree_path is None:
        return false()
    return office_id.in_(select(offices.c.id).where(offices.c.path.startswith(scope.subtree_path, autoescape=True)))


def sees_by_case(case_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Match the rows that belong to a case that is seen."""
    return exists(select(literal(1)).where(cases.c.id == case_id, _is_seen(scope)))


def sees_warning(scope: Scope) -> ColumnElement[bool]:
    """Match the warnings of cases that are seen; a warning is of the office that its case is of."""
    if is_by_office(scope):
        return sees_all_of(warnings.c.office_id, scope)
    by_case = sees_by_case(warnings.c.case_id, scope)
    return by_case if _sees_only_handled(scope) else and_(_is_of_a_seen_office(warnings.c.office_id, scope), by_case)


def sees_office(scope: Scope) -> ColumnElement[bool]:
    """Match the offices that are shown: their own, those above, and for some roles those below."""
    # A path lists the codes of the offices from the topmost down, so that each one begins with those above it.
    # `autoescape` takes no column; it is not needed, since a path holds digits, dashes and slashes only.
    above = literal(scope.own_path).startswith(offices.c.path)
    below = offices.c.path.startswith(scope.own_path, autoescape=True)
    return or_(above, below) if scope.sees_subordinates else above


def sees_by_office(office_id: ColumnElement[str], scope: Scope) -> ColumnElement[bool]:
    """Match the rows that belong to an office that is shown."""
    return exists(select(literal(1)).where(offices.c.id == office_id, sees_office(scope)))


def is_told(scope: Scope) -> ColumnElement[bool]:
    """Match the notices that are addressed to them."""
    to_them = notices.c.to_officer_id == scope.officer_id
    to_their_group = and_(
        notices.c.to_officer_id.is_(None),
        notices.c.office_id == scope.own_office_id,
        or_(notices.c.to_department_id.is_(None), notices.c.to_department_id == scope.own_department_id),
        or_(notices.c.to_role.is_(None), notices.c.to_role.in_(sorted(scope.roles))),
    )
    return or_(to_them, to_their_group)


def sees_notice(scope: Scope) -> ColumnElement[bool]:
    """Match the notices that are addressed to them, and those of cases that are seen."""
    return or_(is_told(scope), sees_by_case(notices.c.case_id, scope))


def sees_event(scope: Scope) -> ColumnElement[bool]:
    """Match the entries of the log about cases that are seen and offices that are shown."""
    case_id, office_id = events.c.case_id, events.c.office_id
    of_offices = office_id.in_(select(offices.c.id).where(sees_office(scope)))
    by_case = false() if is_by_office(scope) else sees_by_case(case_id, scope)
    # The office of an entry is that of its case, so for most viewers the case need not be looked up.
    of_case = and_(case_id.is_not(None), or_(sees_all_of(office_id, scope), by_case))
    return and_(
        or_(of_offices, _is_of_a_seen_office(office_id, scope)), or_(and_(case_id.is_(None), of_offices), of_case)
    )
