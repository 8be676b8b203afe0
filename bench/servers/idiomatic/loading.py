"""Data loaders, new for each request: what siblings ask for is fetched by one statement."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Column, UnaryExpression, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from strawberry.dataloader import DataLoader

from bench.servers.idiomatic import entities as e
from caserisk.store import tables as t

Sessions = async_sessionmaker[AsyncSession]


class Loaders:
    """The loaders of a request."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.offices = _by_id(sessions, e.Office)
        self.departments = _by_id(sessions, e.Department)
        self.officers = _by_id(sessions, e.Officer)
        self.levels = _by_id(sessions, e.Level)
        self.cases = _by_id(sessions, e.Case)
        self.assessments = _by_id(sessions, e.Assessment)
        self.warnings = _by_id(sessions, e.RiskWarning)
        self.plans = _by_id(sessions, e.Plan)
        self.reviews = _children(sessions, e.Review, t.reviews.c.assessment_id, t.reviews.c.turn)
        self.deadlines = _children(sessions, e.Deadline, t.deadlines.c.warning_id, t.deadlines.c.due_at)
        self.dispositions = _children(
            sessions,
            e.Disposition,
            t.dispositions.c.warning_id,
            t.dispositions.c.performed_at.desc(),
            t.dispositions.c.id.desc(),
        )
        self.supervisions = _children(sessions, e.Supervision, t.supervisions.c.warning_id, t.supervisions.c.id)
        self.events = _children(sessions, e.Event, t.events.c.case_id, t.events.c.position)


def _by_id(sessions: Sessions, entity: type[Any]) -> DataLoader[str | None, Any]:
    async def load(ids: list[str | None]) -> list[Any]:
        async with sessions() as session:
            rows = await session.scalars(select(entity).where(entity.id.in_(ids)))
        found = {row.id: row for row in rows}
        return [found.get(id) for id in ids]

    return DataLoader(load)


def _children(
    sessions: Sessions, entity: type[Any], parent: Column[Any], *order: Column[Any] | UnaryExpression[Any]
) -> DataLoader[str, list[Any]]:
    async def load(ids: list[str]) -> list[list[Any]]:
        async with sessions() as session:
            rows = await session.scalars(select(entity).where(parent.in_(ids)).order_by(*order))
        found: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            found[getattr(row, parent.key)].append(row)
        return [found[id] for id in ids]

    return DataLoader(load)
