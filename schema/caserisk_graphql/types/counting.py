"""The counts behind `Statistics`, a statement each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self

from sqlalchemy import Column, ColumnElement, Select, and_, case, exists, func, literal, or_, select

from caserisk.domain.terms import start_of_day
from caserisk.domain.vocabulary import AssessmentStatus, DeadlineStatus
from caserisk.store import tables as t
from caserisk.store.visibility import sees_by_case, sees_case
from caserisk_graphql.errors import bad_input
from caserisk_graphql.reads.reading import Reading
from caserisk_graphql.types.filters import in_office
from caserisk_graphql.types.months import OfficeMonth

_COUNT = func.count().label("count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The cases and warnings of an office and those below it, from ``start`` up to but not at ``end``.

    ``close`` is the last moment of the period, or now where that is earlier.
    """

    reading: Reading
    office: str
    start: datetime
    end: datetime

    @classmethod
    def of(cls, reading: Reading, office: str, first: date, last: date) -> Self:
        """The days from the first to the last.

        Raises:
            RequestError: BAD_INPUT, where the last comes before the first.
        """
        if last < first:
            raise bad_input(f"参数 to({last})早于 from({first})", f"`to` ({last}) is before `from` ({first})")
        end = start_of_day(last + timedelta(days=1))
        return cls(reading=reading, office=office, start=start_of_day(first), end=end)

    @property
    def close(self) -> datetime:
        """The moment as of which the period is looked at."""
        return min(self.end - timedelta(seconds=1), self.reading.now)

    def cases(self) -> Select[Any]:
        """Cases opened, and those of them with a confirmed assessment, by office and month."""
        confirmed = exists(
            select(literal(1)).where(
                t.assessments.c.case_id == t.cases.c.id, t.assessments.c.status == AssessmentStatus.CONFIRMED
            )
        )
        assessed = func.sum(case((confirmed, 1), else_=0)).label("assessed")
        month = OfficeMonth(t.cases.c.opened_at).label("month")
        return (
            select(t.cases.c.office_id, month, _COUNT, assessed)
            .where(*self._of(t.cases.c.office_id, sees_case(self.reading.scope)), *self._during(t.cases.c.opened_at))
            .group_by(t.cases.c.office_id, month)
        )

    def issued(self) -> Select[Any]:
        """Warnings issued, by office and month."""
        month = OfficeMonth(t.warnings.c.issued_at).label("month")
        return self._issued(t.warnings.c.office_id, month, _COUNT).group_by(t.warnings.c.office_id, month)

    def issued_by_level(self) -> Select[Any]:
        """Warnings issued and the distinct cases warned, by level, the gravest first."""
        level, severity = t.warnings.c.level_id, t.warnings.c.severity
        counted = self._issued(level, _COUNT, func.count(t.warnings.c.case_id.distinct()).label("cases"))
        return counted.group_by(level, severity).order_by(severity.desc().nulls_last(), level)

    def warned(self) -> Select[Any]:
        """The distinct cases in which a warning was issued."""
        return self._issued(func.count(t.warnings.c.case_id.distinct()).label("count"))

    def resolved(self) -> Select[Any]:
        """Warnings resolved, by month."""
        month = OfficeMonth(t.warnings.c.resolved_at).label("month")
        return self._warnings(month, _COUNT).where(*self._during(t.warnings.c.resolved_at)).group_by(month)

    def overdue(self) -> Select[Any]:
        """Warnings with a deadline that had passed at the period's close and was not ended then, by office."""
        deadlines, warnings = t.deadlines.c, t.warnings.c
        ended = func.coalesce(deadlines.met_at, warnings.resolved_at)
        running = or_(deadlines.status == DeadlineStatus.OPEN, ended > self.close)
        passed = and_(deadlines.warning_id == warnings.id, deadlines.due_at <= self.close, running)
        late = self._warnings(warnings.office_id, _COUNT).where(exists(select(literal(1)).where(passed)))
        return late.group_by(warnings.office_id)

    def _warnings(self, *counted: Any) -> Select[Any]:
        seen = sees_by_case(t.warnings.c.case_id, self.reading.scope)
        return select(*counted).select_from(t.warnings).where(*self._of(t.warnings.c.office_id, seen))

    def _issued(self, *counted: Any) -> Select[Any]:
        return self._warnings(*counted).where(*self._during(t.warnings.c.issued_at))

    def _of(self, office_id: Column[Any], seen: ColumnElement[bool]) -> list[ColumnElement[bool]]:
        return [*in_office(office_id, self.office, below=True), seen]

    def _during(self, moment: Column[Any]) -> list[ColumnElement[bool]]:
        return [moment >= self.start, moment < self.end]
