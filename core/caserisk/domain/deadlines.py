"""Deadlines: a duty, its term, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from caserisk.domain.cases import Case
from caserisk.domain.events import Entry, Event, WarningEvent
from caserisk.domain.rules import TermRule
from caserisk.domain.terms import LastDay, Term, WorkCalendar, last_day
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import CaseChangeKind, ClosureOutcome, DeadlineKind, DeadlineStatus, WarningChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A day by which a duty is due (期限).

    ``due_on`` is the last day in time, ``due_at`` 00:00 at UTC+8 of the day after. ``rolls``: whether a last day on
    which nobody works moves on. ``passed_at``: when the deadline clock put on record that it had passed. ``raise_id``
    is the assessment by whose raise it began before that was reviewed; where the raise is returned, it ends (A-51).
    ``supervision_id`` is the supervision that set it (A-31).
    """

    id: str
    case_id: str
    warning_id: str
    kind: DeadlineKind
    rule: str
    label: Text
    starts_on: date
    term: str
    rolls: bool = True
    due_on: date
    due_at: datetime
    calendar_complete: bool
    met_by: tuple[ClosureOutcome, ...]
    reasons: tuple[Reason, ...]
    raise_id: str | None = None
    supervision_id: str | None = None
    status: DeadlineStatus = DeadlineStatus.OPEN
    met_at: datetime | None = None
    passed_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Tell whether its duty is still to be done, in time or late."""
        return self.status is DeadlineStatus.OPEN

    def has_passed(self, at: datetime) -> bool:
        """Tell whether it is too late at a moment."""
        return at >= self.due_at

    def ended(self, at: datetime, *, met: bool = False, done: bool = False) -> DeadlineOutcome:
        """Return its outcome where it ends at a moment: MISSED for good once it has passed, whatever ends it.

        ``done``: the duty was done at that moment; ``met``: as the regulation asks. A duty that falls away before its
        day is CANCELLED.
        """
        if self.has_passed(at) or (done and not met):
            status = DeadlineStatus.MISSED
        else:
            status = DeadlineStatus.MET if met else DeadlineStatus.CANCELLED
        return DeadlineOutcome(deadline_id=self.id, status=status, met_at=at if met else None)

    def last_day(self, calendar: WorkCalendar) -> LastDay:
        """Count the term anew, by a calendar."""
        return last_day(Term.parse(self.term), self.starts_on, calendar, rolls=self.rolls)


def start_deadline(
    rule: TermRule,
    *,
    id: str,
    case_id: str,
    warning_id: str,
    starts_on: date,
    calendar: WorkCalendar,
    supervision_id: str | None = None,
) -> Deadline:
    """Return the deadline that a rule's term sets when it starts on a day."""
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
        rolls=rule.rolls,
        due_on=last.day,
        due_at=last.passes_at,
        calendar_complete=last.calendar_complete,
        met_by=rule.met_by,
        reasons=rule.reasons,
        supervision_id=supervision_id,
    )


# ------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesStarted(Event):
    """Terms began to run."""

    kind = CaseChangeKind.DEADLINES_STARTED
    deadlines: tuple[Deadline, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(f"{item.label.zh} {item.due_on}" for item in self.deadlines),
            ", ".join(f"{item.label.en} {item.due_on}" for item in self.deadlines),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDateChange:
    """The last day of a deadline, as it was and as a calendar that was published later has it; often the same."""

    deadline_id: str
    label: Text
    due_on_before: date
    due_on: date

    @property
    def moved(self) -> bool:
        """Tell whether it is another day."""
        return self.due_on != self.due_on_before


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesRecalculated(Event):
    """A calendar was published that covers terms which were counted by weekends only (A-05).

    ``batch`` is the same for all cases to which the calendar was applied at one go.
    """

    kind = CaseChangeKind.DEADLINES_RECALCULATED
    batch: str
    changes: tuple[DueDateChange, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(f"{item.label.zh} {_both_days(item)}" for item in self.changes),
            ", ".join(f"{item.label.en} {_both_days(item)}" for item in self.changes),
        )


def _both_days(change: DueDateChange) -> str:
    return f"{change.due_on_before} → {change.due_on}" if change.moved else f"{change.due_on}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineOutcome:
    """How a deadline ended; ``met_at`` is when the duty was done, in time or late."""

    deadline_id: str
    status: DeadlineStatus
    met_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinesSettled(Event):
    """Deadlines were met, missed or cancelled."""

    kind = CaseChangeKind.DEADLINES_SETTLED
    outcomes: tuple[DeadlineOutcome, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(item.status.zh for item in self.outcomes), ", ".join(item.status.en for item in self.outcomes)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningOverdue(WarningEvent):
    """A deadline of a running warning passed."""

    kind = WarningChangeKind.OVERDUE
    deadline_id: str


# ------------------------------------------------------------------------------------------------ folding


def new_deadlines(entry: Entry, _: Case) -> tuple[Deadline, ...]:
    """Return the deadlines that an entry starts."""
    return entry.event.deadlines if isinstance(entry.event, DeadlinesStarted) else ()


def fold_deadline(deadline: Deadline, entry: Entry) -> Deadline:
    """Return the deadline after an entry of its case's file."""
    match entry.event:
        case DeadlinesRecalculated(changes=changes):
            for change in changes:
                if change.deadline_id == deadline.id:
                    last = LastDay(change.due_on, calendar_complete=True)
                    return replace(deadline, due_on=last.day, due_at=last.passes_at, calendar_complete=True)
        case DeadlinesSettled(outcomes=outcomes):
            for outcome in outcomes:
                if outcome.deadline_id == deadline.id:
                    return replace(deadline, status=outcome.status, met_at=outcome.met_at)
        case WarningOverdue(deadline_id=id) if id == deadline.id:
            # It stays OPEN: the duty is still to be done, and ends as MISSED.
            return replace(deadline, passed_at=entry.at)
    return deadline
