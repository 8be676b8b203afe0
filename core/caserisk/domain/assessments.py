"""Assessments of a case's risk and the chain of reviews they pass; the events about them, and what these change.

Plans are folded here too: one made in advance comes, and is adopted, with its assessment (A-28).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from caserisk.domain.cases import Case, CaseStage
from caserisk.domain.events import Entry, Event
from caserisk.domain.levels import RiskLevel, level_text
from caserisk.domain.plans import Plan, PlanAdopted
from caserisk.domain.policy import reviewers_in_turn
from caserisk.domain.rules import Factor, ReviewStep
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import AssessmentChangeKind, AssessmentStatus, LevelOverride, Role, Verdict
from caserisk.domain.warnings import RiskWarning, WarningIssued


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorAnswer:
    """A factor as the regulation put it, and its answer."""

    factor: Factor
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingIssue:
    """A warning that is due from an assessment, and the roles that may issue it."""

    roles: tuple[Role, ...]
    automatic: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes:
    """How a committee voted."""

    in_favour: int
    against: int
    abstained: int = 0

    @property
    def total(self) -> int:
        """Return how many voted."""
        return self.in_favour + self.against + self.abstained


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The verdict of one reviewer; ``turn`` is the step of the chain, from 1.

    ``stood_in_as`` is the role by which they stood in for the role of the step; None where they have that.
    ``participants`` are the ids of the officers who took part, where it is the decision of a committee.
    """

    id: str
    assessment_id: str
    turn: int
    step: ReviewStep
    verdict: Verdict
    level: RiskLevel | None
    comment: str | None
    by_id: str
    at: datetime
    stood_in_as: Role | None = None
    participants: tuple[str, ...] = ()
    votes: Votes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One dated evaluation of a case's risk (风险评估).

    ``ordinal`` counts those of the case. ``override`` says whether another level may be set than the derived one, if
    one is derived, ``override_reason`` why the handler departs from it. ``steps`` is the chain it started with and
    keeps; ``reviewed`` how many of them have approved. ``raised`` marks one whose higher level is in force since its
    submission, over ``displaced_level`` (A-13, A-51). ``warning_id`` is the warning issued from it, or adjusted by it.
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
    override: LevelOverride | None = None
    override_reason: str | None = None
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
    withdrawal_reason: Text | None = None
    version: int = 1

    @property
    def next_review(self) -> ReviewStep | None:
        """Return the step whose turn it is."""
        in_review = self.status is AssessmentStatus.IN_REVIEW and self.reviewed < len(self.steps)
        return self.steps[self.reviewed] if in_review else None

    @property
    def raise_in_review(self) -> bool:
        """Tell whether the level that it raised is in force while its review is still under way (A-51)."""
        return self.raised and self.status is AssessmentStatus.IN_REVIEW

    @property
    def next_reviewers(self) -> tuple[Role, ...]:
        """Return the role whose turn it is, and after it those that stand in for it, in turn."""
        return reviewers_in_turn(self.next_review) if self.next_review else ()

    @property
    def working_level(self) -> RiskLevel | None:
        """Return the decided level, before that the proposed or else the derived one; None without risk."""
        if not self.has_risk:
            return None  # also where the answers speak of a risk, and the handler said why there is none
        return self.level or self.proposed_level or self.derived_level


# ------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentSubmitted(Event):
    """The handler submitted an assessment, perhaps with a plan."""

    kind = AssessmentChangeKind.SUBMITTED
    assessment: Assessment
    plan: Plan | None

    @property
    def assessment_id(self) -> str:
        """Return the id of the assessment."""
        return self.assessment.id

    @property
    def detail(self) -> Text:
        return level_text(self.assessment.working_level) if self.assessment.has_risk else Text("无风险", "no risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentEvent(Event):
    """An event about an assessment that was submitted before."""

    assessment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentReviewed(AssessmentEvent):
    """A step of the chain approved; ``next_review_due_at`` is how long the next reviewer has."""

    kind = AssessmentChangeKind.REVIEWED
    review: Review
    next_review_due_at: datetime | None

    @property
    def detail(self) -> Text:
        return self.review.step.label


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentReturned(AssessmentEvent):
    """A step of the chain sent the assessment back."""

    kind = AssessmentChangeKind.RETURNED
    review: Review

    @property
    def detail(self) -> Text:
        return self.review.step.label


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentWithdrawn(AssessmentEvent):
    """An assessment that nobody has to review any more: its submitter took it back, or its case was concluded."""

    kind = AssessmentChangeKind.WITHDRAWN
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentConfirmed(AssessmentEvent):
    """An assessment was decided; those before it are superseded, its plan is adopted.

    ``warning_id`` is the warning that runs, if one does.
    """

    kind = AssessmentChangeKind.CONFIRMED
    has_risk: bool
    level: RiskLevel | None
    pending_issue: PendingIssue | None
    warning_id: str | None

    @property
    def detail(self) -> Text:
        return level_text(self.level) if self.has_risk else Text("无风险", "no risk")


# ------------------------------------------------------------------------------------------------ folding


def new_assessments(entry: Entry, _: Case) -> tuple[Assessment, ...]:
    """Return the assessment that an entry submits."""
    return (entry.event.assessment,) if isinstance(entry.event, AssessmentSubmitted) else ()


def new_reviews(entry: Entry, _: Case) -> tuple[Review, ...]:
    """Return the review that an entry puts on record."""
    return (entry.event.review,) if isinstance(entry.event, AssessmentReviewed | AssessmentReturned) else ()


def new_plans(entry: Entry, _: Case) -> tuple[Plan, ...]:
    """Return the plan that an entry brings: in advance with an assessment, or adopted for a warning."""
    match entry.event:
        case AssessmentSubmitted(plan=Plan() as plan):
            return (plan,)
        case PlanAdopted(plan=plan):
            return (replace(plan, adopted_by_id=entry.actor_id, adopted_at=entry.at),)
    return ()


def fold_assessment(assessment: Assessment, entry: Entry) -> Assessment:
    """Return the assessment after an entry of its case's file."""
    event = entry.event
    # Two events concern assessments other than their own.
    if isinstance(event, AssessmentConfirmed) and event.assessment_id != assessment.id:
        return _supersede(assessment)
    if isinstance(event, WarningIssued):
        return _after_warning(assessment, event.warning)
    if not isinstance(event, AssessmentEvent) or event.assessment_id != assessment.id:
        return assessment
    assessment = replace(assessment, version=assessment.version + 1)
    match event:
        case AssessmentReviewed(review=review, next_review_due_at=due_at):
            return replace(
                assessment,
                reviewed=review.turn,
                level=review.level or assessment.level,  # a reviewer may leave the level as it is
                next_review_due_at=due_at,
            )
        case AssessmentReturned():
            return _drop(assessment, AssessmentStatus.RETURNED)
        case AssessmentWithdrawn(reason=reason):
            return replace(_drop(assessment, AssessmentStatus.WITHDRAWN), withdrawal_reason=reason)
        case AssessmentConfirmed(level=level, pending_issue=pending, warning_id=warning_id):
            return replace(
                assessment,
                warning_id=warning_id,
                status=AssessmentStatus.CONFIRMED,
                level=level,
                pending_issue=pending,
                next_review_due_at=None,
            )
    return assessment


def _drop(assessment: Assessment, status: AssessmentStatus) -> Assessment:
    # The level that it raised goes back by a LevelChanged of its own, which follows.
    return replace(assessment, status=status, next_review_due_at=None, pending_issue=None, raised=False)


def _after_warning(assessment: Assessment, warning: RiskWarning) -> Assessment:
    # A case has one running warning: once there is one, none is left to issue from any of its assessments.
    if warning.assessment_id == assessment.id:
        return replace(assessment, pending_issue=None, warning_id=warning.id, version=assessment.version + 1)
    if assessment.pending_issue is None:
        return assessment
    return replace(assessment, pending_issue=None, version=assessment.version + 1)


def _supersede(assessment: Assessment) -> Assessment:
    if assessment.status is not AssessmentStatus.CONFIRMED:
        return assessment
    return replace(assessment, status=AssessmentStatus.SUPERSEDED, pending_issue=None, version=assessment.version + 1)


def fold_plan(plan: Plan, entry: Entry) -> Plan:
    """Return the plan after an entry of its case's file: a plan made in advance is adopted with its assessment."""
    match entry.event:
        case AssessmentConfirmed(assessment_id=id, warning_id=warning_id) if id == plan.assessment_id:
            return replace(plan, adopted_by_id=entry.actor_id, adopted_at=entry.at, warning_id=warning_id)
        # The warning is issued after its assessment was confirmed, unless that was automatic: only now is its id known.
        case WarningIssued(warning=warning) if warning.assessment_id and warning.assessment_id == plan.assessment_id:
            return replace(plan, warning_id=warning.id)
    return plan
