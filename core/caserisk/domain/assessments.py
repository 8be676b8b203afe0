"""Assessments of a case's risk and the chain they pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.cases import CaseStage
from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Factor, ReviewStep
from caserisk.domain.texts import Reason
from caserisk.domain.vocabulary import AssessmentStatus, Role, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAnswer:
    """A factor as it was asked, and its answer."""

    factor: Factor
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingIssue:
    """That a warning is due from an assessment, and from whom."""

    roles: tuple[Role, ...]
    automatic: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What one reviewer said; ``turn`` counts from 1."""

    id: str
    assessment_id: str
    turn: int
    step: ReviewStep
    verdict: Verdict
    level: RiskLevel | None
    comment: str | None
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One dated evaluation of a case's risk (风险评估).

    ``ordinal`` counts those of the case. ``steps`` is the chain it started with and keeps; ``reviewed`` how many of
    them have approved. ``raised`` marks one whose higher level is in force since its submission, over
    ``displaced_level`` (A-13, A-51). ``warning_id`` is the warning issued from it, or adjusted by it.
    """

    id: str
    case_id: str
    ordinal: int
    stage: CaseStage
    status: AssessmentStatus
    has_risk: bool
    answers: tuple[FactorAnswer, ...]
    proposed_level: RiskLevel | None
    derived_level: RiskLevel | None
    reasons: tuple[Reason, ...]
    summary: str | None
    plan_id: str | None
    submitted_by_id: str
    submitted_at: datetime
    steps: tuple[ReviewStep, ...]
    level: RiskLevel | None = None
    reviewed: int = 0
    next_review_due_at: datetime | None = None
    pending_issue: PendingIssue | None = None
    warning_id: str | None = None
    raised: bool = False
    displaced_level: RiskLevel | None = None
    version: int = 1

    @property
    def next_review(self) -> ReviewStep | None:
        """The step whose turn it is."""
        in_review = self.status is AssessmentStatus.IN_REVIEW and self.reviewed < len(self.steps)
        return self.steps[self.reviewed] if in_review else None

    @property
    def working_level(self) -> RiskLevel | None:
        """The decided level, before that the proposed or else the derived one."""
        return self.level or self.proposed_level or self.derived_level
