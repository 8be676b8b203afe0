"""The facts that a regulation is given when a hook is called. They tell of cases, never of persons or parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from caserisk.domain.levels import RiskLevel
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import STANDING_ASSESSMENT_STATUSES, AssessmentStatus, WarningStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """A case as it stands; ``level`` is the one in force."""

    number: str
    cause: str
    stage: str
    opened_at: datetime
    closed: bool
    level: RiskLevel | None
    petition_recorded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFacts:
    """An assessment; ``level`` is the decided one, before that the proposed or else the derived one."""

    stage: str
    status: AssessmentStatus
    has_risk: bool
    has_plan: bool
    level: RiskLevel | None
    submitted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFacts:
    """A warning as it stands."""

    status: WarningStatus
    level: RiskLevel | None
    issued_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All the facts of one decision.

    ``at`` is the moment of the decision; ``assessments`` are the case's, the latest first; ``warning`` is the one that
    is active or being issued. ``options`` are the office's choices, defaults filled in.
    """

    at: datetime
    office: str
    options: Mapping[str, str] = field(default_factory=dict)
    case: CaseFacts | None = None
    assessments: tuple[AssessmentFacts, ...] = ()
    warning: WarningFacts | None = None

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
