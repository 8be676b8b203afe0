"""What SQL lets somebody see is what the policy says they see: for every role, everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

import pytest
from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.commands.cases import OpenCase
from caserisk.domain.cases import Case
from caserisk.domain.notices import Notice
from caserisk.domain.organisation import Department, Office, Officer, office_id
from caserisk.domain.policy import Scope, Viewer
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.store import tables as t
from caserisk.store import visibility
from caserisk.store.database import create_engine
from caserisk.store.mapping import from_row, to_row
from tests.support.databases import KINDS, Databases
from tests.support.world import SHANDONG, ZHUZHOU, StaffedOffice, World

CITY, COUNTY, SISTER = "370600", "370681", "370700"
CHIEF = (Role.CHIEF_PROCURATOR,)
OFFICES = (SHANDONG, CITY, COUNTY, SISTER, ZHUZHOU)
"""A province, a city, a county of it, another city, and an office of elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """Whatever there is to see, as the domain knows it; ``entries`` by the office and the case they are about."""

    offices: Mapping[str, Office]
    departments: Sequence[Department]
    officers: Sequence[Officer]
    cases: Mapping[str, Case]
    notices: Sequence[Notice]
    entries: Mapping[str, tuple[str, str | None]]

    def viewer(self, officer: Officer) -> Viewer:
        """Return an officer as a viewer."""
        led = frozenset(item.id for item in self.departments if item.leader_in_charge_id == officer.id)
        return Viewer(officer=officer, office=self.offices[officer.office_id], led_department_ids=led)

    def sees_case(self, scope: Scope, id: str) -> bool:
        """Tell whether the policy shows a case."""
        case = self.cases[id]
        return scope.sees(case, self.offices[case.office_id])


# ------------------------------------------------------------------------------------------------ what there is


@pytest.fixture(scope="module", params=KINDS)
def populated(request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the URL of a database with cases and notices of every kind in every office."""
    databases = Databases(lambda kind: request.getfixturevalue(f"{kind}_supply"))
    url = databases.fresh(request.param)
    asyncio.run(_populate(url))
    yield url
    databases.give_back()


@pytest.fixture
async def connection(populated: str) -> AsyncIterator[AsyncConnection]:
    engine = create_engine(populated)
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


async def _populate(url: str) -> None:
    async with World(url) as world:
        for code in OFFICES:
            office = await world.office(code)
            case = await world.open_case(office)
            await _open_by_manager(world, office, department=office.department().id)
            await _open_by_manager(world, office, department=office.department(DepartmentFunction.COMPLAINTS).id)
            await _open_by_manager(world, office, department=None)
            await _send(world, office, case)


async def _open_by_manager(world: World, office: StaffedOffice, *, department: str | None) -> None:
    """Open a case that nobody handles, and perhaps no department has."""
    manager = office.viewer(Role.CASE_MANAGER)
    opened = OpenCase(
        office=office.code, number=world.runner.new_id("number"), title="案件", cause="盗窃", department=department
    )
    await world.do(opened, manager)


async def _send(world: World, office: StaffedOffice, case: str) -> None:
    """Send a notice to every kind of address."""
    roles = (None, Role.CASE_HANDLER, Role.COMPLAINTS_OFFICER, Role.INTEGRATOR)
    departments = (None, office.department().id, office.department(DepartmentFunction.COMPLAINTS).id)
    officers = (None, office.officer_id(Role.INSPECTOR), office.officer_id(Role.CASE_HANDLER))
    sent = [
        Notice(
            id=world.runner.new_id("notice"),
            office_id=office.office.id,
            case_id=case,
            assessment_id=None,
            warning_id=None,
            subject=Text("通知", "notice"),
            to_role=role,
            to_department_id=department,
            to_officer_id=officer,
            sent_at=world.now,
            reasons=(),
        )
        for role, department, officer in product(roles, departments, officers)
    ]
    async with world.engine.begin() as connection:
        await connection.execute(insert(t.notices), [to_row(notice, t.notices) for notice in sent])


async def everything(connection: AsyncConnection) -> Everything:
    """Read it all, whoever may see it."""
    found = {
        table.name: [dict(row) for row in (await connection.execute(select(table))).mappings()]
        for table in (t.offices, t.departments, t.officers, t.cases, t.notices, t.events)
    }
    return Everything(
        offices={row["id"]: from_row(row, Office, {}) for row in found["offices"]},
        departments=[from_row(row, Department, {}) for row in found["departments"]],
        officers=[from_row(row, Officer, {}) for row in found["officers"]],
        cases={row["id"]: from_row(row, Case, {}) for row in found["cases"]},
        notices=[from_row(row, Notice, {}) for row in found["notices"]],
        entries={row["id"]: (row["office_id"], row["case_id"]) for row in found["events"]},
    )


def viewers(there: Everything) -> Iterator[Viewer]:
    """Yield every officer, and the handler of the city with every two roles instead."""
    for officer in there.officers:
        yield there.viewer(officer)
        if officer.office_id == office_id(CITY) and officer.roles == (Role.CASE_HANDLER,):
            for roles in combinations(Role, 2):
                yield there.viewer(replace(officer, roles=roles))


# ------------------------------------------------------------------------------------------------ what the policy says


def cases(there: Everything, scope: Scope) -> set[str]:
    return {id for id in there.cases if there.sees_case(scope, id)}


def parties(there: Everything, scope: Scope) -> set[str]:
    return {id for id, case in there.cases.items() if scope.sees_parties(case)}


def offices(there: Everything, scope: Scope) -> set[str]:
    return {id for id, office in there.offices.items() if scope.sees_office(office)}


def told(there: Everything, scope: Scope) -> set[str]:
    return {notice.id for notice in there.notices if scope.is_addressee_of(notice)}


def notices(there: Everything, scope: Scope) -> set[str]:
    return told(there, scope) | {item.id for item in there.notices if there.sees_case(scope, item.case_id)}


def entries(there: Everything, scope: Scope) -> set[str]:
    return {
        id
        for id, (office, case) in there.entries.items()
        if (there.sees_case(scope, case) if case else scope.sees_office(there.offices[office]))
    }


@pytest.mark.parametrize(
    ("column", "in_sql", "by_policy"),
    [
        (t.cases.c.id, visibility.sees_case, cases),
        (t.cases.c.id, visibility.sees_parties, parties),
        (t.offices.c.id, visibility.sees_office, offices),
        (t.notices.c.id, visibility.is_told, told),
        (t.notices.c.id, visibility.sees_notice, notices),
        (t.events.c.id, visibility.sees_event, entries),
    ],
    ids=["cases", "parties", "offices", "told", "notices", "entries"],
)
async def test_sql_shows_what_the_policy_shows(
    connection: AsyncConnection,
    column: ColumnElement[str],
    in_sql: Callable[[Scope], ColumnElement[bool]],
    by_policy: Callable[[Everything, Scope], set[str]],
) -> None:
    there = await everything(connection)
    sights: set[frozenset[str]] = set()

    for viewer in viewers(there):
        seen = set((await connection.execute(select(column).where(in_sql(viewer.scope)))).scalars())

        assert seen == by_policy(there, viewer.scope), viewer
        sights.add(frozenset(seen))

    assert len(sights) > len(OFFICES)  # they do not all see the same


async def test_somebody_elsewhere_sees_nothing_here(connection: AsyncConnection) -> None:
    there = await everything(connection)
    chief = next(item for item in there.officers if item.office_id == office_id(ZHUZHOU) and item.roles == CHIEF)

    query = select(t.cases.c.office_id).where(visibility.sees_case(there.viewer(chief).scope)).distinct()

    assert (await connection.execute(query)).scalars().all() == [office_id(ZHUZHOU)]
