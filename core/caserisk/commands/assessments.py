"""Submitting and reviewing assessments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.commands import consequences, telling
from caserisk.commands.answers import AnswerDraft, checked_answers
from caserisk.commands.checks import KEY, LONG, Checks
from caserisk.commands.command import CaseCommand, Changed, Command, assessment_of
from caserisk.commands.docket import Docket
from caserisk.commands.plans import PlanDraft, check_plan, drawn_up
from caserisk.domain import events as ev
from caserisk.domain.assessments import Assessment, FactorAnswer, PendingIssue, Review
from caserisk.domain.levels import RiskLevel
from caserisk.domain.plans import Plan
from caserisk.domain.refusals import forbidden, invalid, listed, wrong_state
from caserisk.domain.rules import Occasion, ReviewStep
from caserisk.domain.terms import Term, last_day
from caserisk.domain.texts import Reason
from caserisk.domain.vocabulary import AssessmentStatus, PlanKind, Role, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAssessment(CaseCommand):
    """Hand in an assessment of a case's risk, with a plan where the regulation wants one (HUI-02, ZHU-08)."""

    mutation: ClassVar[str] = "submitAssessment"

    has_risk: bool
    answers: tuple[AnswerDraft, ...] = ()
    proposed_level: str | None = None
    summary: str | None = None
    plan: PlanDraft | None = None

    @property
    def officers(self) -> tuple[str, ...]:
        """Those the plan assigns."""
        return self.plan.assigned if self.plan else ()

    def decide(self, docket: Docket) -> Changed:
        """Put it on record and start its chain; one without a chain is confirmed at once."""
        docket.require((Role.CASE_HANDLER,), "提交评估", "submit an assessment")
        self._require_state(docket)
        checks = Checks()
        checks.optional_text(self.summary, LONG, "summary")
        checks.optional_text(self.proposed_level, KEY, "proposedLevel")
        answers = checked_answers(docket, self.answers, checks)
        checks.done()
        proposed = docket.level(self.proposed_level, "proposedLevel") if self.proposed_level else None
        derived, reasons = self._derived(docket, answers)
        self._check_level(docket, proposed, derived)
        assessment, plan = self._drawn_up(docket, answers, proposed, derived, reasons)
        docket.record(ev.AssessmentSubmitted(assessment=assessment, plan=plan))
        level = assessment.working_level
        telling.tell(docket, Occasion.ASSESSMENT_SUBMITTED, level, assessment_id=assessment.id)
        if assessment.raised:
            consequences.take_effect(docket, level, assessment=assessment)
        if not assessment.steps:
            confirm(docket, assessment.id, level)
        warning = docket.file.active_warning
        return Changed(case=self.case, assessment=assessment.id, warning=warning.id if warning else None)

    def _require_state(self, docket: Docket) -> None:
        if docket.file.case.closed_at:
            raise wrong_state("案件已办结,不再评估", "the case is concluded and no longer assessed")
        current = docket.file.current_assessment
        if current and current.status is AssessmentStatus.IN_REVIEW:
            raise wrong_state(
                "上一份评估仍在审批中;请待审批完毕或退回后再提交",
                "an assessment is still in review; submit again when it is confirmed or returned",
            )

    def _derived(
        self, docket: Docket, answers: tuple[FactorAnswer, ...]
    ) -> tuple[RiskLevel | None, tuple[Reason, ...]]:
        """The level that follows from the answers, and why."""
        facts = docket.facts()
        scheme = docket.regulation.scheme(facts)
        if scheme is None or not self.has_risk:
            return None, ()
        values = {answer.factor.key: answer.value for answer in answers}
        derived = docket.regulation.derived_level(facts, values, scheme)
        if derived is None or derived.code is None:
            return None, derived.reasons if derived else ()
        return docket.level(derived.code), derived.reasons

    def _check_level(self, docket: Docket, proposed: RiskLevel | None, derived: RiskLevel | None) -> None:
        if not self.has_risk and proposed:
            raise invalid("无风险的评估不定等级", "an assessment without risk has no level", "proposedLevel")
        scheme = docket.regulation.scheme(docket.facts())
        if self.has_risk and scheme and proposed is None and derived is None:
            codes = listed(level.code for level in scheme.levels)
            raise invalid(f"请拟定风险等级:{codes.zh}", f"propose a level: {codes.en}", "proposedLevel")

    def _drawn_up(
        self,
        docket: Docket,
        answers: tuple[FactorAnswer, ...],
        proposed: RiskLevel | None,
        derived: RiskLevel | None,
        reasons: tuple[Reason, ...],
    ) -> tuple[Assessment, Plan | None]:
        level, facts, case = proposed or derived, docket.facts(), docket.file.case
        id = docket.new_id("assessment")
        plan = self._plan(docket, level, assessment_id=id)
        steps = docket.regulation.review_steps(facts, has_risk=self.has_risk, level=level)
        raised = bool(steps and level and case.level and level.graver_than(case.level))
        assessment = Assessment(
            id=id,
            case_id=case.id,
            ordinal=len(docket.file.assessments) + 1,
            stage=case.stage,
            status=AssessmentStatus.IN_REVIEW,
            has_risk=self.has_risk,
            answers=answers,
            proposed_level=proposed,
            derived_level=derived,
            reasons=reasons,
            summary=self.summary,
            plan_id=plan.id if plan else None,
            submitted_by_id=docket.actor().id,
            submitted_at=docket.at,
            steps=steps,
            next_review_due_at=_due(docket, steps[0]) if steps else None,
            pending_issue=_pending(docket, self.has_risk, level),
            raised=raised,
            displaced_level=case.level if raised else None,
        )
        return assessment, plan

    def _plan(self, docket: Docket, level: RiskLevel | None, *, assessment_id: str) -> Plan | None:
        kind = PlanKind.CONTINGENCY
        rule = docket.regulation.plan(docket.facts(), kind, has_risk=self.has_risk, level=level)
        checks = Checks()
        if self.plan:
            check_plan(docket, self.plan, rule, checks)
        elif rule.required:
            checks.wrong("须同时提交工作预案", "a contingency plan has to come with the assessment", "plan")
        checks.done()
        return drawn_up(docket, self.plan, rule, kind=kind, assessment_id=assessment_id) if self.plan else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAssessment(Command):
    """Say a reviewer's word on an assessment (HUI-03, ZHU-09)."""

    mutation: ClassVar[str] = "reviewAssessment"

    assessment: str
    verdict: Verdict
    level: str | None = None
    comment: str | None = None

    @property
    def target(self) -> str:
        """The assessment."""
        return self.assessment

    def decide(self, docket: Docket) -> Changed:
        """Move the assessment on, confirm it, or send it back."""
        checks = Checks()
        checks.optional_text(self.comment, LONG, "comment")
        checks.optional_text(self.level, KEY, "level")
        checks.done()
        assessment = docket.file.assessments[self.assessment]
        step = self._step(docket, assessment)
        level = self._level(docket, assessment, step)
        review = Review(
            id=docket.new_id("review"),
            assessment_id=assessment.id,
            turn=assessment.reviewed + 1,
            step=step,
            verdict=self.verdict,
            level=level,
            comment=self.comment,
            by_id=docket.actor().id,
            at=docket.at,
        )
        if self.verdict is Verdict.RETURNED:
            _return(docket, assessment, review)
        else:
            _approve(docket, assessment, review)
        warning = docket.file.active_warning
        return Changed(case=assessment.case_id, assessment=assessment.id, warning=warning.id if warning else None)

    def _step(self, docket: Docket, assessment: Assessment) -> ReviewStep:
        """The step whose turn it is, where it is for who acts to say."""
        step = assessment.next_review
        if step is None:
            raise wrong_state(
                f"评估处于「{assessment.status.zh}」状态,无须审批",
                f"the assessment is {assessment.status.en}; nobody has to review it",
            )
        docket.require((step.role,), f"审批「{step.label.zh}」", f"review as {step.label.en}")
        if docket.actor_id == assessment.submitted_by_id:
            raise forbidden("提交人不得审批自己的评估", "who submitted an assessment does not review it")
        return step

    def _level(self, docket: Docket, assessment: Assessment, step: ReviewStep) -> RiskLevel | None:
        """The level this step sets, if it sets one."""
        if self.level is not None and not (step.decides_level and assessment.has_risk and self._approves):
            raise invalid(
                f"此环节(「{step.label.zh}」)不定等级", f"this step ({step.label.en}) sets no level here", "level"
            )
        if not (step.decides_level and assessment.has_risk and self._approves):
            return None
        return docket.level(self.level, "level") if self.level else assessment.working_level

    @property
    def _approves(self) -> bool:
        return self.verdict is Verdict.APPROVED


def confirm(docket: Docket, assessment_id: str, level: RiskLevel | None) -> None:
    """Decide an assessment, and let its level take effect."""
    assessment = assessment_of(docket, assessment_id)
    running = docket.file.active_warning
    warning_id = running.id if running else assessment.warning_id
    docket.record(
        ev.AssessmentConfirmed(
            assessment_id=assessment_id,
            has_risk=assessment.has_risk,
            level=level,
            pending_issue=None if warning_id else _pending(docket, assessment.has_risk, level),
            warning_id=warning_id,
        )
    )
    consequences.take_effect(docket, level, assessment=docket.file.assessments[assessment_id])
    telling.tell(docket, Occasion.ASSESSMENT_CONFIRMED, level, assessment_id=assessment_id)


def _pending(docket: Docket, has_risk: bool, level: RiskLevel | None) -> PendingIssue | None:
    return consequences.pending_issue(docket, level) if has_risk else None


def _approve(docket: Docket, assessment: Assessment, review: Review) -> None:
    following = assessment.steps[review.turn : review.turn + 1]
    due_at = _due(docket, following[0]) if following else None
    docket.record(ev.AssessmentReviewed(assessment_id=assessment.id, review=review, next_review_due_at=due_at))
    if not following:
        reviewed = docket.file.assessments[assessment.id]
        confirm(docket, assessment.id, reviewed.working_level if reviewed.has_risk else None)


def _return(docket: Docket, assessment: Assessment, review: Review) -> None:
    """Send it back; a raise that was in force since its submission ends at this moment (A-51)."""
    docket.record(ev.AssessmentReturned(assessment_id=assessment.id, review=review))
    if assessment.raised:
        returned = docket.file.assessments[assessment.id]
        consequences.take_effect(docket, assessment.displaced_level, assessment=returned)


def _due(docket: Docket, step: ReviewStep) -> datetime | None:
    if step.term is None:
        return None
    return last_day(Term.parse(step.term), docket.today, docket.calendar).passes_at
