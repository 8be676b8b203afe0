"""An office at work: its departments, and everybody in them, entered by the registrar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from caserisk.demo.offices import APART, OFFICES, UNITS, Sheet, Unit, officer_name
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Role
from caserisk.registrar import Registrar


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """An office with its departments by name, and everybody in it; ``short`` is how its case numbers begin."""

    office: Office
    short: str
    departments: Mapping[str, Department]
    viewers: tuple[Viewer, ...]

    def handlers(self, department: Department) -> list[Viewer]:
        """The case handlers of a department."""
        return [item for item in self._in(Role.CASE_HANDLER) if item.officer.department_id == department.id]

    def one(self, role: Role, department: Department) -> Viewer:
        """Who has a role towards the cases of a department."""
        towards: dict[Role, Callable[[Viewer], bool]] = {
            Role.DEPARTMENT_HEAD: lambda item: item.officer.id == department.head_id,
            Role.LEADER_IN_CHARGE: lambda item: item.officer.id == department.leader_in_charge_id,
        }
        return next(filter(towards.get(role), self._in(role)))

    def _in(self, role: Role) -> list[Viewer]:
        return [item for item in self.viewers if role in item.roles]


async def found_offices(registrar: Registrar) -> list[Staff]:
    """Enter the offices and everybody in them."""
    names = map(officer_name, count())
    return [await _found(registrar, sheet, names) for sheet in OFFICES]


async def _found(registrar: Registrar, sheet: Sheet, names: Iterator[str]) -> Staff:
    office = await registrar.office(sheet.code, sheet.name)
    departments = {unit.name: await registrar.department(office, unit.name, unit.function) for unit in UNITS}
    posts = [(departments[unit.name].id, roles) for unit in UNITS for roles in unit.posts]
    officers = [await registrar.officer(office, next(names), roles, department_id=id) for id, roles in posts]
    officers += [await registrar.officer(office, account, [role]) for role, account in APART.items()]
    for unit in UNITS:
        if unit.led_by is not None:
            departments[unit.name] = await _appoint(registrar, office, departments[unit.name], unit, officers)
    viewers = tuple(_viewer(officer, office, departments.values()) for officer in officers)
    return Staff(office=office, short=sheet.short, departments=departments, viewers=viewers)


async def _appoint(
    registrar: Registrar, office: Office, department: Department, unit: Unit, officers: list[Officer]
) -> Department:
    """Give a department its head, its leader in charge and its liaison officer."""
    leaders = [officer for officer in officers if Role.LEADER_IN_CHARGE in officer.roles]
    own = {role: officer for officer in officers if officer.department_id == department.id for role in officer.roles}
    liaison = own.get(Role.LIAISON_OFFICER)
    return await registrar.department(
        office,
        department.name,
        department.function,
        id=department.id,
        head_id=own[Role.DEPARTMENT_HEAD].id,
        leader_in_charge_id=leaders[unit.led_by or 0].id,
        liaison_id=liaison.id if liaison else None,
    )


def _viewer(officer: Officer, office: Office, departments: Iterable[Department]) -> Viewer:
    led = frozenset(item.id for item in departments if item.leader_in_charge_id == officer.id)
    return Viewer(officer=officer, office=office, led_department_ids=led)
