"""Access rules: which cases, offices and notices an officer sees, and which acts an officer may do.

A regulation may name other roles for an act; it cannot widen what is seen. `caserisk.store.visibility` states the rules
of `Scope` again in SQL; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from caserisk.domain.cases import Case
from caserisk.domain.notices import Notice
from caserisk.domain.organisation import Office, Officer, Roster
from caserisk.domain.rules import Post, ReviewStep
from caserisk.domain.vocabulary import Role, SupervisionKind

HUB_ROLES = frozenset({Role.COMPLAINTS_OFFICER, Role.RISK_OFFICER})
"""The roles that keep the ledger (SD-08; BJ2-01)."""

OVERSEER_ROLES = HUB_ROLES | {Role.CHIEF_PROCURATOR}
"""The roles that also see the cases of subordinate offices, without parties."""

WHOLE_OFFICE_ROLES = OVERSEER_ROLES | {
    Role.DEPUTY_CHIEF_PROCURATOR,
    Role.EXPERT_COMMITTEE,
    Role.LEADING_GROUP,
    Role.LEADING_GROUP_OFFICE,
    Role.CASE_MANAGER,
}
"""The roles that see every case of their office."""

SUPERVISED_BY = {
    SupervisionKind.TRACKING_FORM: (Role.COMPLAINTS_OFFICER,),
    SupervisionKind.SUPERVISION_NOTICE: (Role.COMPLAINTS_OFFICER,),
    SupervisionKind.CHIEF_LETTER: (Role.CHIEF_PROCURATOR,),
    SupervisionKind.SPECIAL_GROUP: (Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR),
}
"""The roles that issue a supervision of each kind (ZHU-18, ZHU-19, RUZ-18)."""

_TIERS = (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE, Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR)
"""The tiers above the handler of a case, from the lowest up."""

_ABOVE_DEPARTMENTS = (Role.DEPUTY_CHIEF_PROCURATOR, Role.CHIEF_PROCURATOR)
"""The tiers above a committee, and above any other role that is none of `_TIERS`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What an officer sees.

    Cases: those they handle (``handler_id``), those of ``department_ids``, those of a whole office (``office_id``), and
    those of all offices whose path begins with ``subtree_path``; None or empty where they have no such right. Parties
    are hidden in cases that are seen by ``subtree_path`` alone. Offices: their own and those above it (``own_path``),
    and with ``sees_subordinates`` those below it too.
    """

    officer_id: str
    handler_id: str | None
    department_ids: frozenset[str]
    office_id: str | None
    subtree_path: str | None
    own_path: str
    sees_subordinates: bool
    own_office_id: str
    own_department_id: str | None
    roles: frozenset[Role]

    def sees(self, case: Case, office: Office) -> bool:
        """Tell whether a case of an office is seen."""
        return self.sees_parties(case) or (self.subtree_path is not None and office.path.startswith(self.subtree_path))

    def sees_parties(self, case: Case) -> bool:
        """Tell whether the parties of a case are shown."""
        return (
            (self.handler_id is not None and case.handler_id == self.handler_id)
            or case.department_id in self.department_ids
            or (self.office_id is not None and case.office_id == self.office_id)
        )

    def sees_office(self, office: Office) -> bool:
        """Tell whether an office is seen."""
        above = self.own_path.startswith(office.path)
        return above or (self.sees_subordinates and office.path.startswith(self.own_path))

    def is_addressee_of(self, notice: Notice) -> bool:
        """Tell whether a notice is addressed to the officer, in person or by office, department and role."""
        # A notice to a person reaches nobody else, whatever department and role it names.
        if notice.to_officer_id is not None:
            return notice.to_officer_id == self.officer_id
        in_office = notice.office_id == self.own_office_id
        in_department = notice.to_department_id is None or notice.to_department_id == self.own_department_id
        return in_office and in_department and (notice.to_role is None or notice.to_role in self.roles)


@dataclass(frozen=True, kw_only=True)  # without slots: a cached property is stored in the object
class Viewer:
    """The officer on whose behalf a request is made; ``led_department_ids``: where they are the leader in charge."""

    officer: Officer
    office: Office
    led_department_ids: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        """Return the officer's roles."""
        return frozenset(self.officer.roles)

    @cached_property  # the same object for all requests of a cached viewer, so that keys with it compare fast
    def scope(self) -> Scope:
        """Return what the officer may see."""
        roles, own = self.roles, self.officer.department_id
        # A department may still name a leader who has lost the role.
        departments = set(self.led_department_ids) if Role.LEADER_IN_CHARGE in roles else set()
        if Role.DEPARTMENT_HEAD in roles and own:
            departments.add(own)
        sees_below = bool(roles & (OVERSEER_ROLES | {Role.INTEGRATOR}))
        return Scope(
            officer_id=self.officer.id,
            handler_id=self.officer.id if Role.CASE_HANDLER in roles else None,
            department_ids=frozenset(departments),
            office_id=self.office.id if roles & WHOLE_OFFICE_ROLES else None,
            subtree_path=self.office.path if sees_below else None,
            own_path=self.office.path,
            # An administrator manages the offices below, and sees no case of theirs.
            sees_subordinates=sees_below or Role.ADMINISTRATOR in roles,
            own_office_id=self.office.id,
            own_department_id=own,
            roles=roles,
        )


def acts_as(viewer: Viewer, roles: Iterable[Role], case: Case, roster: Roster) -> bool:
    """Tell whether whoever acts has one of the roles towards a case."""
    return any(has_role(viewer.officer, role, case, roster) for role in roles)


def has_role(officer: Officer, role: Role, case: Case, roster: Roster) -> bool:
    """Tell whether an officer has a role towards a case.

    A handler has it towards the case they handle, a head and a leader in charge towards the cases of their department,
    any other role counts in its office.
    """
    # Officers of an office above may see the case, but act only in their own office.
    if role not in officer.roles or officer.office_id != case.office_id:
        return False
    department = roster.department(case.department_id)
    match role:
        case Role.CASE_HANDLER:
            return case.handler_id == officer.id
        case Role.DEPARTMENT_HEAD:
            return department is not None and officer.department_id == department.id
        case Role.LEADER_IN_CHARGE:
            return department is not None and department.leader_in_charge_id == officer.id
    return True


def holds_post(officer: Officer, post: Post, roster: Roster) -> bool:
    """Tell whether an officer holds a post: leaders and deputies in departments they lead, others in their own."""
    if post.role not in officer.roles:
        return False
    departments = roster.departments_with(post.function)
    if post.role in (Role.LEADER_IN_CHARGE, Role.DEPUTY_CHIEF_PROCURATOR):
        return any(department.leader_in_charge_id == officer.id for department in departments)
    return any(department.id == officer.department_id for department in departments)


def reviewers_in_turn(step: ReviewStep) -> tuple[Role, ...]:
    """Return the role that reviews a step, and after it those that stand in where nobody can: the tiers above it."""
    if step.stand_ins is not None:
        return (step.role, *step.stand_ins)
    if step.role in _TIERS:
        return _TIERS[_TIERS.index(step.role) :]
    return (step.role, *_ABOVE_DEPARTMENTS)


def may_assign(viewer: Viewer, office_id: str, *, department_id: str | None, handler_id: str | None) -> bool:
    """Tell whether an officer may open or assign a case in this way.

    A case manager may in the whole office, a handler for themselves, a head within the department.
    """
    if viewer.office.id != office_id:
        return False
    # An officer without a department shares none with a case that has none.
    own_department = department_id is not None and department_id == viewer.officer.department_id
    return (
        Role.CASE_MANAGER in viewer.roles
        or (Role.CASE_HANDLER in viewer.roles and handler_id == viewer.officer.id and own_department)
        or (Role.DEPARTMENT_HEAD in viewer.roles and own_department)
    )
