"""Deadlines: a duty, its term, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caserisk.domain.rules import TermRule
from caserisk.domain.terms import Term, WorkCalendar, last_day
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import ClosureOutcome, DeadlineKind, DeadlineStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day by which a duty is due (期限).

    ``due_on`` is the last day in time, ``due_at`` 00:00 at UTC+8 of the day after. ``passed_at``: when the clock put on
    record that it had passed.
    """

    id: str
    case_id: str
    warning_id: str
    kind: DeadlineKind
    rule: str
    label: Text
    starts_on: date
    term: str
    due_on: date
    due_at: datetime
    calendar_complete: bool
    met_by: tuple[ClosureOutcome, ...]
    reasons: tuple[Reason, ...]
    status: DeadlineStatus = DeadlineStatus.OPEN
    met_at: datetime | None = None
    passed_at: datetime | None = None

    @property
    def met(self) -> bool:
        """Whether the duty was done in time."""
        return self.status is DeadlineStatus.MET

    @property
    def open(self) -> bool:
        """Whether it still runs."""
        return self.status is DeadlineStatus.OPEN


def deadline_from(
    rule: TermRule, *, id: str, case_id: str, warning_id: str, starts_on: date, calendar: WorkCalendar
) -> Deadline:
    """Start the term of a rule on a day."""
    last = last_day(Term.parse(rule.term), starts_on, calendar, rolls=rule.rolls)
    return Deadline(
        id=id,
        case_id=case_id,
        warning_id=warning_id,
        kind=rule.kind,
        rule=rule.rule,
        label=rule.label,
        starts_on=starts_on,
        term=rule.term,
        due_on=last.day,
        due_at=last.passes_at,
        calendar_complete=last.calendar_complete,
        met_by=rule.met_by,
        reasons=rule.reasons,
    )
