"""Submitting and reviewing assessments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.commands import consequences, notifications
from caserisk.commands.checks import KEY, LONG, Checks
from caserisk.commands.command import CaseCommand, Changed, Command, assessment_of
from caserisk.commands.factor_answers import AnswerDraft, checked_answers
from caserisk.commands.plans import PlanDraft, check_plan, drawn_up
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import (
    Assessment,
    AssessmentConfirmed,
    AssessmentReturned,
    AssessmentReviewed,
    AssessmentSubmitted,
    FactorAnswer,
    PendingIssue,
    Review,
)
from caserisk.domain.levels import RiskLevel
from caserisk.domain.plans import Plan
from caserisk.domain.refusals import forbidden, invalid, key_list, wrong_state
from caserisk.domain.rules import Occasion, ReviewStep
from caserisk.domain.terms import Term, last_day
from caserisk.domain.texts import Reason
from caserisk.domain.vocabulary import AssessmentStatus, PlanKind, Role, Verdict
from caserisk.regulation import hooks


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

    def decide(self, work: UnitOfWork) -> Changed:
        """Put it on record and start its chain; one without a chain is confirmed at once."""
        work.require((Role.CASE_HANDLER,), "提交评估", "submit an assessment")
        self._require_state(work)
        checks = Checks()
        checks.optional_text(self.summary, LONG, "summary")
        checks.optional_text(self.proposed_level, KEY, "proposedLevel")
        answers = checked_answers(work, self.answers, checks)
        checks.done()
        proposed = work.level(self.proposed_level, "proposedLevel") if self.proposed_level else None
        derived, reasons = self._derived(work, answers)
        self._check_level(work, proposed, derived)
        assessment, plan = self._drawn_up(work, answers, proposed, derived, reasons)
        work.record(AssessmentSubmitted(assessment=assessment, plan=plan))
        level = assessment.working_level
        notifications.notify(work, Occasion.ASSESSMENT_SUBMITTED, level, assessment_id=assessment.id)
        if assessment.raised:
            consequences.take_effect(work, level, assessment=assessment)
        if not assessment.steps:
            confirm(work, assessment.id, level)
        warning = work.file.active_warning
        return Changed(case=self.case, assessment=assessment.id, warning=warning.id if warning else None)

    def _require_state(self, work: UnitOfWork) -> None:
        if work.file.case.closed_at:
            raise wrong_state("案件已办结,不再评估", "the case is concluded and no longer assessed")
        current = work.file.current_assessment
        if current and current.status is AssessmentStatus.IN_REVIEW:
            raise wrong_state(
                "上一份评估仍在审批中;请待审批完毕或退回后再提交",
                "an assessment is still in review; submit again when it is confirmed or returned",
            )

    def _derived(
        self, work: UnitOfWork, answers: tuple[FactorAnswer, ...]
    ) -> tuple[RiskLevel | None, tuple[Reason, ...]]:
        """The level that follows from the answers, and why."""
        facts = work.facts()
        scheme = work.regulation.ask(hooks.caserisk_level_scheme, facts)
        if scheme is None or not self.has_risk:
            return None, ()
        values = {answer.factor.key: answer.value for answer in answers}
        derived = work.regulation.ask(hooks.caserisk_derived_level, facts, values, scheme)
        if derived is None or derived.code is None:
            return None, derived.reasons if derived else ()
        return work.level(derived.code), derived.reasons

    def _check_level(self, work: UnitOfWork, proposed: RiskLevel | None, derived: RiskLevel | None) -> None:
        if not self.has_risk and proposed:
            raise invalid("无风险的评估不定等级", "an assessment without risk has no level", "proposedLevel")
        scheme = work.regulation.ask(hooks.caserisk_level_scheme, work.facts())
        if self.has_risk and scheme and proposed is None and derived is None:
            codes = key_list(level.code for level in scheme.levels)
            raise invalid(f"请拟定风险等级:{codes.zh}", f"propose a level: {codes.en}", "proposedLevel")

    def _drawn_up(
        self,
        work: UnitOfWork,
        answers: tuple[FactorAnswer, ...],
        proposed: RiskLevel | None,
        derived: RiskLevel | None,
        reasons: tuple[Reason, ...],
    ) -> tuple[Assessment, Plan | None]:
        level, facts, case = proposed or derived, work.facts(), work.file.case
        id = work.new_id("assessment")
        plan = self._plan(work, level, assessment_id=id)
        steps = work.regulation.ask(hooks.caserisk_review_steps, facts, has_risk=self.has_risk, level=level)
        raised = bool(steps and level and case.level and level.graver_than(case.level))
        assessment = Assessment(
            id=id,
            case_id=case.id,
            ordinal=len(work.file.assessments) + 1,
            stage=case.stage,
            status=AssessmentStatus.IN_REVIEW,
            has_risk=self.has_risk,
            answers=answers,
            proposed_level=proposed,
            derived_level=derived,
            reasons=reasons,
            summary=self.summary,
            plan_id=plan.id if plan else None,
            submitted_by_id=work.actor().id,
            submitted_at=work.at,
            steps=steps,
            next_review_due_at=_due(work, steps[0]) if steps else None,
            pending_issue=_pending(work, self.has_risk, level),
            raised=raised,
            displaced_level=case.level if raised else None,
        )
        return assessment, plan

    def _plan(self, work: UnitOfWork, level: RiskLevel | None, *, assessment_id: str) -> Plan | None:
        kind = PlanKind.CONTINGENCY
        rule = work.regulation.ask(hooks.caserisk_plan, work.facts(), kind, has_risk=self.has_risk, level=level)
        checks = Checks()
        if self.plan:
            check_plan(work, self.plan, rule, checks)
        elif rule.required:
            checks.wrong("须同时提交工作预案", "a contingency plan has to come with the assessment", "plan")
        checks.done()
        return drawn_up(work, self.plan, rule, kind=kind, assessment_id=assessment_id) if self.plan else None


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

    def decide(self, work: UnitOfWork) -> Changed:
        """Move the assessment on, confirm it, or send it back."""
        checks = Checks()
        checks.optional_text(self.comment, LONG, "comment")
        checks.optional_text(self.level, KEY, "level")
        checks.done()
        assessment = work.file.assessments[self.assessment]
        step = self._step(work, assessment)
        level = self._level(work, assessment, step)
        review = Review(
            id=work.new_id("review"),
            assessment_id=assessment.id,
            turn=assessment.reviewed + 1,
            step=step,
            verdict=self.verdict,
            level=level,
            comment=self.comment,
            by_id=work.actor().id,
            at=work.at,
        )
        if self.verdict is Verdict.RETURNED:
            _return(work, assessment, review)
        else:
            _approve(work, assessment, review)
        warning = work.file.active_warning
        return Changed(case=assessment.case_id, assessment=assessment.id, warning=warning.id if warning else None)

    def _step(self, work: UnitOfWork, assessment: Assessment) -> ReviewStep:
        """The step whose turn it is, where it is for who acts to say."""
        step = assessment.next_review
        if step is None:
            raise wrong_state(
                f"评估处于「{assessment.status.zh}」状态,无须审批",
                f"the assessment is {assessment.status.en}; nobody has to review it",
            )
        work.require((step.role,), f"审批「{step.label.zh}」", f"review as {step.label.en}")
        if work.actor_id == assessment.submitted_by_id:
            raise forbidden("提交人不得审批自己的评估", "who submitted an assessment does not review it")
        return step

    def _level(self, work: UnitOfWork, assessment: Assessment, step: ReviewStep) -> RiskLevel | None:
        """The level this step sets, if it sets one."""
        if self.level is not None and not (step.decides_level and assessment.has_risk and self._approves):
            raise invalid(
                f"此环节(「{step.label.zh}」)不定等级", f"this step ({step.label.en}) sets no level here", "level"
            )
        if not (step.decides_level and assessment.has_risk and self._approves):
            return None
        return work.level(self.level, "level") if self.level else assessment.working_level

    @property
    def _approves(self) -> bool:
        return self.verdict is Verdict.APPROVED


def confirm(work: UnitOfWork, assessment_id: str, level: RiskLevel | None) -> None:
    """Decide an assessment, and let its level take effect."""
    assessment = assessment_of(work, assessment_id)
    running = work.file.active_warning
    warning_id = running.id if running else assessment.warning_id
    work.record(
        AssessmentConfirmed(
            assessment_id=assessment_id,
            has_risk=assessment.has_risk,
            level=level,
            pending_issue=None if warning_id else _pending(work, assessment.has_risk, level),
            warning_id=warning_id,
        )
    )
    consequences.take_effect(work, level, assessment=work.file.assessments[assessment_id])
    notifications.notify(work, Occasion.ASSESSMENT_CONFIRMED, level, assessment_id=assessment_id)


def _pending(work: UnitOfWork, has_risk: bool, level: RiskLevel | None) -> PendingIssue | None:
    return consequences.pending_issue(work, level) if has_risk else None


def _approve(work: UnitOfWork, assessment: Assessment, review: Review) -> None:
    following = assessment.steps[review.turn : review.turn + 1]
    due_at = _due(work, following[0]) if following else None
    work.record(AssessmentReviewed(assessment_id=assessment.id, review=review, next_review_due_at=due_at))
    if not following:
        reviewed = work.file.assessments[assessment.id]
        confirm(work, assessment.id, reviewed.working_level if reviewed.has_risk else None)


def _return(work: UnitOfWork, assessment: Assessment, review: Review) -> None:
    """Send it back; a raise that was in force since its submission ends at this moment (A-51)."""
    work.record(AssessmentReturned(assessment_id=assessment.id, review=review))
    if assessment.raised:
        returned = work.file.assessments[assessment.id]
        consequences.take_effect(work, assessment.displaced_level, assessment=returned)


def _due(work: UnitOfWork, step: ReviewStep) -> datetime | None:
    if step.term is None:
        return None
    return last_day(Term.parse(step.term), work.today, work.calendar).passes_at
