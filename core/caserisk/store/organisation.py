"""The organisation and the level schemes: rows put by entries of the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Table, and_, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.domain import events as ev
from caserisk.domain.events import Entry
from caserisk.domain.organisation import Department, Office, Officer, Roster, jurisdictions_of, office_id
from caserisk.domain.policy import Viewer
from caserisk.store.mapping import from_row, scheme_rows, to_row
from caserisk.store.tables import departments, level_schemes, levels, office_options, officers, offices


async def put(connection: AsyncConnection, entry: Entry) -> None:
    """Bring the rows of the organisation up to an entry."""
    match entry.event:
        case ev.OfficeRegistered(office=office):
            await _put(connection, offices, to_row(office, offices))
        case ev.DepartmentRegistered(department=department):
            await _put(connection, departments, to_row(department, departments))
        case ev.OfficerRegistered(officer=officer):
            await _put(connection, officers, to_row(officer, officers))
        case ev.OptionSet(key=key, value=value):
            row = {"office_id": entry.office_id, "key": key, "value": value}
            await _put(connection, office_options, row)
        case ev.SchemeRecorded(scheme=scheme):
            row, level_rows = scheme_rows(scheme)
            await connection.execute(insert(level_schemes), [row])
            await connection.execute(insert(levels), level_rows)


async def _put(connection: AsyncConnection, table: Table, row: Mapping[str, Any]) -> None:
    same = and_(*(column == row[column.name] for column in table.primary_key))
    result = await connection.execute(update(table).where(same).values(dict(row)))
    if not result.rowcount:
        await connection.execute(insert(table), [dict(row)])


async def find_office(connection: AsyncConnection, code: str) -> Office | None:
    """The office of a division code."""
    row = (await connection.execute(select(offices).where(offices.c.code == code))).mappings().first()
    return from_row(row, Office, {}) if row else None


async def office_of(connection: AsyncConnection, id: str) -> Office:
    """The office of an id that a row holds."""
    row = (await connection.execute(select(offices).where(offices.c.id == id))).mappings().one()
    return from_row(row, Office, {})


async def find_officer(connection: AsyncConnection, id: str) -> Officer | None:
    """The officer of an id."""
    row = (await connection.execute(select(officers).where(officers.c.id == id))).mappings().first()
    return from_row(row, Officer, {}) if row else None


async def find_department(connection: AsyncConnection, id: str) -> Department | None:
    """The department of an id."""
    row = (await connection.execute(select(departments).where(departments.c.id == id))).mappings().first()
    return from_row(row, Department, {}) if row else None


async def find_viewer(connection: AsyncConnection, officer_id: str) -> Viewer | None:
    """Who an active officer is, with the departments they lead."""
    of_office = [column.label(f"office.{column.name}") for column in offices.columns]
    joined = (
        select(officers, *of_office, departments.c.id.label("led"))
        .join(offices, offices.c.id == officers.c.office_id)
        .outerjoin(departments, departments.c.leader_in_charge_id == officers.c.id)
        .where(officers.c.id == officer_id, officers.c.active)
    )
    rows = (await connection.execute(joined)).mappings().all()
    if not rows:
        return None
    office = {column.name: rows[0][f"office.{column.name}"] for column in offices.columns}
    return Viewer(
        officer=from_row(rows[0], Officer, {}),
        office=Office(**office),
        led=frozenset(row["led"] for row in rows if row["led"]),
    )


async def load_roster(connection: AsyncConnection, office: Office, officer_ids: Iterable[str]) -> Roster:
    """The part of an office that a decision is about."""
    of_office = select(departments).where(departments.c.office_id == office.id).order_by(departments.c.id)
    found = (await connection.execute(of_office)).mappings().all()
    named = select(officers).where(officers.c.office_id == office.id, officers.c.id.in_(sorted(set(officer_ids))))
    staff = (await connection.execute(named)).mappings().all()
    return Roster(
        office=office,
        departments=tuple(from_row(row, Department, {}) for row in found),
        officers=tuple(from_row(row, Officer, {}) for row in staff),
    )


async def load_options(connection: AsyncConnection, code: str) -> dict[str, str]:
    """What an office chose where its regulation leaves a choice; what it did not, an office above it may have."""
    chain = [office_id(item) for item in jurisdictions_of(code)]
    rows = (await connection.execute(select(office_options).where(office_options.c.office_id.in_(chain)))).all()
    chosen: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: chain.index(row.office_id), reverse=True):
        chosen[row.key] = row.value
    return chosen


async def known_schemes(connection: AsyncConnection, ids: Iterable[str]) -> set[str]:
    """Those of the schemes that are recorded."""
    wanted = select(level_schemes.c.id).where(level_schemes.c.id.in_(sorted(ids)))
    return set((await connection.execute(wanted)).scalars())
