"""Who works in an office, as a test needs it: officers of several roles, posts that are empty, officers who left."""

from __future__ import annotations

from caserisk.domain.organisation import Officer
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from tests.support.world import StaffedOffice, World


async def employ(world: World, office: StaffedOffice, *roles: Role) -> Viewer:
    """Enter an officer of the undertaking department, who leads it where they may."""
    business = office.department()
    officer = await world.registrar.officer(office.office, "兼任", roles, department_id=business.id)
    if Role.LEADER_IN_CHARGE not in roles:
        return Viewer(officer=officer, office=office.office)
    await lead(world, office, officer)
    return Viewer(officer=officer, office=office.office, led_department_ids=frozenset({business.id}))


async def lead(world: World, office: StaffedOffice, leader: Officer | None) -> None:
    """Put an officer in charge of the undertaking department, or nobody."""
    business = office.department()
    await world.registrar.department(
        office.office,
        business.name,
        business.function,
        id=business.id,
        head_id=business.head_id,
        leader_in_charge_id=leader.id if leader else None,
    )


async def retire(world: World, *viewers: Viewer) -> None:
    """Retire officers."""
    for viewer in viewers:
        officer = viewer.officer
        await world.registrar.officer(
            viewer.office,
            officer.name,
            officer.roles,
            id=officer.id,
            department_id=officer.department_id,
            active=False,
        )
