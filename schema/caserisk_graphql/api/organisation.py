"""Offices, departments and officers."""

from __future__ import annotations

from functools import partial

import strawberry
from sqlalchemy import ColumnElement

from caserisk.store import tables as t
from caserisk.store.visibility import sees_by_office, sees_office
from caserisk_graphql.api.connections import Connection
from caserisk_graphql.api.enums import DepartmentFunction, Role
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.orders import OFFICERS_BY_ID
from caserisk_graphql.api.regulation import regulation_of
from caserisk_graphql.api.type_references import DepartmentRef, OfficeRef, OfficerRef, RegulationRef
from caserisk_graphql.reads.fields import column, computed, document, many, one, page
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import stored


def _serving(_: ReadContext) -> ColumnElement[bool]:
    """Return the condition that an officer serves: those who left are read where something names them, never listed."""
    return t.officers.c.active.is_(True)


@stored(
    t.offices,
    "A people's procuratorate (检察院). Listed: the viewer's own, those above it, and for some those below it.",
    prefix="office",
    visible=sees_office,
    visible_by_reference=True,
)
class Office(Node):
    """An office."""

    id: strawberry.ID = column(t.offices.c.id, "Global id.")
    code: str = column(
        t.offices.c.code,
        "GB/T 2260 division code (行政区划代码), six digits: `430200` is Zhuzhou. A branch has a suffix: `110000-2`.",
    )
    name: str = column(t.offices.c.name, "The office's name (院名).")
    parent: OfficeRef | None = one(
        t.offices, t.offices.c.parent_id, "The office above it (上级院); null for the highest."
    )
    children: list[OfficeRef] = many(
        t.offices,
        t.offices.c.parent_id,
        "The offices right below it (下级院) that the viewer may see, by code.",
        order=(t.offices.c.code,),
    )
    departments: list[DepartmentRef] = many(
        t.departments, t.departments.c.office_id, "The office's departments (内设部门).", order=(t.departments.c.id,)
    )
    regulation: RegulationRef | None = computed(
        regulation_of, "The rules in force here today (预警办法); null where nothing regulates the office."
    )


@stored(
    t.departments,
    "A department of an office (部门).",
    prefix="department",
    visible=partial(sees_by_office, t.departments.c.office_id),
    visible_by_reference=True,
)
class Department(Node):
    """A department."""

    id: strawberry.ID = column(t.departments.c.id, "Global id.")
    name: str = column(t.departments.c.name, "The department's name (部门名称).")
    function: DepartmentFunction = column(t.departments.c.function, "What it is for (职能).")
    office: OfficeRef = one(t.offices, t.departments.c.office_id, "The office it belongs to (所属检察院).")
    head: OfficerRef | None = one(t.officers, t.departments.c.head_id, "Its head (部门负责人).")
    leader_in_charge: OfficerRef | None = one(
        t.officers, t.departments.c.leader_in_charge_id, "The leader in charge of it (分管领导)."
    )
    liaison: OfficerRef | None = one(t.officers, t.departments.c.liaison_id, "Its liaison officer (联络员).")
    officers: Connection[OfficerRef] = page(
        t.officers,
        t.officers.c.department_id,
        "Its officers (部门人员) that serve now.",
        orders=OFFICERS_BY_ID,
        where=_serving,
    )


@stored(
    t.officers,
    "A member of an office's staff (检察人员), or a system that acts for one.",
    prefix="officer",
    visible=partial(sees_by_office, t.officers.c.office_id),
    visible_by_reference=True,
)
class Officer(Node):
    """An officer."""

    id: strawberry.ID = column(t.officers.c.id, "Global id.")
    name: str = column(t.officers.c.name, "The officer's name (姓名).")
    roles: list[Role] = document(t.officers.c.roles, "What the officer is in this mechanism (角色).")
    department: DepartmentRef | None = one(
        t.departments, t.officers.c.department_id, "The officer's department (所在部门); null for none."
    )
    active: bool = column(t.officers.c.active, "Whether the officer serves now (是否在职); who left is still named.")
    office: OfficeRef = one(t.offices, t.officers.c.office_id, "The officer's office (所在检察院).")
