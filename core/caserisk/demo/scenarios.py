"""Scenarios: the courses that cases of the demonstration take.

Each is used once, then they are drawn by weight: most cases have no risk, and few have a grave one.
"""

from __future__ import annotations

from dataclasses import dataclass

from caserisk.demo.case_steps import (
    advance_stage,
    approve_next_review,
    assign_case,
    conclude_case,
    let_time_pass,
    make_decision,
    open_case,
    open_case_for_department,
    read_notices,
    record_petition,
    return_assessment,
    submit_assessment,
    withdraw_assessment,
)
from caserisk.demo.command_inputs import GRAVE, MIDDLE, MILD
from caserisk.demo.scenario_run import Step
from caserisk.demo.warning_steps import (
    acknowledge_warning,
    adopt_scheme,
    archive_warning,
    file_warning,
    issue_warning,
    lift_warning,
    record_disposition,
    reply_to_supervision,
    resolve_warning,
    supervise_warning,
)
from caserisk.domain.vocabulary import ClosureOutcome


@dataclass(frozen=True, slots=True)
class TimedStep:
    """A step, and the fewest and the most days from the step before it."""

    min_days: int
    max_days: int
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The steps of a case, in order.

    ``recent``: the last step was done in the last few days; otherwise at any time of the year. ``contentious``: the
    case is of a kind that may set off a conflict. ``office_prefixes``: the first digits of the codes of the offices it
    may happen in, for a state that only the regulation there knows.
    """

    weight: int
    steps: tuple[TimedStep, ...]
    recent: bool = False
    contentious: bool = True
    office_prefixes: tuple[str, ...] = ("",)


OFFICES_WITH_TERMS, OFFICES_WITH_RECEIPTS = ("4302",), ("4302", "4413")
"""Where terms run (ZHU-14), and where a warning is acknowledged by an officer (A-03)."""


def _then(*steps: Step) -> tuple[TimedStep, ...]:
    """Return steps one to three days apart."""
    return tuple(TimedStep(1, 3, step) for step in steps)


OPENED = _then(open_case)
REVIEWED = _then(approve_next_review, approve_next_review, approve_next_review)
SAFE = (*OPENED, TimedStep(2, 9, submit_assessment(None)), *REVIEWED)
SETTLED, NOT_SETTLED = resolve_warning(ClosureOutcome.SETTLED), resolve_warning(ClosureOutcome.RESOLVED_NOT_SETTLED)
REFERRED = resolve_warning(ClosureOutcome.REFERRED_TO_LEGAL_REMEDY)
CLOSED = _then(file_warning, archive_warning, read_notices, conclude_case)


def _assessed(gravity: float) -> tuple[TimedStep, ...]:
    """Return the steps up to a confirmed assessment of a risk."""
    return (*OPENED, TimedStep(2, 9, submit_assessment(gravity)), *REVIEWED)


def _warned(gravity: float) -> tuple[TimedStep, ...]:
    """Return the steps up to an issued warning."""
    return (*_assessed(gravity), *_then(issue_warning))


def _in_disposition(gravity: float) -> tuple[TimedStep, ...]:
    """Return the steps up to a first disposition under the warning."""
    return (*_warned(gravity), *_then(acknowledge_warning, adopt_scheme, record_disposition))


SCENARIOS = (
    # No risk.
    Scenario(weight=60, steps=OPENED, recent=True, contentious=False),
    Scenario(weight=110, steps=SAFE, recent=True, contentious=False),
    Scenario(
        weight=190, steps=(*SAFE, TimedStep(3, 15, make_decision), TimedStep(5, 20, conclude_case)), contentious=False
    ),
    Scenario(
        weight=45,
        steps=(*SAFE, *_then(advance_stage, make_decision), TimedStep(5, 20, conclude_case)),
        contentious=False,
    ),
    Scenario(
        weight=30,
        steps=(
            *_then(open_case_for_department, assign_case),
            TimedStep(2, 9, submit_assessment(None)),
            *REVIEWED,
            *_then(read_notices),
        ),
        recent=True,
        contentious=False,
    ),
    # On its way to a warning.
    Scenario(
        weight=5, steps=(*OPENED, TimedStep(2, 9, submit_assessment(MILD)), *_then(approve_next_review)), recent=True
    ),
    Scenario(
        weight=2, steps=(*OPENED, TimedStep(2, 9, submit_assessment(MIDDLE)), *_then(return_assessment)), recent=True
    ),
    Scenario(
        weight=3,
        steps=(
            *OPENED,
            *_then(submit_assessment(MILD), return_assessment, submit_assessment(None)),
            *REVIEWED,
            *_then(make_decision, conclude_case),
        ),
    ),
    Scenario(
        weight=1,
        steps=(*OPENED, *_then(submit_assessment(MILD), withdraw_assessment, submit_assessment(MIDDLE))),
        recent=True,
    ),
    Scenario(weight=3, steps=(*_assessed(MILD), *_then(record_disposition)), recent=True),
    # Warned.
    Scenario(weight=3, steps=_warned(MILD), recent=True, office_prefixes=OFFICES_WITH_RECEIPTS),
    Scenario(weight=3, steps=(*_warned(MIDDLE), *_then(acknowledge_warning)), recent=True),
    Scenario(weight=6, steps=(*_in_disposition(MILD), *_then(read_notices, record_disposition)), recent=True),
    Scenario(weight=4, steps=(*_in_disposition(MIDDLE), *_then(record_petition, record_disposition)), recent=True),
    Scenario(
        weight=3,
        steps=(*_in_disposition(GRAVE), *_then(supervise_warning, record_disposition, record_disposition)),
        recent=True,
    ),
    Scenario(weight=4, steps=(*_in_disposition(MIDDLE), *_then(supervise_warning, reply_to_supervision)), recent=True),
    # Another level.
    Scenario(
        weight=3,
        steps=(
            *_in_disposition(MILD),
            *_then(submit_assessment(GRAVE)),
            *REVIEWED,
            *_then(issue_warning, acknowledge_warning),
        ),
        recent=True,
    ),
    Scenario(
        weight=1, steps=(*_in_disposition(MILD), *_then(submit_assessment(GRAVE), return_assessment)), recent=True
    ),
    Scenario(
        weight=2,
        steps=(
            *_in_disposition(GRAVE),
            *_then(submit_assessment(MILD)),
            *REVIEWED,
            *_then(issue_warning, acknowledge_warning),
        ),
        recent=True,
    ),
    Scenario(
        weight=2,
        steps=(
            *_in_disposition(MILD),
            *_then(submit_assessment(None)),
            *REVIEWED,
            *_then(make_decision, conclude_case),
        ),
    ),
    # Closed.
    Scenario(weight=2, steps=(*_in_disposition(MILD), *_then(SETTLED)), recent=True),
    Scenario(weight=2, steps=(*_in_disposition(MILD), *_then(SETTLED, file_warning)), recent=True),
    Scenario(weight=12, steps=(*_in_disposition(MILD), *_then(SETTLED), *CLOSED)),
    Scenario(weight=5, steps=(*_in_disposition(MIDDLE), *_then(record_disposition, REFERRED), *CLOSED)),
    Scenario(
        weight=2,
        steps=(
            *_in_disposition(GRAVE),
            *_then(supervise_warning, record_disposition, reply_to_supervision, record_disposition, SETTLED),
            *CLOSED,
        ),
    ),
    Scenario(weight=3, steps=(*_warned(MILD), *_then(acknowledge_warning, lift_warning, make_decision, conclude_case))),
    # Terms: settled in time, met too late, cancelled; passed and waiting; supervised, and settled within the new limit.
    Scenario(weight=4, steps=(*_in_disposition(MILD), *_then(SETTLED), *CLOSED), office_prefixes=OFFICES_WITH_TERMS),
    Scenario(
        weight=2, steps=(*_in_disposition(MILD), *_then(NOT_SETTLED), *CLOSED), office_prefixes=OFFICES_WITH_TERMS
    ),
    Scenario(
        weight=1,
        steps=(*_warned(MILD), *_then(acknowledge_warning, lift_warning)),
        recent=True,
        office_prefixes=OFFICES_WITH_TERMS,
    ),
    Scenario(
        weight=2,
        # The mildest level has half a month in these offices, which passes meanwhile (ZHU-14).
        steps=(*_in_disposition(MILD), TimedStep(25, 35, let_time_pass)),
        recent=True,
        office_prefixes=OFFICES_WITH_TERMS,
    ),
    Scenario(
        weight=2,
        steps=(*_in_disposition(MILD), TimedStep(25, 35, supervise_warning)),
        recent=True,
        office_prefixes=OFFICES_WITH_TERMS,
    ),
    Scenario(
        weight=2,
        steps=(
            *_in_disposition(MILD),
            TimedStep(25, 35, supervise_warning),
            *_then(reply_to_supervision, record_disposition, SETTLED),
            *CLOSED,
        ),
        office_prefixes=OFFICES_WITH_TERMS,
    ),
)
