"""Start the terms of a warning, and settle its deadlines.

By A-51 a term runs until the one that replaces it starts, and what has passed is missed for good. So a deadline is
never moved: another starts beside it, or in its place once the level is reviewed and the warning received.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.deadlines import Deadline, DeadlineOutcome, DeadlinesSettled, DeadlinesStarted, start_deadline
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import TermRule, TermStart
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import DeadlineKind
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation import hooks

_RESTARTED = frozenset({DeadlineKind.ACKNOWLEDGEMENT, DeadlineKind.RESOLUTION})
"""The duties that another level asks for anew; what else was done stays done (A-51)."""


def start(work: UnitOfWork, warning_id: str, moment: TermStart, level: RiskLevel | None) -> None:
    """Start the terms that the regulation has for a level from a moment; a duty that had a term before gets none."""
    had = {item.kind for item in work.file.deadlines.values() if item.warning_id == warning_id}
    _start(work, _terms(work, warning_id, level, lambda rule: rule.starts is moment and rule.kind not in had))


def start_earlier(work: UnitOfWork, warning_id: str, moment: TermStart, *, raise_id: str | None) -> None:
    """Start the terms of a warning's new level beside those that run, as far as they are due earlier (A-51).

    ``raise_id`` is the assessment that raised the level, where it is not reviewed yet.
    """
    level = work.file.warnings[warning_id].level
    terms = _terms(work, warning_id, level, lambda rule: rule.starts is moment and rule.kind in _RESTARTED)
    open_deadlines = work.file.open_deadlines
    _start(
        work,
        [
            replace(new, raise_id=raise_id)
            for new in terms
            if all(new.due_at < item.due_at for item in open_deadlines(warning_id, new.kind))
        ],
    )


def replace_resolution(work: UnitOfWork, warning_id: str) -> None:
    """Let the RESOLUTION term of a level that is reviewed and received take the place of those before it (A-51).

    What has passed is left open: the duty is late until it is done, or until a supervision sets a new limit. A limit
    that a supervision has set stays, too.
    """
    level = work.file.warnings[warning_id].level
    terms = _terms(work, warning_id, level, lambda rule: rule.kind is DeadlineKind.RESOLUTION)
    running = work.file.open_deadlines(warning_id, DeadlineKind.RESOLUTION)
    kept = [item for item in running if any(_is_same_term(item, new) for new in terms)]
    _end(
        work,
        (item for item in running if item not in kept and not item.has_passed(work.at) and not item.supervision_id),
    )
    _start(work, [new for new in terms if not any(_is_same_term(item, new) for item in kept)])


def meet(work: UnitOfWork, warning_id: str, kind: DeadlineKind) -> None:
    """Settle the open deadlines of a duty that is done: met where in time, else missed."""
    done = work.file.open_deadlines(warning_id, kind)
    _settle(work, (item.ended(work.at, done=True, met=True) for item in done))


def end_all(work: UnitOfWork, warning_id: str) -> None:
    """End the open deadlines of a warning that is lifted."""
    _end(work, work.file.open_deadlines(warning_id))


def end_of_raise(work: UnitOfWork, warning_id: str, raise_id: str) -> None:
    """End the open deadlines that began by a raise that is returned."""
    _end(work, (item for item in work.file.open_deadlines(warning_id) if item.raise_id == raise_id))


def end_resolution(work: UnitOfWork, warning_id: str) -> None:
    """End the open RESOLUTION deadlines of a warning that is given a new limit."""
    _end(work, work.file.open_deadlines(warning_id, DeadlineKind.RESOLUTION))


def settle_resolved(work: UnitOfWork, warning: RiskWarning) -> None:
    """Settle the open deadlines of a warning that is resolved.

    RESOLUTION terms are met where in time and by an outcome that fulfils them (A-32); other duties fall away.
    """
    outcome = warning.closure.outcome if warning.closure else None
    _settle(
        work,
        (
            # A late or unfulfilled resolution is on record as missed, however the warning ends.
            item.ended(work.at, done=True, met=outcome in item.met_by)
            if item.kind is DeadlineKind.RESOLUTION
            else item.ended(work.at)
            for item in work.file.open_deadlines(warning.id)
        ),
    )


# ------------------------------------------------------------------------------------------------ shared


def _terms(
    work: UnitOfWork, warning_id: str, level: RiskLevel | None, applies: Callable[[TermRule], bool]
) -> list[Deadline]:
    """Return the deadlines that the regulation has for a warning of a level by now, as they would start."""
    warning = work.file.warnings[warning_id]
    starts: dict[TermStart, datetime | None] = {
        TermStart.ISSUE: warning.level_since,
        TermStart.RECEIPT: warning.acknowledged_at,
    }
    return [
        start_deadline(
            rule,
            id=work.new_id("deadline"),
            case_id=work.file.case.id,
            warning_id=warning_id,
            starts_on=office_day(began),
            calendar=work.calendar,
        )
        for rule in work.regulation.ask(hooks.caserisk_terms, work.facts(warning), level)
        if applies(rule) and (began := starts[rule.starts])
    ]


def _is_same_term(running: Deadline, new: Deadline) -> bool:
    return (running.rule, running.starts_on, running.due_on) == (new.rule, new.starts_on, new.due_on)


def _start(work: UnitOfWork, deadlines: list[Deadline]) -> None:
    # No entry of the log without a change.
    if deadlines:
        work.record(DeadlinesStarted(deadlines=tuple(deadlines)))


def _end(work: UnitOfWork, deadlines: Iterable[Deadline]) -> None:
    _settle(work, (item.ended(work.at) for item in deadlines))


def _settle(work: UnitOfWork, outcomes: Iterable[DeadlineOutcome]) -> None:
    settled = tuple(outcomes)
    if settled:
        work.record(DeadlinesSettled(outcomes=settled))
