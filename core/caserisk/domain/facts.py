"""The facts that a regulation is given when a hook is called. They tell of cases, never of persons or parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Occasion
from caserisk.domain.terms import WEEKDAYS, WorkingDays, office_day
from caserisk.domain.vocabulary import (
    STANDING_ASSESSMENT_STATUSES,
    AssessmentStatus,
    DeadlineKind,
    DeadlineStatus,
    DepartmentFunction,
    SupervisionKind,
    SupervisionStatus,
    WarningStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as it stands; ``level`` is the one in force, ``department`` the function of the undertaking department.

    ``parties`` is their number.
    """

    number: str
    cause: str
    stage: str
    opened_at: datetime
    closed: bool
    level: RiskLevel | None
    petition_recorded: bool
    department: DepartmentFunction | None = None
    parties: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    """An assessment; ``level`` is the decided one, before that the proposed or else the derived one.

    ``answers`` are those to the factors, by their keys.
    """

    stage: str
    status: AssessmentStatus
    has_risk: bool
    has_plan: bool
    level: RiskLevel | None
    submitted_at: datetime
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFacts:
    """A warning as it stands."""

    status: WarningStatus
    level: RiskLevel | None
    issued_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionFacts:
    """Something that was done to resolve the risk.

    ``of_warning``: about the warning of these facts; else about an earlier one, or before any.
    """

    measure: str
    performed_on: date
    of_warning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineFacts:
    """A deadline, and how it ended; ``rule`` is the id of the rule that sets it, ``due_on`` the last day in time.

    ``passed``: it is on record that it passed; the duty may have been done late since. ``of_warning``: as above.
    """

    kind: DeadlineKind
    rule: str
    starts_on: date
    due_on: date
    status: DeadlineStatus
    passed: bool
    of_warning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionFacts:
    """A supervision, required or issued; ``of_warning``: as above."""

    kind: SupervisionKind
    status: SupervisionStatus
    issued_at: datetime | None
    of_warning: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All the facts of one decision.

    ``at`` is the moment of the decision; ``assessments``, ``dispositions``, ``deadlines`` and ``supervisions`` are all
    of the case's, the latest first; ``warning`` is the one that it is about, or else the running one. ``options`` are
    the office's choices, defaults filled in. ``occasion`` is what has just happened, where a hook is asked on an
    occasion, and ``deadline`` the one that has just passed, if one has. ``calendar`` counts working days.
    """

    at: datetime
    office: str
    options: Mapping[str, str] = field(default_factory=dict)
    case: CaseFacts | None = None
    assessments: tuple[AssessmentFacts, ...] = ()
    warning: WarningFacts | None = None
    dispositions: tuple[DispositionFacts, ...] = ()
    deadlines: tuple[DeadlineFacts, ...] = ()
    supervisions: tuple[SupervisionFacts, ...] = ()
    occasion: Occasion | None = None
    deadline: DeadlineFacts | None = None
    calendar: WorkingDays = WEEKDAYS

    @property
    def day(self) -> date:
        """Return the date in the office."""
        return office_day(self.at)

    @property
    def assessed(self) -> bool:
        """Tell whether an assessment of the case is confirmed."""
        return any(item.status is AssessmentStatus.CONFIRMED for item in self.assessments)

    @property
    def latest(self) -> AssessmentFacts | None:
        """Return the latest assessment that was neither returned nor withdrawn."""
        return next((item for item in self.assessments if item.status in STANDING_ASSESSMENT_STATUSES), None)
