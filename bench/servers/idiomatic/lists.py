"""Lists of cases and warnings, a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum
from typing import Any

import strawberry
from sqlalchemy import Select, func, select

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.shared import Asked, Nodes
from bench.servers.idiomatic.types import Case, RiskWarning
from caserisk.store.tables import cases, offices, warnings


@strawberry.enum
class CaseOrder(Enum):
    """How cases are sorted."""

    DUE_SOONEST = "DUE_SOONEST"


@strawberry.enum
class WarningOrder(Enum):
    """How warnings are sorted."""

    ISSUED_NEWEST = "ISSUED_NEWEST"


@strawberry.input
class Where:
    """What a list is narrowed by: an office with those below it, and whether a case is open."""

    office: str
    open: bool = True


@strawberry.type
class PageInfo:
    """The end of a page."""

    has_next_page: bool
    end_cursor: str | None


@strawberry.type
class Edge:
    """A warning and its place in the list."""

    cursor: str
    node: RiskWarning


@strawberry.type
class Ledger:
    """A page of warnings."""

    edges: list[Edge]
    page_info: PageInfo
    office: strawberry.Private[str]

    @strawberry.field
    async def total_count(self, info: Asked) -> int:
        """Return how many there are in all."""
        counted = select(func.count()).select_from(warnings).where(warnings.c.office_id.in_(_subtree(self.office)))
        async with info.context.sessions() as session:
            return await session.scalar(counted) or 0


async def board(info: Asked, where: Where, order_by: CaseOrder, first: int) -> Nodes[Case]:  # noqa: ARG001  # the only one
    """Return the open cases that are due first."""
    state = cases.c.closed_at.is_(None) if where.open else cases.c.closed_at.is_not(None)
    query = select(e.Case).where(cases.c.office_id.in_(_subtree(where.office)), state)
    async with info.context.sessions() as session:
        rows: Any = await session.scalars(query.order_by(cases.c.due_at, cases.c.id).limit(first))
    return Nodes(nodes=list(rows))


async def ledger(info: Asked, where: Where, order_by: WarningOrder, first: int) -> Ledger:  # noqa: ARG001  # the only one
    """Return the warnings that were issued last."""
    query = select(e.RiskWarning).where(warnings.c.office_id.in_(_subtree(where.office)))
    newest = query.order_by(warnings.c.issued_at.desc(), warnings.c.id.desc()).limit(first + 1)
    async with info.context.sessions() as session:
        rows: list[Any] = list(await session.scalars(newest))
    edges = [Edge(cursor=_cursor(row), node=row) for row in rows[:first]]
    end = edges[-1].cursor if edges else None
    return Ledger(edges=edges, page_info=PageInfo(has_next_page=len(rows) > first, end_cursor=end), office=where.office)


def _subtree(office: str) -> Select[tuple[str]]:
    top = offices.alias()
    return select(offices.c.id).join(top, offices.c.path.startswith(top.c.path)).where(top.c.code == office)


def _cursor(row: Any) -> str:
    issued_at: datetime = row.issued_at
    return f"warnings.ISSUED_NEWEST~{issued_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}~{row.id}"
