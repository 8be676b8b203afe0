"""Count running terms anew when the calendar that they lacked is published."""

from __future__ import annotations

from datetime import datetime

from caserisk.commands.command import CaseCommand, Changed
from caserisk.commands.input_fields import declare_input, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.casefile import CaseFile
from caserisk.domain.deadlines import Deadline, DeadlinesRecalculated, DueDateChange
from caserisk.domain.terms import WorkCalendar


@declare_input()
class RecalculateDeadlines(CaseCommand):
    """Count the running terms of a case anew, as far as the calendar covers them now; no person does this."""

    batch: str = value_field("What the entries of all cases have in common to which a calendar is applied at one go.")

    def decide(self, work: UnitOfWork) -> Changed:
        """Record the old and the new last day of each that the calendar covers."""
        changes = due_date_changes(work.file, work.calendar, work.at)
        if changes:
            work.record(DeadlinesRecalculated(batch=self.batch, changes=changes))
        return Changed(case=self.case)


def running_incomplete(file: CaseFile, at: datetime) -> tuple[Deadline, ...]:
    """Return the deadlines that still run and were counted by weekends only."""
    # One that has passed keeps the day that people were told, whether or not the clock has put it on record.
    return tuple(
        item for item in file.deadlines.values() if item.open and not item.has_passed(at) and not item.calendar_complete
    )


def due_date_changes(file: CaseFile, calendar: WorkCalendar, at: datetime) -> tuple[DueDateChange, ...]:
    """Return the last days of the running terms of a file that a calendar has come to cover, old and new."""
    counted = [(item, item.last_day(calendar)) for item in running_incomplete(file, at)]
    return tuple(
        DueDateChange(deadline_id=item.id, label=item.label, due_on_before=item.due_on, due_on=last.day)
        for item, last in counted
        # A working weekend can bring a day forward. If that day is over, nobody could have kept it.
        if last.calendar_complete and at < last.passes_at
    )
