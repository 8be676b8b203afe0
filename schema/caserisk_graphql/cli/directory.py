"""Find offices, departments and officers for the command line."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import Select, select

from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.refusals import Refused, invalid, unknown_value
from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from caserisk.store.mapping import from_row
from caserisk.store.store import Store

T = TypeVar("T")


async def list_offices(store: Store) -> list[Office]:
    """Return all offices, each after the office above it."""
    return await _select(store, select(t.offices).order_by(t.offices.c.path), Office)


async def list_departments(store: Store, office: Office) -> list[Department]:
    """Return the departments of an office, in the order they were entered."""
    of_office = select(t.departments).where(t.departments.c.office_id == office.id)
    return await _select(store, of_office.order_by(t.departments.c.id), Department)


async def list_officers(store: Store, office: Office) -> list[Officer]:
    """Return the officers of an office, in the order they were entered."""
    of_office = select(t.officers).where(t.officers.c.office_id == office.id)
    return await _select(store, of_office.order_by(t.officers.c.id), Officer)


async def find_office(store: Store, code: str) -> Office:
    """Return the office of a division code.

    Raises:
        Refused: INVALID, naming the offices there are.
    """
    office = await store.office(code)
    if office is None:
        raise unknown_value("检察院", "office", code, [other.code for other in await list_offices(store)], "office")
    return office


async def find_department(store: Store, id: str, office: Office | None = None) -> Department:
    """Return the department of an id; where an office is given, one of that office.

    Raises:
        Refused: INVALID, naming the command that lists them.
    """
    department = await store.department(id)
    if department is None or (office and department.office_id != office.id):
        raise _unknown_id("部门", "department", id)
    return department


async def find_officer(store: Store, id: str, office: Office | None = None) -> Officer:
    """Return the officer of an id; where an office is given, one of that office.

    Raises:
        Refused: INVALID, naming the command that lists them.
    """
    officer = await store.officer(id)
    if officer is None or (office and officer.office_id != office.id):
        raise _unknown_id("人员", "officer", id)
    return officer


async def get_office(store: Store, office_id: str) -> Office:
    """Return the office of an id that a stored record refers to."""
    (office,) = await _select(store, select(t.offices).where(t.offices.c.id == office_id), Office)
    return office


async def find_officer_in_role(store: Store, office: Office, role: Role) -> Officer:
    """Return the first active officer of an office with a role.

    Raises:
        Refused: INVALID, naming the roles that its officers have.
    """
    active = [officer for officer in await list_officers(store, office) if officer.active]
    for officer in active:
        if role in officer.roles:
            return officer
    held = [item for item in Role if any(item in officer.roles for officer in active)]
    zh = "、".join(f"{item}({item.zh})" for item in held) or "无"
    en = ", ".join(item.value for item in held) or "none"
    raise invalid(
        f"检察院「{office.code}」没有在职的「{role}」({role.zh});有:{zh}",
        f"nobody active in office {office.code!r} is {role.value}; there is {en}",
        "role",
    )


def _unknown_id(zh: str, en: str, id: str) -> Refused:
    return invalid(
        f"未找到{zh}「{id}」;caserisk office show CODE 列出检察院的各{zh}",
        f"there is no {en} {id!r}; caserisk office show CODE lists every {en} of an office",
        en,
    )


async def _select(store: Store, query: Select[Any], noun: type[T]) -> list[T]:
    async with store.database.snapshot() as snapshot:
        return [from_row(row, noun, {}) for row in await snapshot.rows(query)]
