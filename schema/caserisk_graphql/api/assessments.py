"""Assessments and the chain they pass."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import strawberry

from caserisk.store import tables as t
from caserisk.store.reviewers import reviewing_role
from caserisk.store.visibility import sees_by_case
from caserisk_graphql.api.enums import AssessmentStatus, LevelOverride, Role, Verdict
from caserisk_graphql.api.node import Node
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.rules import CaseStage, Factor, ReviewStep
from caserisk_graphql.api.type_references import (
    CaseRef,
    DispositionPlanRef,
    NoticeRef,
    OfficerRef,
    RiskLevelRef,
    RiskWarningRef,
)
from caserisk_graphql.reads.fields import attribute, column, document, listed, localised, many, one
from caserisk_graphql.reads.stored_types import embedded, stored


@embedded("A factor as it was asked, and its answer (评估因素及结果).")
class FactorAnswer:
    """An answer."""

    factor: Factor = attribute("The question, as it was when it was answered.")
    value: str = attribute("The answer: `yes` or `no`, an option's value, a number or text, as the factor's kind asks.")


@embedded("That a warning is due from an assessment, and from whom (待发布预警).")
class PendingIssue:
    """A warning to be issued."""

    roles: list[Role] = attribute("Who issues it (发布人角色).")
    automatic: bool = attribute("Whether the regulation issues it by itself (自动发布).")
    reasons: list[Reason] = attribute("Why it is due.")


@embedded("How a committee voted (表决).")
class Votes:
    """The votes of a committee."""

    in_favour: int = attribute("How many were in favour (同意).")
    against: int = attribute("How many were against (反对).")
    abstained: int = attribute("How many abstained (弃权).")


@stored(t.reviews, "What a reviewer said of an assessment (审批意见).")
class Review:
    """A review."""

    step: ReviewStep = document(t.reviews.c.step, "The step of the chain (审批环节).")
    verdict: Verdict = column(t.reviews.c.verdict, "What was decided (审批结论).")
    level: RiskLevelRef | None = one(
        t.levels, t.reviews.c.level_id, "The level this reviewer set (核定等级); null where none was."
    )
    comment: str | None = column(t.reviews.c.comment, "What was written with it (意见).")
    by: OfficerRef = one(t.officers, t.reviews.c.by_id, "The reviewer (审批人).")
    stood_in_as: Role | None = column(
        t.reviews.c.stood_in_as,
        "The role by which they stood in for the step's (代行审批); null where they have the step's own.",
    )
    participants: list[OfficerRef] = listed(
        t.officers,
        t.reviews.c.participants,
        "Who took part in a committee's decision (参加人员), which `by` entered; none where one person reviewed.",
    )
    votes: Votes | None = document(t.reviews.c.votes, "How they voted (表决); null where nothing was said of it.")
    at: datetime = column(t.reviews.c.at, "When (审批时间).")


@stored(
    t.assessments,
    "One dated evaluation of a case's risk (风险评估).",
    prefix="assessment",
    visible=partial(sees_by_case, t.assessments.c.case_id),
)
class Assessment(Node):
    """An assessment."""

    id: strawberry.ID = column(t.assessments.c.id, "Global id.")
    case: CaseRef = one(t.cases, t.assessments.c.case_id, "The case (案件).")
    ordinal: int = column(t.assessments.c.ordinal, "Which assessment of the case it is (第几次评估), from 1.")
    stage: CaseStage = document(t.assessments.c.stage, "The stage the case was in (评估环节).")
    status: AssessmentStatus = column(t.assessments.c.status, "Where it stands (评估状态).")
    has_risk: bool = column(t.assessments.c.has_risk, "Whether a risk was found (有无风险).")
    answers: list[FactorAnswer] = document(t.assessments.c.answers, "The factors and their answers (评估因素).")
    proposed_level: RiskLevelRef | None = one(
        t.levels, t.assessments.c.proposed_level_id, "The handler's (承办人意见等级)."
    )
    derived_level: RiskLevelRef | None = one(
        t.levels, t.assessments.c.derived_level_id, "The regulation's, from the answers (测算等级)."
    )
    level: RiskLevelRef | None = one(
        t.levels, t.assessments.c.level_id, "The one that was decided (核定等级); null before, or no risk."
    )
    reasons: list[Reason] = document(t.assessments.c.reasons, "Why the derived level is what it is.")
    override: LevelOverride | None = column(
        t.assessments.c.override,
        "Whether another level may be set than the derived one (可否变更测算等级); null where none is derived.",
    )
    override_reason: str | None = column(
        t.assessments.c.override_reason,
        "Why the handler departs from the derived level, or finds no risk where one is derived (变更理由).",
    )
    summary: str | None = column(t.assessments.c.summary, "The handler's summary (风险说明).")
    plan: DispositionPlanRef | None = one(
        t.plans, t.assessments.c.plan_id, "The contingency plan proposed with it (工作预案)."
    )
    submitted_by: OfficerRef = one(t.officers, t.assessments.c.submitted_by_id, "Who submitted it (评估人).")
    submitted_at: datetime = column(t.assessments.c.submitted_at, "When (评估时间).")
    version: int = column(t.assessments.c.version, "Moves with every change; give it as `expectedVersion`.")
    steps: list[ReviewStep] = document(
        t.assessments.c.steps, "The chain it passes (审批流程), as it was when it was submitted."
    )
    reviews: list[Review] = many(
        t.reviews, t.reviews.c.assessment_id, "What the reviewers said (审批记录), in turn.", order=(t.reviews.c.turn,)
    )
    next_review: ReviewStep | None = document(
        t.assessments.c.next_review, "Whose turn it is (待审批环节); null when nobody has to review."
    )
    next_review_role: Role | None = column(
        reviewing_role(),
        "The role that can review it now (现可审批的角色): the step's, or where nobody can by that, the one that "
        "stands in for it. Null when nobody has to review, and beside a `nextReview` when nobody can.",
    )
    next_review_due_at: datetime | None = column(
        t.assessments.c.next_review_due_at, "By when they have to (审批期限); null where nothing says so."
    )
    pending_issue: PendingIssue | None = document(
        t.assessments.c.pending_issue,
        "The warning that is due from it (待发布预警); null when nothing is left to issue.",
    )
    notices: list[NoticeRef] = many(
        t.notices,
        t.notices.c.assessment_id,
        "Who was told of it (通知), as sent.",
        order=(t.notices.c.sent_at, t.notices.c.id),
    )
    withdrawal_reason: str | None = localised(
        t.assessments.c.withdrawal_reason, "Why it was withdrawn (撤回理由); null where it was not."
    )
    warning: RiskWarningRef | None = one(
        t.warnings, t.assessments.c.warning_id, "The warning issued from it, or adjusted by it (预警)."
    )
