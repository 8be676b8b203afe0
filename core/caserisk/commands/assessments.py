"""Submit, review and withdraw assessments."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from caserisk.commands import consequences, notice_sending
from caserisk.commands.command import AssessmentCommand, CaseCommand, Changed, find_assessment
from caserisk.commands.committees import VotesDraft, check_participants, check_votes
from caserisk.commands.derived_levels import Derivation, check_override, check_reviewed_level, derive_level
from caserisk.commands.factor_answers import FactorAnswerDraft, check_answers
from caserisk.commands.input_fields import declare_input, ids_field, text_field, value_field
from caserisk.commands.plans import PlanDraft, check_plan, draw_up_plan
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import MAX_KEY_LENGTH, MAX_TEXT_LENGTH, InputValidator, check_input
from caserisk.domain.assessments import (
    Assessment,
    AssessmentConfirmed,
    AssessmentReturned,
    AssessmentReviewed,
    AssessmentSubmitted,
    AssessmentWithdrawn,
    FactorAnswer,
    PendingIssue,
    Review,
)
from caserisk.domain.levels import RiskLevel
from caserisk.domain.plans import Plan
from caserisk.domain.policy import has_role
from caserisk.domain.refusals import forbidden, invalid, key_list, wrong_state
from caserisk.domain.reviewers import earlier_reviews, exclusion, find_reviewers, vacancy
from caserisk.domain.rules import Occasion, ReviewStep
from caserisk.domain.terms import Term, last_day
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import AssessmentStatus, PlanKind, Role, Verdict
from caserisk.regulation import hooks


@declare_input("An assessment of a case's risk (风险评估).")
class SubmitAssessment(CaseCommand):
    """Hand in an assessment of a case's risk, with a plan where the regulation wants one (HUI-02, ZHU-08)."""

    needs_staff: ClassVar[bool] = True  # whoever reviews it next is told

    has_risk: bool = value_field("Whether there is a risk (有无风险).")
    answers: tuple[FactorAnswerDraft, ...] = value_field("The answers to the regulation's factors.", default=())
    proposed_level: str | None = text_field(
        "The code of the level the handler proposes (拟定等级); none without risk.",
        max_length=MAX_KEY_LENGTH,
        default=None,
    )
    override_reason: str | None = text_field(
        "Why the level departs from the one that follows from the answers, or there is no risk where one does follow; "
        "only then (变更理由).",
        max_length=MAX_TEXT_LENGTH,
        default=None,
    )
    summary: str | None = text_field("What was considered.", max_length=MAX_TEXT_LENGTH, default=None)
    plan: PlanDraft | None = value_field("The contingency plan that comes with it (工作预案).", default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Put it on record and start its chain; one without a chain is confirmed at once."""
        work.require_role((Role.CASE_HANDLER,), "提交评估", "submit an assessment")
        self._require_state(work)
        validator = InputValidator()
        validator.check_fields(self, work.at)
        answers = check_answers(work, self.answers, validator)
        validator.raise_problems()
        proposed = work.find_level(self.proposed_level, "proposed_level") if self.proposed_level else None
        derivation = derive_level(work, answers)
        self._check_level(work, proposed, derivation.level)
        check_override(derivation, has_risk=self.has_risk, proposed=proposed, override_reason=self.override_reason)
        assessment, plan = self._draw_up(work, answers, proposed, derivation)
        work.record(AssessmentSubmitted(assessment=assessment, plan=plan))
        level = assessment.working_level
        notice_sending.notify(work, Occasion.ASSESSMENT_SUBMITTED, level, assessment_id=assessment.id)
        # A graver level takes effect at once, a milder one or a first one when the chain has confirmed it.
        if assessment.raised:
            consequences.apply_level(work, level, assessment=assessment)
        if not assessment.steps:
            confirm(work, assessment.id, level)
        return _changed(work, assessment)

    def _require_state(self, work: UnitOfWork) -> None:
        # The risk of a concluded case is tracked to its end, which is that of its warning (HUI-05, A-02).
        if work.file.case.closed_at and not work.file.active_warning:
            raise wrong_state(
                "案件已办结,也没有生效中的预警,不再评估",
                "the case is concluded, no warning runs, and it is no longer assessed",
            )
        current = work.file.current_assessment
        # One chain at a time: the database refuses a second assessment in review of the same case, too.
        if current and current.status is AssessmentStatus.IN_REVIEW:
            raise wrong_state(
                "上一份评估仍在审批中;请待审批完毕或退回后再提交",
                "an assessment is still in review; submit again when it is confirmed or returned",
            )

    def _check_level(self, work: UnitOfWork, proposed: RiskLevel | None, derived: RiskLevel | None) -> None:
        if not self.has_risk and proposed:
            raise invalid("无风险的评估不定等级", "an assessment without risk has no level", "proposed_level")
        scheme = work.regulation.ask(hooks.caserisk_level_scheme, work.facts())
        if self.has_risk and scheme and proposed is None and derived is None:
            codes = key_list(level.code for level in scheme.levels)
            raise invalid(f"请拟定风险等级:{codes.zh}", f"propose a level: {codes.en}", "proposed_level")

    def _draw_up(
        self,
        work: UnitOfWork,
        answers: tuple[FactorAnswer, ...],
        proposed: RiskLevel | None,
        derivation: Derivation,
    ) -> tuple[Assessment, Plan | None]:
        level = (proposed or derivation.level) if self.has_risk else None
        case = work.file.case
        id = work.new_id("assessment")
        plan = self._plan(work, level, assessment_id=id)
        steps = _review_steps(work, level, has_risk=self.has_risk)
        # A first level is no raise, nor is a level that nobody has to review: it is confirmed in this same command
        #
        raised = bool(steps and level and case.level and level.graver_than(case.level))
        assessment = Assessment(
            id=id,
            case_id=case.id,
            # The file holds every assessment of the case, those that came to nothing too, so their number is the last
            # ordinal.
            ordinal=len(work.file.assessments) + 1,
            stage=case.stage,
            status=AssessmentStatus.IN_REVIEW,
            has_risk=self.has_risk,
            answers=answers,
            proposed_level=proposed,
            derived_level=derivation.level,
            reasons=derivation.reasons,
            override=derivation.override,
            override_reason=self.override_reason,
            summary=self.summary,
            plan_id=plan.id if plan else None,
            submitted_by_id=work.require_officer().id,
            submitted_at=work.at,
            steps=steps,
            next_review_due_at=_review_due_at(work, steps[0]) if steps else None,
            pending_issue=_pending_issue(work, self.has_risk, level),
            raised=raised,
            displaced_level=case.level if raised else None,
        )
        return assessment, plan

    def _plan(self, work: UnitOfWork, level: RiskLevel | None, *, assessment_id: str) -> Plan | None:
        """Return the contingency plan, which the regulation may want with the assessment (A-28)."""
        kind = PlanKind.CONTINGENCY
        rule = work.regulation.ask(hooks.caserisk_plan, work.facts(), kind, has_risk=self.has_risk, level=level)
        validator = InputValidator()
        if self.plan:
            check_plan(work, self.plan, rule, validator)
        elif rule.required:
            validator.reject("须同时提交工作预案", "a contingency plan has to come with the assessment", "plan")
        validator.raise_problems()
        return draw_up_plan(work, self.plan, rule, kind=kind, assessment_id=assessment_id) if self.plan else None


@declare_input("A reviewer's word on an assessment (审批).")
class ReviewAssessment(AssessmentCommand):
    """Approve the next step of an assessment's chain, or send it back (HUI-03, ZHU-09)."""

    needs_staff: ClassVar[bool] = True

    verdict: Verdict = value_field("Approved, or sent back.")
    level: str | None = text_field(
        "The code of the level, where the step decides it; by default as proposed.",
        max_length=MAX_KEY_LENGTH,
        default=None,
    )
    comment: str | None = text_field("The reviewer's opinion.", max_length=MAX_TEXT_LENGTH, default=None)
    participants: tuple[str, ...] = ids_field(
        "officer", "Who took part, where it is a committee's decision; by default all who sit on it.", default=()
    )
    votes: VotesDraft | None = value_field("How they voted, if they did.", default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Move the assessment on, confirm it, or send it back."""
        check_input(self, work.at)
        assessment = work.file.assessments[self.assessment]
        step = self._step(assessment)
        role = _reviewing_role(work, assessment, step)
        level = self._level(work, assessment, step)
        participants = check_participants(work, assessment, step, self.participants)
        review = Review(
            id=work.new_id("review"),
            assessment_id=assessment.id,
            turn=assessment.reviewed + 1,
            step=step,
            verdict=self.verdict,
            level=level,
            comment=self.comment,
            by_id=work.require_officer().id,
            at=work.at,
            stood_in_as=None if role is step.role else role,
            participants=participants,
            votes=check_votes(self.votes, participants),
        )
        if self.verdict is Verdict.RETURNED:
            _return(work, assessment, review)
        else:
            _approve(work, assessment, review)
        return _changed(work, assessment)

    def _step(self, assessment: Assessment) -> ReviewStep:
        """Return the step whose turn it is.

        Raises:
            Refused: WRONG_STATE.
        """
        step = assessment.next_review
        if step is None:
            raise wrong_state(
                f"评估处于「{assessment.status.zh}」状态,无须审批",
                f"the assessment is {assessment.status.en}; nobody has to review it",
            )
        return step

    def _level(self, work: UnitOfWork, assessment: Assessment, step: ReviewStep) -> RiskLevel | None:
        """Return the level this step sets, if it sets one."""
        sets_level = step.decides_level and assessment.has_risk and self.verdict is Verdict.APPROVED
        if self.level is not None and not sets_level:
            raise invalid(
                f"此环节(「{step.label.zh}」)不定等级", f"this step ({step.label.en}) sets no level here", "level"
            )
        if not sets_level:
            return None
        level = work.find_level(self.level, "level") if self.level else assessment.working_level
        check_reviewed_level(assessment, level)
        return level


@declare_input("An assessment that is taken back (撤回评估); it stays on record.")
class WithdrawAssessment(AssessmentCommand):
    """Take an assessment back that nobody has reviewed yet."""

    reason: str = text_field("Why.", max_length=MAX_TEXT_LENGTH)

    def decide(self, work: UnitOfWork) -> Changed:
        """Withdraw it."""
        check_input(self, work.at)
        assessment = work.file.assessments[self.assessment]
        if work.actor_id != assessment.submitted_by_id:
            raise forbidden("只有提交人可以撤回评估", "only who submitted an assessment withdraws it")
        if assessment.next_review is None:
            raise wrong_state(
                f"评估处于「{assessment.status.zh}」状态,不能撤回;审批中的才可以",
                f"the assessment is {assessment.status.en}; only one in review is withdrawn",
            )
        # Once somebody has said a word on it, it is for the reviewers to send it back.
        if assessment.reviewed:
            raise wrong_state(
                "评估已有人审批,不能撤回;可请下一环节退回",
                "the assessment has been reviewed and is not withdrawn; the next reviewer may return it",
            )
        # People write in one language; what they wrote is shown in both.
        _withdraw(work, assessment, Text(self.reason, self.reason))
        return _changed(work, assessment)


def settle_at_conclusion(work: UnitOfWork) -> None:
    """Withdraw the assessment that is in review when its case is concluded, unless a warning runs that it may adjust.

    Otherwise a warning would follow from it in a case that is closed.
    """
    current = work.file.current_assessment
    if current and current.next_review and not work.file.active_warning:
        reason = Text(
            "案件已办结,且没有生效中的预警,审批终止",
            "the case was concluded without a running warning; the review ends",
        )
        _withdraw(work, current, reason)


def _review_steps(work: UnitOfWork, level: RiskLevel | None, *, has_risk: bool) -> tuple[ReviewStep, ...]:
    """Return the chain of an assessment; while a risk stands, it is never empty."""
    ask, facts, case, running = work.regulation.ask, work.facts(), work.file.case, work.file.active_warning
    steps = ask(hooks.caserisk_review_steps, facts, has_risk=has_risk, level=level)
    confirmed = any(
        item.has_risk and item.status is AssessmentStatus.CONFIRMED for item in work.file.assessments.values()
    )
    if steps or not (running or confirmed):
        return steps
    # Whoever handles a case would end its warning, and the term of that: a milder finding takes effect only when it is
    # approved, by the chain of the level that it is to take the place of.
    return ask(hooks.caserisk_review_steps, facts, has_risk=True, level=running.level if running else case.level)


def _reviewing_role(work: UnitOfWork, assessment: Assessment, step: ReviewStep) -> Role:
    """Return the role by which whoever acts reviews a step: its own, or one that stands in for it.

    Raises:
        Refused: FORBIDDEN.
    """
    actor, case, roster = work.require_officer(), work.file.case, work.roster
    reviewers = find_reviewers(work.file, assessment, roster)
    if reviewers and actor.id in reviewers.officer_ids:
        return reviewers.role
    empty = vacancy(step.role, case, roster)
    if reviewers is None:
        raise forbidden(
            f"「{step.label.zh}」现无人可以审批:{empty.zh},也无人可以代行;请由系统管理员为该职务指定人员",
            f"nobody can review now ({step.label.en}): {empty.en}, and nobody can stand in; "
            "ask your administrator to appoint somebody to that post",
        )
    # Whoever has the role is told what keeps them from the step; everybody else, whose turn it is.
    excluded = exclusion(actor.id, assessment, case, earlier_reviews(work.file, assessment))
    if excluded and any(has_role(actor, role, case, roster) for role in {step.role, reviewers.role}):
        raise forbidden(excluded.zh, excluded.en)
    why = Text("", "") if reviewers.role is step.role else Text(f";{empty.zh}", f"; {empty.en}")
    raise forbidden(
        f"您无权审批「{step.label.zh}」;有权者:{reviewers.role.zh}{why.zh}",
        f"you may not review as {step.label.en}; it takes {reviewers.role.en}{why.en}",
    )


def confirm(work: UnitOfWork, assessment_id: str, level: RiskLevel | None) -> None:
    """Put the decision of an assessment on record, and let its level take effect."""
    assessment = find_assessment(work, assessment_id)
    running = work.file.active_warning
    # A warning that runs is adjusted to the assessment instead of another one being issued.
    # The warning of a raise may have been issued on submission and have ended since; it is not issued again.
    warning_id = running.id if running else assessment.warning_id
    work.record(
        AssessmentConfirmed(
            assessment_id=assessment_id,
            has_risk=assessment.has_risk,
            level=level,
            pending_issue=None if warning_id else _pending_issue(work, assessment.has_risk, level),
            warning_id=warning_id,
        )
    )
    consequences.apply_level(work, level, assessment=work.file.assessments[assessment_id])
    notice_sending.notify(work, Occasion.ASSESSMENT_CONFIRMED, level, assessment_id=assessment_id)


def _pending_issue(work: UnitOfWork, has_risk: bool, level: RiskLevel | None) -> PendingIssue | None:
    return consequences.decide_pending_issue(work, level) if has_risk else None


def _approve(work: UnitOfWork, assessment: Assessment, review: Review) -> None:
    # Turns count from 1, so this slice is the step after the one just reviewed, or nothing.
    following = assessment.steps[review.turn : review.turn + 1]
    due_at = _review_due_at(work, following[0]) if following else None
    work.record(AssessmentReviewed(assessment_id=assessment.id, review=review, next_review_due_at=due_at))
    reviewed = work.file.assessments[assessment.id]
    if following:
        level = reviewed.working_level
        notice_sending.notify(work, Occasion.ASSESSMENT_REVIEWED, level, assessment_id=assessment.id)
    else:
        confirm(work, assessment.id, reviewed.working_level if reviewed.has_risk else None)


def _return(work: UnitOfWork, assessment: Assessment, review: Review) -> None:
    """Send it back."""
    work.record(AssessmentReturned(assessment_id=assessment.id, review=review))
    level = assessment.working_level
    notice_sending.notify(work, Occasion.ASSESSMENT_RETURNED, level, assessment_id=assessment.id)
    _take_raise_back(work, assessment)


def _withdraw(work: UnitOfWork, assessment: Assessment, reason: Text) -> None:
    work.record(AssessmentWithdrawn(assessment_id=assessment.id, reason=reason))
    level = assessment.working_level
    notice_sending.notify(work, Occasion.ASSESSMENT_WITHDRAWN, level, assessment_id=assessment.id)
    _take_raise_back(work, assessment)


def _take_raise_back(work: UnitOfWork, assessment: Assessment) -> None:
    """Put the old level back in force where the assessment, as it was, had raised it since its submission (A-51)."""
    if assessment.raised:
        # As it is now: by its status `apply_level` knows that no warning is issued from it.
        dropped = work.file.assessments[assessment.id]
        consequences.apply_level(work, assessment.displaced_level, assessment=dropped)


def _changed(work: UnitOfWork, assessment: Assessment) -> Changed:
    warning = work.file.active_warning
    return Changed(case=assessment.case_id, assessment=assessment.id, warning=warning.id if warning else None)


def _review_due_at(work: UnitOfWork, step: ReviewStep) -> datetime | None:
    if step.term is None:
        return None
    return last_day(Term.parse(step.term), work.today, work.calendar).passes_at
