"""Count for `Statistics`: what the counts are made of is read once, however many of them are selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from sqlalchemy import (
    CTE,
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal_column,
    select,
    true,
    union,
    union_all,
)
from sqlalchemy.types import TypeEngine

from caserisk.domain.terms import start_of_day
from caserisk.domain.vocabulary import AssessmentStatus
from caserisk.store import tables as t
from caserisk.store.columns import Moment
from caserisk.store.visibility import is_by_office, sees_all_of, sees_by_case, sees_case
from caserisk_graphql.api.office_month import OfficeMonth
from caserisk_graphql.errors import bad_input
from caserisk_graphql.reads.argument_checks import MAX_KEY_LENGTH, checked_text
from caserisk_graphql.reads.declarations import Condition, Parameters
from caserisk_graphql.reads.read_context import ReadContext

_ONE, _NOTHING = literal_column("1", BigInteger()), literal_column("0", BigInteger())


def _seen_of_offices(reading: ReadContext) -> ColumnElement[bool]:
    """Return the condition that anything of an office may be seen."""
    scope = reading.scope
    return sees_all_of(t.offices.c.id, scope) if is_by_office(scope) else true()


def _seen_cases(reading: ReadContext) -> ColumnElement[bool]:
    """Return the condition that a case of such an office is seen."""
    return true() if is_by_office(reading.scope) else sees_case(reading.scope)


def _seen_warnings(reading: ReadContext) -> ColumnElement[bool]:
    """Return the condition that a warning of such an office is seen."""
    return true() if is_by_office(reading.scope) else sees_by_case(t.warnings.c.case_id, reading.scope)


@dataclass(frozen=True, kw_only=True)
class Period:
    """The cases and warnings of an office and those below it, from ``start`` up to but not at ``end``.

    ``close`` is the last moment of the period, or now where that is earlier.
    """

    parameters: ClassVar[Mapping[str, TypeEngine[Any]]] = {
        "office": Text(),
        "start": Moment(),
        "end": Moment(),
        "close": Moment(),
    }

    office: ColumnElement[str]
    start: ColumnElement[Any]
    end: ColumnElement[Any]
    close: ColumnElement[Any]
    narrowed: Callable[[Condition], ColumnElement[bool]]

    @classmethod
    def values(cls, arguments: Mapping[str, Any], reading: ReadContext) -> Mapping[str, Any]:
        """Return the parameters of the days ``from`` the first ``to`` the last.

        Raises:
            RequestError: BAD_INPUT, where the last comes before the first.
        """
        first, last = arguments["from"], arguments["to"]
        if last < first:
            raise bad_input(f"参数 to({last})早于 from({first})", f"`to` ({last}) is before `from` ({first})")
        end = start_of_day(last + timedelta(days=1))
        return {
            "office": checked_text(arguments["office"], "office", max_length=MAX_KEY_LENGTH),
            "start": start_of_day(first),
            "end": end,
            # A period that is not over is counted as of now.
            "close": min(end - timedelta(seconds=1), reading.now),
        }

    @classmethod
    def of(cls, parameters: Parameters, narrowed: Callable[[Condition], ColumnElement[bool]]) -> Self:
        """Return the period of these parameters."""
        return cls(**parameters, narrowed=narrowed)

    # -------------------------------------------------------------------------------------------- what is answered

    def totals(self) -> Select[Any]:
        """Select each count of the whole period."""
        issued, warned = self._issued.c, select(self._issued_in_cases.c.case_id).distinct().subquery()
        return select(
            _sum(self._opened.c.cases).scalar_subquery().label("cases"),
            _sum(self._opened.c.assessed).scalar_subquery().label("assessed"),
            _sum(issued.warnings).scalar_subquery().label("warnings"),
            select(func.count()).select_from(warned).scalar_subquery().label("warned_cases"),
            _sum(self._resolved.c.resolved).scalar_subquery().label("resolved"),
            _sum(self._overdue.c.overdue).scalar_subquery().label("overdue"),
        )

    def by_level(self) -> Select[Any]:
        """Select warnings issued and the distinct cases warned, by level, the gravest first."""
        issued = self._issued_in_cases.c
        counts = [_summed(issued.warnings).label("warnings"), func.count().label("warned_cases")]
        by_level = select(issued.level_id, *counts).group_by(issued.level_id, issued.severity)
        return by_level.order_by(issued.severity.desc().nulls_last(), issued.level_id)

    def by_office(self) -> Select[Any]:
        """Select cases, warnings and what is overdue, by office."""
        return _side_by_side("office_id", cases=self._opened, warnings=self._issued, overdue=self._overdue)

    def by_month(self) -> Select[Any]:
        """Select cases, warnings and what was resolved, by month."""
        return _side_by_side("month", cases=self._opened, warnings=self._issued, resolved=self._resolved)

    # -------------------------------------------------------------------------------------------- what is counted

    @cached_property
    def _offices(self) -> CTE:
        """Select the office and those below it, as far as anything of them may be seen."""
        top = t.offices.alias()
        below = t.offices.c.path.startswith(top.c.path)
        seen = self.narrowed(_seen_of_offices)
        return select(t.offices.c.id).join(top, below).where(top.c.code == self.office, seen).cte("counted_offices")

    @cached_property
    def _opened(self) -> CTE:
        """Select cases opened, and those of them with a confirmed assessment, by office and month."""
        cases, assessments = t.cases.c, t.assessments.c
        confirmed = and_(assessments.case_id == cases.id, assessments.status == literal_column(_CONFIRMED))
        assessed = func.count().filter(exists().where(confirmed)).label("assessed")
        month = OfficeMonth(cases.opened_at).label("month")
        opened = self._of(cases.office_id, _seen_cases, cases.office_id, month, func.count().label("cases"), assessed)
        return opened.where(*self._during(cases.opened_at)).group_by(cases.office_id, month).cte("opened")

    @cached_property
    def _issued(self) -> CTE:
        """Select each warning that was issued."""
        warnings = t.warnings.c
        month = OfficeMonth(warnings.issued_at).label("month")
        of_warning = (warnings.office_id, warnings.case_id, warnings.level_id, warnings.severity)
        return self._warnings(*of_warning, month, _ONE.label("warnings"), during=warnings.issued_at).cte("issued")

    @cached_property
    def _issued_in_cases(self) -> CTE:
        """Select warnings issued, by level and case."""
        issued = self._issued.c
        by = (issued.level_id, issued.severity, issued.case_id)
        return select(*by, func.count().label("warnings")).group_by(*by).cte("issued_in_cases")

    @cached_property
    def _resolved(self) -> CTE:
        """Select each warning that was resolved."""
        resolved_at = t.warnings.c.resolved_at
        month = OfficeMonth(resolved_at).label("month")
        return self._warnings(month, _ONE.label("resolved"), during=resolved_at).cte("resolved")

    @cached_property
    def _overdue(self) -> CTE:
        """Select each warning with a deadline that had passed at the period's close and was not ended then.

        There are three kinds, each found by an index: still overdue, resolved later, met later.
        """
        warnings, deadlines = t.warnings.c, t.deadlines.c
        one = self._warnings(warnings.id, warnings.office_id)
        passed = deadlines.due_at <= self.close
        ended_at = func.coalesce(deadlines.met_at, warnings.resolved_at)
        of_resolved = one.join(t.deadlines, deadlines.warning_id == warnings.id)
        late = union(
            one.where(warnings.due_at <= self.close),
            of_resolved.where(warnings.resolved_at > self.close, passed, ended_at > self.close),
            one.where(warnings.id.in_(select(self._met_late.c.warning_id))),
        ).subquery()
        return select(late.c.office_id, _ONE.label("overdue")).cte("overdue")

    @cached_property
    def _met_late(self) -> CTE:
        """Select the deadlines that passed before the period's close and were met after it."""
        # They are few, which the planner does not know: materialised, they are found once.
        deadlines = t.deadlines.c
        met = select(deadlines.warning_id).where(deadlines.met_at > self.close, deadlines.due_at <= self.close)
        return met.cte("met_late").prefix_with("MATERIALIZED")

    def _warnings(self, *columns: Any, during: Column[Any] | None = None) -> Select[Any]:
        warnings = self._of(t.warnings.c.office_id, _seen_warnings, *columns)
        return warnings if during is None else warnings.where(*self._during(during))

    def _of(self, office_id: Column[Any], seen: Condition, *columns: Any) -> Select[Any]:
        """Select columns of the rows that are seen, of the offices."""
        return select(*columns).where(office_id.in_(select(self._offices.c.id)), self.narrowed(seen))

    def _during(self, moment: Column[Any]) -> list[ColumnElement[bool]]:
        return [moment >= self.start, moment < self.end]


_CONFIRMED = f"'{AssessmentStatus.CONFIRMED}'"
"""Part of the statement, no bound parameter: the planner uses the partial index only for a value it knows."""


def _summed(counted: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(counted), _NOTHING), BigInteger)


def _sum(counted: ColumnElement[Any]) -> Select[Any]:
    return select(_summed(counted))


def _side_by_side(key: str, **parts: FromClause) -> Select[Any]:
    """Return sums by the same key beside each other; each part has its own under its name."""
    columns = [
        select(
            part.c[key],
            *((_summed(part.c[name]) if other == name else _NOTHING).label(other) for other in parts),
        ).group_by(part.c[key])
        for name, part in parts.items()
    ]
    counted = union_all(*columns).subquery()
    sums = [_summed(counted.c[name]).label(name) for name in parts]
    return select(counted.c[key], *sums).group_by(counted.c[key]).order_by(counted.c[key])
