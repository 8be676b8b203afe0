"""Apply a calendar that was published: count the running terms anew that were counted by weekends only (A-05).

Each case has one entry of the log, with the old and the new last day of its terms; the entries of one run have a batch
in common. A case that is refused stays as it was, and the next run finds it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

from caserisk.command_runner import CommandRunner
from caserisk.commands.calendar import RecalculateDeadlines, due_date_changes, running_incomplete
from caserisk.domain.casefile import CaseFile
from caserisk.domain.deadlines import Deadline
from caserisk.domain.refusals import Refused
from caserisk.store.store import all_ids


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedTerm:
    """A running term as it was counted by weekends only; ``due_on`` is its last day by the calendar.

    ``due_on`` None: it was not counted anew, as no calendar covers it yet, or the case was refused.
    """

    deadline: Deadline
    due_on: date | None

    @property
    def moved(self) -> bool:
        """Tell whether the calendar has another last day."""
        return self.due_on not in (None, self.deadline.due_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedCase:
    """A case with such terms; ``refusal`` is why it stays as it was, if it was refused."""

    id: str
    number: str
    terms: tuple[CountedTerm, ...]
    refusal: Refused | None


async def recalculate(runner: CommandRunner, *, batch: str | None) -> AsyncIterator[CountedCase]:
    """Yield each case that has running terms counted by weekends only, when they are counted anew.

    ``batch`` is what the entries have in common; without it nothing is changed, and the days are those that would be.
    """
    async for id in all_ids(runner.store.cases_with_incomplete_deadlines):
        file, refusal = await _file(runner, id), None
        now = runner.clock()
        days = {change.deadline_id: change.due_on for change in due_date_changes(file, runner.calendar, now)}
        if days and batch is not None:
            refusal = await _record(runner, RecalculateDeadlines(case=id, batch=batch))
            # As it was recorded: somebody may have settled a term meanwhile.
            after = (await _file(runner, id)).deadlines.values()
            days = {item.id: item.due_on for item in after if item.calendar_complete}
        terms = [CountedTerm(deadline=item, due_on=days.get(item.id)) for item in running_incomplete(file, now)]
        if terms:
            yield CountedCase(id=id, number=file.case.number, terms=tuple(terms), refusal=refusal)


async def _record(runner: CommandRunner, command: RecalculateDeadlines) -> Refused | None:
    """Carry out a command; return why it was refused, if it was."""
    try:
        await runner.execute(command, viewer=None)
    except Refused as refusal:
        return refusal
    return None


async def _file(runner: CommandRunner, id: str) -> CaseFile:
    loaded = await runner.store.load(id, ())
    if loaded is None or loaded.file is None:
        raise LookupError(f"a deadline refers to {id}, and there is no such case")
    return loaded.file
