"""How far each role sees cases and their parties: the table of roles, written once for all tests of visibility."""

from __future__ import annotations

from enum import IntEnum

from caserisk.domain.vocabulary import Role


class Reach(IntEnum):
    """How far somebody sees: each of these is more than the one before."""

    NOTHING = 0
    OWN = 1
    """The cases they handle."""
    DEPARTMENT = 2
    """Those of the department that they head, or of those that they lead."""
    OFFICE = 3
    """Those of their office."""
    BELOW = 4
    """Those of the offices below theirs, too."""


ROLE_REACH = {
    Role.CASE_HANDLER: (Reach.OWN, Reach.OWN),
    Role.DEPARTMENT_HEAD: (Reach.DEPARTMENT, Reach.DEPARTMENT),
    Role.LEADER_IN_CHARGE: (Reach.DEPARTMENT, Reach.DEPARTMENT),
    Role.CASE_MANAGER: (Reach.OFFICE, Reach.OFFICE),
    Role.DEPUTY_CHIEF_PROCURATOR: (Reach.OFFICE, Reach.OFFICE),
    Role.EXPERT_COMMITTEE: (Reach.OFFICE, Reach.OFFICE),
    Role.LEADING_GROUP: (Reach.OFFICE, Reach.OFFICE),
    Role.LEADING_GROUP_OFFICE: (Reach.OFFICE, Reach.OFFICE),
    Role.CHIEF_PROCURATOR: (Reach.BELOW, Reach.OFFICE),
    Role.COMPLAINTS_OFFICER: (Reach.BELOW, Reach.OFFICE),
    Role.RISK_OFFICER: (Reach.BELOW, Reach.OFFICE),
    Role.INTEGRATOR: (Reach.BELOW, Reach.NOTHING),
    Role.ADMINISTRATOR: (Reach.NOTHING, Reach.NOTHING),
    Role.LIAISON_OFFICER: (Reach.NOTHING, Reach.NOTHING),
    Role.RECEPTION_OFFICER: (Reach.NOTHING, Reach.NOTHING),
    Role.PUBLICITY_OFFICER: (Reach.NOTHING, Reach.NOTHING),
    Role.INSPECTOR: (Reach.NOTHING, Reach.NOTHING),
}
"""How far each role sees cases, and how far their parties."""

SEE_OFFICES_BELOW = frozenset(
    {Role.CHIEF_PROCURATOR, Role.COMPLAINTS_OFFICER, Role.RISK_OFFICER, Role.INTEGRATOR, Role.ADMINISTRATOR}
)
"""Who sees, besides their own office and those above it, those below it."""

CASE_PLACES = ("own", "department", "office", "county")
"""A case that somebody sees who sees so far, by the number of its `Reach`."""


def places_within(reach: Reach) -> frozenset[str]:
    """Return the places of the cases that are seen with a reach."""
    return frozenset(CASE_PLACES[:reach])
