"""Who may see what, and who may do what: the one place that decides it.

A regulation may name other roles for an act; it cannot widen what is seen. `caserisk.store.visibility` says the same as
`Scope` in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caserisk.domain.cases import Case
from caserisk.domain.notices import Notice
from caserisk.domain.organisation import Office, Officer, Roster
from caserisk.domain.vocabulary import Role, SupervisionKind

HUBS = frozenset({Role.COMPLAINTS_OFFICER, Role.RISK_OFFICER})
"""The roles that keep the ledger (SD-08; BJ2-01)."""

OVERSEERS = HUBS | {Role.CHIEF_PROCURATOR}
"""The roles that also see the cases of subordinate offices, without parties."""

WHOLE_OFFICE = OVERSEERS | {
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
"""Who issues a supervision of each kind (ZHU-18, ZHU-19, RUZ-18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The cases somebody sees: those they handle, those of departments, of a whole office, of an office and all below.

    Parties are shown in all but those that are seen by ``below`` alone. ``own_path`` and ``whole_tree`` say which
    offices they see: their own and those above it, and with ``whole_tree`` those below it too.
    """

    officer_id: str
    handler_id: str | None
    departments: frozenset[str]
    office_id: str | None
    below: str | None
    own_path: str
    whole_tree: bool
    own_office_id: str
    own_department_id: str | None
    roles: frozenset[Role]

    def sees(self, case: Case, office: Office) -> bool:
        """Whether a case of an office is among them."""
        return self.sees_parties(case) or (self.below is not None and office.path.startswith(self.below))

    def sees_parties(self, case: Case) -> bool:
        """Whether the parties of a case are shown."""
        return (
            (self.handler_id is not None and case.handler_id == self.handler_id)
            or case.department_id in self.departments
            or (self.office_id is not None and case.office_id == self.office_id)
        )

    def sees_office(self, office: Office) -> bool:
        """Whether an office is shown."""
        above = self.own_path.startswith(office.path)
        return above or (self.whole_tree and office.path.startswith(self.own_path))

    def is_told(self, notice: Notice) -> bool:
        """Whether a notice is addressed to them."""
        if notice.to_officer_id is not None:
            return notice.to_officer_id == self.officer_id
        in_office = notice.office_id == self.own_office_id
        in_department = notice.to_department_id is None or notice.to_department_id == self.own_department_id
        return in_office and in_department and (notice.to_role is None or notice.to_role in self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is asking, as the officer's record says; ``led`` are the departments they are the leader in charge of."""

    officer: Officer
    office: Office
    led: frozenset[str] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        """What they are."""
        return frozenset(self.officer.roles)

    @property
    def scope(self) -> Scope:
        """What they may see."""
        roles, own = self.roles, self.officer.department_id
        departments = set(self.led) if Role.LEADER_IN_CHARGE in roles else set()
        if Role.DEPARTMENT_HEAD in roles and own:
            departments.add(own)
        sees_below = bool(roles & (OVERSEERS | {Role.INTEGRATOR}))
        return Scope(
            officer_id=self.officer.id,
            handler_id=self.officer.id if Role.CASE_HANDLER in roles else None,
            departments=frozenset(departments),
            office_id=self.office.id if roles & WHOLE_OFFICE else None,
            below=self.office.path if sees_below else None,
            own_path=self.office.path,
            whole_tree=sees_below or Role.ADMINISTRATOR in roles,
            own_office_id=self.office.id,
            own_department_id=own,
            roles=roles,
        )


def acts_as(viewer: Viewer, roles: Iterable[Role], case: Case, roster: Roster) -> bool:
    """Whether somebody has one of the roles towards a case.

    Handler of the case itself; head and leader in charge of its department; any other role in its office.
    """
    if viewer.office.id != case.office_id:
        return False
    department = roster.department(case.department_id)
    held = viewer.roles & frozenset(roles)
    return any(
        {
            Role.CASE_HANDLER: case.handler_id == viewer.officer.id,
            Role.DEPARTMENT_HEAD: department is not None and viewer.officer.department_id == department.id,
            Role.LEADER_IN_CHARGE: department is not None and department.leader_in_charge_id == viewer.officer.id,
        }.get(role, True)
        for role in held
    )


def may_assign(viewer: Viewer, office_id: str, *, department_id: str | None, handler_id: str | None) -> bool:
    """Whether somebody may open or assign a case so: a case manager, a handler for themselves, a head in theirs."""
    if viewer.office.id != office_id:
        return False
    own_department = department_id is not None and department_id == viewer.officer.department_id
    return (
        Role.CASE_MANAGER in viewer.roles
        or (Role.CASE_HANDLER in viewer.roles and handler_id == viewer.officer.id and own_department)
        or (Role.DEPARTMENT_HEAD in viewer.roles and own_department)
    )
