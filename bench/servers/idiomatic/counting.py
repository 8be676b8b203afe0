"""Statistics: a statement for each count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import strawberry
from sqlalchemy import ColumnElement, Label, Row, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.shared import Level, Office
from caserisk.domain.terms import start_of_day
from caserisk.store.tables import assessments, cases, deadlines, offices, warnings


@strawberry.type
class LevelCount:
    """Warnings of a level."""

    level: Level | None
    warnings: int
    warned_cases: int


@strawberry.type
class OfficeCount:
    """What happened in an office."""

    office: Office
    cases: int
    warnings: int
    overdue: int


@strawberry.type
class MonthCount:
    """What happened in a month."""

    month: str
    cases: int
    warnings: int
    resolved: int


@strawberry.type
class Statistics:
    """The counts of a period."""

    cases: int
    assessed: int
    warnings: int
    warned_cases: int
    resolved: int
    overdue: int
    by_level: list[LevelCount]
    by_office: list[OfficeCount]
    by_month: list[MonthCount]


async def statistics(session: AsyncSession, office: str, first: date, last: date) -> Statistics:
    """Count what happened in an office and those below it."""
    top = offices.alias()
    subtree = select(e.Office).join(top, offices.c.path.startswith(top.c.path)).where(top.c.code == office)
    found: dict[str, Any] = {item.id: item for item in await session.scalars(subtree)}
    levels: dict[str, Any] = {item.id: item for item in await session.scalars(select(e.Level))}
    counts = {name: (await session.execute(query)).all() for name, query in _queries(list(found), first, last).items()}
    total = {name: sum(row.counted for row in rows) for name, rows in counts.items()}
    by_office = {name: _by("office_id", counts[name]) for name in ("cases", "warnings", "overdue")}
    by_month = {name: _by("month", counts[name]) for name in ("cases", "warnings", "resolved")}
    return Statistics(
        **{name: total[name] for name in ("cases", "assessed", "warnings", "warned_cases", "resolved", "overdue")},
        by_level=[
            LevelCount(level=levels.get(row.level_id), warnings=row.counted, warned_cases=row.cases)
            for row in counts["levels"]
        ],
        by_office=[
            OfficeCount(office=found[id], **{name: counter[id] for name, counter in by_office.items()})
            for id in sorted(set().union(*by_office.values()))
        ],
        by_month=[
            MonthCount(month=month, **{name: counter[month] for name, counter in by_month.items()})
            for month in sorted(set().union(*by_month.values()))
        ],
    )


def _queries(ids: list[str], first: date, last: date) -> dict[str, Select[Any]]:
    start, end = start_of_day(first), start_of_day(last + timedelta(days=1))
    close = min(end - timedelta(seconds=1), datetime.now(UTC))
    opened = and_(cases.c.office_id.in_(ids), cases.c.opened_at >= start, cases.c.opened_at < end)
    issued = and_(warnings.c.office_id.in_(ids), warnings.c.issued_at >= start, warnings.c.issued_at < end)
    resolved = and_(warnings.c.office_id.in_(ids), warnings.c.resolved_at >= start, warnings.c.resolved_at < end)
    confirmed = exists().where(assessments.c.case_id == cases.c.id, assessments.c.status == "CONFIRMED")
    ended = func.coalesce(deadlines.c.met_at, warnings.c.resolved_at)
    late = exists().where(
        deadlines.c.warning_id == warnings.c.id,
        deadlines.c.due_at <= close,
        or_(deadlines.c.status == "OPEN", ended > close),
    )
    count, warned = func.count().label("counted"), func.count(warnings.c.case_id.distinct())
    opened_in, issued_in, resolved_in = map(_month, (cases.c.opened_at, warnings.c.issued_at, warnings.c.resolved_at))
    level = (warnings.c.level_id, warnings.c.severity)
    return {
        "cases": select(cases.c.office_id, opened_in, count).where(opened).group_by(cases.c.office_id, opened_in),
        "assessed": select(count).select_from(cases).where(opened, confirmed),
        "warnings": select(warnings.c.office_id, issued_in, count)
        .where(issued)
        .group_by(warnings.c.office_id, issued_in),
        "warned_cases": select(warned.label("counted")).where(issued),
        "resolved": select(resolved_in, count).where(resolved).group_by(resolved_in),
        "overdue": select(warnings.c.office_id, count)
        .where(warnings.c.office_id.in_(ids), late)
        .group_by(warnings.c.office_id),
        "levels": select(*level, count, warned.label("cases"))
        .where(issued)
        .group_by(*level)
        .order_by(warnings.c.severity.desc().nulls_last(), warnings.c.level_id),
    }


def _month(moment: ColumnElement[Any]) -> Label[str]:
    return func.to_char(func.timezone("Etc/GMT-8", moment), "YYYY-MM").label("month")


def _by(key: str, rows: Sequence[Row[Any]]) -> Counter[str]:
    counter: Counter[str] = Counter()
    for row in rows:
        counter[getattr(row, key)] += row.counted
    return counter
