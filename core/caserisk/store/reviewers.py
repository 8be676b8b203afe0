"""Who can review an assessment now: `caserisk.domain.reviewers` as SQL, for reads."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Text, and_, case, cast, exists, literal, or_

from caserisk.domain.rules import MAX_STAND_INS
from caserisk.domain.vocabulary import Role
from caserisk.store.tables import assessments, cases, departments, officers, reviews

# Aliases, so that these are never taken for the tables of the statement around them.
_case, _department, _officer, _review = (table.alias() for table in (cases, departments, officers, reviews))


def reviewing_role() -> ColumnElement[str]:
    """Build the role that can review the next step of an assessment; null where nobody can, or nobody has to."""
    turns = [assessments.c.next_reviewers[place].as_string() for place in range(1 + MAX_STAND_INS)]
    own_review = _review.c.stood_in_as.is_(None)
    return case(
        *((_somebody_can(role, literal(value=True)), role) for role in turns),
        (_somebody_can(turns[0], own_review), turns[0]),
        else_=None,
    )


def _somebody_can(role: ColumnElement[str], counted: ColumnElement[bool]) -> ColumnElement[bool]:
    """Match where an active officer has a role towards the case and is not kept from the step.

    ``counted`` matches the earlier reviews that keep whoever gave them.
    """
    spoke = exists().where(_review.c.assessment_id == assessments.c.id, _review.c.by_id == _officer.c.id, counted)
    apart = and_(
        _officer.c.id != assessments.c.submitted_by_id, _officer.c.id.is_distinct_from(_case.c.handler_id), ~spoke
    )
    return exists().where(
        _case.c.id == assessments.c.case_id,
        _officer.c.office_id == _case.c.office_id,
        _officer.c.active,
        _has_role(role),
        or_(assessments.c.next_review["separate"].as_boolean().is_(False), apart),
    )


def _has_role(role: ColumnElement[str]) -> ColumnElement[bool]:
    """Match the officers who have a role towards the case (`policy.has_role`)."""
    leads = exists().where(
        _department.c.id == _case.c.department_id, _department.c.leader_in_charge_id == _officer.c.id
    )
    return and_(
        # In the text of the list of roles: the two databases have no function in common that looks into it.
        cast(_officer.c.roles, Text).contains(literal('"').concat(role).concat('"')),
        or_(role != Role.CASE_HANDLER.value, _case.c.handler_id == _officer.c.id),
        or_(role != Role.DEPARTMENT_HEAD.value, _case.c.department_id == _officer.c.department_id),
        or_(role != Role.LEADER_IN_CHARGE.value, leads),
    )
