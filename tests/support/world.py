"""A world, as behaviour tests say: a runner on a database, a clock set by hand, offices with officers of each role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from random import Random
from typing import Self

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection

from caserisk import baseline
from caserisk.command_runner import CommandRunner
from caserisk.commands.cases import OpenCase
from caserisk.commands.command import Changed, Command
from caserisk.domain.events import Entry, Event
from caserisk.domain.organisation import Department, DepartmentRegistered, Office, Officer, OfficerRegistered
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.ids import id_maker
from caserisk.registrar import Registrar
from caserisk.regulation.discovery import InstalledPlugin, find_installed_plugins
from caserisk.regulation.registry import Registry, build_registry
from caserisk.store.database import Database, create_engine
from caserisk.store.store import Store

ZHUZHOU, SHANDONG, HUIZHOU = "430200", "370000", "441300"
"""The division codes of the three regions."""

START_TIME = datetime(2026, 1, 5, 2, tzinfo=UTC)
"""Where the clock stands at first: ten o'clock on a Monday, in every office."""

_DEPARTMENTS = {
    DepartmentFunction.BUSINESS: "公诉处",
    DepartmentFunction.COMPLAINTS: "控申处",
    DepartmentFunction.CASE_MANAGEMENT: "案管中心",
    DepartmentFunction.LEADERSHIP: "院领导",
}
_FUNCTION_OF_ROLE = {
    Role.CASE_HANDLER: DepartmentFunction.BUSINESS,
    Role.DEPARTMENT_HEAD: DepartmentFunction.BUSINESS,
    Role.LIAISON_OFFICER: DepartmentFunction.BUSINESS,
    Role.COMPLAINTS_OFFICER: DepartmentFunction.COMPLAINTS,
    Role.CASE_MANAGER: DepartmentFunction.CASE_MANAGEMENT,
    Role.LEADER_IN_CHARGE: DepartmentFunction.LEADERSHIP,
    Role.DEPUTY_CHIEF_PROCURATOR: DepartmentFunction.LEADERSHIP,
    Role.CHIEF_PROCURATOR: DepartmentFunction.LEADERSHIP,
}
"""The department of each role; the others are of none."""


def all_regions() -> Registry:
    """Return a registry of every plugin that is installed, and the baseline."""
    base = InstalledPlugin(name="baseline", version="1", jurisdictions=(), load=lambda: baseline.PLUGIN)
    return build_registry(find_installed_plugins(), baseline=base)


def _do_not_wait_for_the_disk(connection: DBAPIConnection, _: object) -> None:
    """Let SQLite return before the disk has written: what a test writes need not outlive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffedOffice:
    """An office with its departments by function and an officer for each role."""

    office: Office
    departments: Mapping[DepartmentFunction, Department]
    viewers: Mapping[Role, Viewer]

    @property
    def code(self) -> str:
        """Return its division code."""
        return self.office.code

    def viewer(self, role: Role) -> Viewer:
        """Return the officer of a role as a viewer."""
        return self.viewers[role]

    def officer_id(self, role: Role) -> str:
        """Return the id of the officer of a role."""
        return self.viewers[role].officer.id

    def department(self, function: DepartmentFunction = DepartmentFunction.BUSINESS) -> Department:
        """Return the department of a function."""
        return self.departments[function]


class World:
    """A runner on a migrated database; ``now`` is what its clock tells."""

    def __init__(self, url: str, *, registry: Registry | None = None, seed: int = 0) -> None:
        self.now = START_TIME
        self.engine = create_engine(url)
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine.sync_engine, "connect", _do_not_wait_for_the_disk)
        self.store = Store(Database(self.engine))
        self.runner = CommandRunner(
            store=self.store,
            registry=registry or all_regions(),
            clock=lambda: self.now,
            new_id=id_maker(lambda: self.now, random=Random(seed)),
        )
        self.registrar = Registrar(runner=self.runner)
        self._numbers = count(1)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self.store.close()

    async def office(self, code: str, name: str | None = None) -> StaffedOffice:
        """Register an office with its departments and an officer for each role, and the heads of departments."""
        office = await self.registrar.office(code, name or f"{code}人民检察院")
        departments = {function: self._department(office, function) for function in _DEPARTMENTS}
        officers = {role: self._officer(office, role, departments) for role in Role}
        business = replace(
            departments[DepartmentFunction.BUSINESS],
            head_id=officers[Role.DEPARTMENT_HEAD].id,
            leader_in_charge_id=officers[Role.LEADER_IN_CHARGE].id,
            liaison_id=officers[Role.LIAISON_OFFICER].id,
        )
        complaints = replace(
            departments[DepartmentFunction.COMPLAINTS], leader_in_charge_id=officers[Role.DEPUTY_CHIEF_PROCURATOR].id
        )
        await self.enter(
            office,
            *(DepartmentRegistered(department=department) for department in departments.values()),
            *(OfficerRegistered(officer=officer) for officer in officers.values()),
            *(DepartmentRegistered(department=department) for department in (business, complaints)),
        )
        led = {
            Role.LEADER_IN_CHARGE: frozenset({business.id}),
            Role.DEPUTY_CHIEF_PROCURATOR: frozenset({complaints.id}),
        }
        return StaffedOffice(
            office=office,
            departments=departments
            | {DepartmentFunction.BUSINESS: business, DepartmentFunction.COMPLAINTS: complaints},
            viewers={
                role: Viewer(officer=officer, office=office, led_department_ids=led.get(role, frozenset()))
                for role, officer in officers.items()
            },
        )

    def _department(self, office: Office, function: DepartmentFunction) -> Department:
        id, name = self.runner.new_id("department"), _DEPARTMENTS[function]
        return Department(id=id, office_id=office.id, name=name, function=function)

    def _officer(self, office: Office, role: Role, departments: Mapping[DepartmentFunction, Department]) -> Officer:
        id, place = self.runner.new_id("officer"), _FUNCTION_OF_ROLE.get(role)
        department_id = departments[place].id if place else None
        return Officer(id=id, office_id=office.id, department_id=department_id, name=role.zh, roles=(role,))

    async def enter(self, office: Office, *events: Event) -> None:
        """Record events of an office in one transaction: a thousand tests begin here."""
        await self.store.write_organisation(
            [
                Entry(
                    id=self.runner.new_id("event"),
                    at=self.now,
                    office_id=office.id,
                    case_id=None,
                    actor_id=None,
                    event=event,
                )
                for event in events
            ]
        )

    async def do(self, command: Command, viewer: Viewer | None = None) -> Changed:
        """Carry out a command, and return what it changed."""
        return (await self.runner.execute(command, viewer=viewer)).changed

    async def open_case(self, office: StaffedOffice, number: str | None = None) -> str:
        """Open a case of an office's handler under a new number, and return its id."""
        handler = office.viewer(Role.CASE_HANDLER)
        number = number or f"检公诉〔{self.now.year}〕{next(self._numbers)}号"
        opened = OpenCase(
            office=office.code, number=number, title="故意伤害案", cause="故意伤害", handler=handler.officer.id
        )
        return (await self.do(opened, handler)).case
