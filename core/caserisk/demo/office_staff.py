"""Staff of the demonstration's offices, entered by the registrar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from caserisk.demo.office_data import ACCOUNTS, DEPARTMENTS, OFFICES, DemoDepartment, DemoOffice, officer_name
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.registrar import Registrar


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStaff:
    """An office with its departments by name and its officers; ``number_prefix`` begins its case numbers."""

    office: Office
    number_prefix: str
    departments: Mapping[str, Department]
    viewers: tuple[Viewer, ...]

    def handlers(self, department: Department) -> list[Viewer]:
        """Return the case handlers of a department."""
        return [item for item in self._with_role(Role.CASE_HANDLER) if item.officer.department_id == department.id]

    def officer_for(self, role: Role, department: Department) -> Viewer:
        """Return an officer who has a role towards the cases of a department."""
        towards: dict[Role, Callable[[Viewer], bool]] = {
            Role.DEPARTMENT_HEAD: lambda item: item.officer.id == department.head_id,
            Role.LEADER_IN_CHARGE: lambda item: item.officer.id == department.leader_in_charge_id,
        }
        return next(filter(towards.get(role), self._with_role(role)))

    def _with_role(self, role: Role) -> list[Viewer]:
        return [item for item in self.viewers if role in item.roles]


async def register_offices(registrar: Registrar) -> list[OfficeStaff]:
    """Enter the offices with their departments and officers."""
    names = map(officer_name, count())
    return [await _register_office(registrar, data, names) for data in OFFICES]


async def _register_office(registrar: Registrar, data: DemoOffice, names: Iterator[str]) -> OfficeStaff:
    office = await registrar.office(data.code, data.name)
    departments = {unit.name: await registrar.department(office, unit.name, unit.function) for unit in DEPARTMENTS}
    posts = [(departments[unit.name].id, roles) for unit in DEPARTMENTS for roles in unit.posts]
    officers = [await registrar.officer(office, next(names), roles, department_id=id) for id, roles in posts]
    officers += [await registrar.officer(office, account, [role]) for role, account in ACCOUNTS.items()]
    # Heads and leaders are appointed last, because the officers refer to their departments too.
    for unit in DEPARTMENTS:
        if unit.leader_index is not None:
            departments[unit.name] = await _appoint(registrar, office, departments[unit.name], unit, officers)
    viewers = tuple(_viewer(officer, office, departments.values()) for officer in officers)
    return OfficeStaff(office=office, number_prefix=data.number_prefix, departments=departments, viewers=viewers)


async def _appoint(
    registrar: Registrar, office: Office, department: Department, unit: DemoDepartment, officers: list[Officer]
) -> Department:
    """Appoint the head, the leader in charge and the liaison officer of a department."""
    leaders = [officer for officer in officers if Role.LEADER_IN_CHARGE in officer.roles]
    own = {role: officer for officer in officers if officer.department_id == department.id for role in officer.roles}
    liaison = own.get(Role.LIAISON_OFFICER)
    return await registrar.department(
        office,
        department.name,
        department.function,
        id=department.id,
        head_id=own[Role.DEPARTMENT_HEAD].id,
        leader_in_charge_id=leaders[unit.leader_index or 0].id,
        liaison_id=liaison.id if liaison else None,
    )


def _viewer(officer: Officer, office: Office, departments: Iterable[Department]) -> Viewer:
    led = frozenset(item.id for item in departments if item.leader_in_charge_id == officer.id)
    return Viewer(officer=officer, office=office, led_department_ids=led)
