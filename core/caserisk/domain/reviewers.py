"""Who can review an assessment now: nobody decides alone, and no assessment waits for an empty post.

`caserisk.store.reviewers` states it again in SQL; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from caserisk.domain.assessments import Assessment, Review
from caserisk.domain.casefile import CaseFile
from caserisk.domain.cases import Case
from caserisk.domain.organisation import Roster
from caserisk.domain.policy import has_role
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewers:
    """The officers who can review a step, and the role by which they do."""

    role: Role
    officer_ids: frozenset[str]


def find_reviewers(file: CaseFile, assessment: Assessment, roster: Roster) -> Reviewers | None:
    """Return who can review the next step of an assessment; None where nobody can, or nobody has to.

    ``roster`` holds all officers of the office.
    """
    earlier = earlier_reviews(file, assessment)
    turns = [(role, earlier) for role in assessment.next_reviewers]
    # Last, who so far only stood in for an empty post below may give the review that is their own: otherwise an office
    # with two reviewers left for a chain of three would be stuck.
    turns += [(role, [item for item in earlier if item.stood_in_as is None]) for role in assessment.next_reviewers[:1]]
    for role, counted in turns:
        able = frozenset(
            officer.id
            for officer in roster.officers
            if officer.active
            and has_role(officer, role, file.case, roster)
            and exclusion(officer.id, assessment, file.case, counted) is None
        )
        if able:
            return Reviewers(role=role, officer_ids=able)
    return None


def earlier_reviews(file: CaseFile, assessment: Assessment) -> list[Review]:
    """Return the reviews of an assessment so far."""
    return [review for review in file.reviews.values() if review.assessment_id == assessment.id]


def exclusion(officer_id: str, assessment: Assessment, case: Case, earlier: Iterable[Review]) -> Text | None:
    """Return why an officer may not review the next step, whatever their roles; None where nothing keeps them."""
    if assessment.next_review is None or not assessment.next_review.separate:
        return None
    if officer_id == assessment.submitted_by_id:
        return Text("提交人不得审批自己的评估", "who submitted an assessment does not review it")
    if officer_id == case.handler_id:
        return Text("承办人不得审批自己所办案件的评估", "who handles a case does not review its assessments")
    if any(review.by_id == officer_id for review in earlier):
        return Text("已审批过前面环节的人员不得审批此环节", "who reviewed an earlier step does not review this one")
    return None


def vacancy(role: Role, case: Case, roster: Roster) -> Text:
    """Return that nobody is left who could review a case's assessment by a role, for a message."""
    department = roster.department(case.department_id)
    if role in (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE) and department:
        zh, en = f"部门「{department.name}」", f"department {department.name!r}"
    else:
        zh, en = "本院", "the office"
    return Text(
        f"{zh}没有可以审批的{role.zh}(空缺、已停用或须回避)",
        f"{en} has no {role.en} who could review it (the post is empty, its holder left or is kept from it)",
    )
