"""Start the terms of a warning, and settle its deadlines."""

from __future__ import annotations

from dataclasses import replace

from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.deadlines import DeadlineOutcome, DeadlinesSettled, DeadlinesStarted, start_deadline
from caserisk.domain.rules import TermStart
from caserisk.domain.vocabulary import DeadlineKind, DeadlineStatus
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation import hooks


def start(
    work: UnitOfWork, warning_id: str, moment: TermStart, *, kinds: frozenset[DeadlineKind] = frozenset(DeadlineKind)
) -> None:
    """Start the terms of the regulation that run from a moment, as far as they are of these kinds."""
    warning = work.file.warnings[warning_id]
    rules = work.regulation.ask(hooks.caserisk_terms, work.facts(warning), warning.level)
    started = tuple(
        start_deadline(
            rule,
            id=work.new_id("deadline"),
            case_id=work.file.case.id,
            warning_id=warning_id,
            starts_on=work.today,
            calendar=work.calendar,
        )
        for rule in rules
        if rule.starts is moment and rule.kind in kinds
    )
    # No entry of the log without a change.
    if started:
        work.record(DeadlinesStarted(deadlines=started))


def meet(work: UnitOfWork, warning_id: str, kind: DeadlineKind) -> None:
    """Settle the open deadlines of a duty that is done: met where in time, else missed."""
    _settle(
        work,
        tuple(
            DeadlineOutcome(
                deadline_id=item.id,
                status=DeadlineStatus.MET if work.at < item.due_at else DeadlineStatus.MISSED,
                met_at=work.at,
            )
            for item in work.file.open_deadlines(warning_id)
            if item.kind is kind
        ),
    )


def cancel(work: UnitOfWork, warning_id: str, kinds: frozenset[DeadlineKind]) -> None:
    """Cancel the open deadlines of duties that no longer exist."""
    _settle(
        work,
        tuple(
            DeadlineOutcome(deadline_id=item.id, status=DeadlineStatus.CANCELLED)
            for item in work.file.open_deadlines(warning_id)
            if item.kind in kinds
        ),
    )


def settle_resolved(work: UnitOfWork, warning: RiskWarning) -> None:
    """Settle the open deadlines of a warning that is resolved.

    RESOLUTION terms are met where in time and by an outcome that fulfils them (A-32); other duties are cancelled.
    """
    outcomes = []
    for item in work.file.open_deadlines(warning.id):
        outcome = DeadlineOutcome(deadline_id=item.id, status=DeadlineStatus.CANCELLED)
        # A late or unfulfilled resolution is on record as missed, however the warning ends.
        if item.kind is DeadlineKind.RESOLUTION:
            fulfilled = warning.closure is not None and warning.closure.outcome in item.met_by
            in_time = fulfilled and work.at < item.due_at  # due_at is the first moment that is too late
            outcome = replace(
                outcome,
                status=DeadlineStatus.MET if in_time else DeadlineStatus.MISSED,
                met_at=work.at if fulfilled else None,
            )
        outcomes.append(outcome)
    _settle(work, tuple(outcomes))


def _settle(work: UnitOfWork, outcomes: tuple[DeadlineOutcome, ...]) -> None:
    if outcomes:
        work.record(DeadlinesSettled(outcomes=outcomes))
