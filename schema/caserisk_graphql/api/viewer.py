"""Who is asking."""

from __future__ import annotations

from typing import Any

import strawberry
from sqlalchemy import ColumnElement

from caserisk.store import tables as t
from caserisk.store.visibility import is_told
from caserisk_graphql.api.connections import Connection
from caserisk_graphql.api.enums import Role
from caserisk_graphql.api.orders import NOTICES_NEWEST
from caserisk_graphql.api.type_references import NoticeRef, OfficeRef, OfficerRef
from caserisk_graphql.context import Context
from caserisk_graphql.reads.fields import attribute, one, page
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.stored_types import embedded


def _told(reading: ReadContext) -> ColumnElement[bool]:
    return is_told(reading.scope)


@embedded("Who the token says is asking (当前用户).")
class Viewer:
    """The viewer."""

    officer: OfficerRef = one(t.officers, "officer_id", "The officer (当前人员).")
    office: OfficeRef = one(t.offices, "office_id", "The officer's office (所在检察院).")
    roles: list[Role] = attribute("What the officer is in this mechanism (角色).")
    notices: Connection[NoticeRef] = page(
        t.notices,
        None,
        "The notices addressed to the viewer (我的通知), by name, by department or by role; the newest first.",
        orders=NOTICES_NEWEST,
        where=_told,
    )


async def viewer(info: strawberry.Info[Context, None]) -> Any:
    """Return the officer of the token, with office and roles."""
    officer = info.context.require_viewer().officer
    return {"officer_id": officer.id, "office_id": officer.office_id, "roles": list(officer.roles)}
