"""Check who took part in the decision of a committee: it is a body, whoever enters what it decided (ZHU-06)."""

from __future__ import annotations

from caserisk.commands.input_fields import declare_input, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import InputValidator
from caserisk.domain.assessments import Assessment, Votes
from caserisk.domain.organisation import Officer
from caserisk.domain.policy import holds_post
from caserisk.domain.refusals import invalid, wrong_state
from caserisk.domain.rules import Committee, Post, ReviewStep
from caserisk.domain.vocabulary import Role


@declare_input("How a committee voted (表决).")
class VotesDraft:
    """The votes of those who took part."""

    in_favour: int = value_field("How many were in favour (同意).")
    against: int = value_field("How many were against (反对).")
    abstained: int = value_field("How many abstained (弃权).", default=0)


def check_votes(draft: VotesDraft | None, participants: tuple[str, ...]) -> Votes | None:
    """Return the votes, one of each who took part, where they are given.

    Raises:
        Refused: INVALID.
    """
    if draft is None:
        return None
    votes = Votes(in_favour=draft.in_favour, against=draft.against, abstained=draft.abstained)
    if min(votes.in_favour, votes.against, votes.abstained) < 0 or votes.total != len(participants):
        raise invalid(
            f"票数须等于参加人数({len(participants)}人)", f"there is one vote of each of {len(participants)}", "votes"
        )
    return votes


def check_participants(
    work: UnitOfWork, assessment: Assessment, step: ReviewStep, given: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the ids of those who took part: as given, or all who sit on the committee of a step.

    Raises:
        Refused: INVALID, where somebody does not sit on it or may not decide on this assessment; WRONG_STATE, where
            nobody convenes it or sits on it beside.
    """
    if step.committee is None:
        if given:
            raise invalid(
                f"「{step.label.zh}」由一人审批,无参加人", f"one person reviews ({step.label.en})", "participants"
            )
        return ()
    conveners, seated = _seats(work, assessment, step.committee)
    if not conveners or len(seated) < 2:
        raise wrong_state(
            f"「{step.label.zh}」缺少召集人或成员,不能作出决定;请由系统管理员任命分管领导和部门负责人",
            f"nobody convenes it or sits on it ({step.label.en}), so it cannot decide; ask your administrator to "
            "appoint the leaders in charge and the heads of departments",
        )
    taking_part = tuple(dict.fromkeys(given)) or tuple(seated)
    validator = InputValidator()
    for index, id in enumerate(taking_part):
        if id not in seated:
            officer = work.find_officer(id, "participants", str(index))
            validator.reject(
                f"「{officer.name}」不是「{step.label.zh}」的成员,或须回避",
                f"{officer.name!r} does not sit on it ({step.label.en}), or is kept from this assessment",
                "participants",
                str(index),
            )
    validator.raise_problems()
    if len(taking_part) < 2 or conveners.keys().isdisjoint(taking_part):
        names = "、".join(item.name for item in conveners.values())
        raise invalid(
            f"须有召集人({names})和至少一名成员参加",
            f"the convener ({names}) and at least one member have to take part",
            "participants",
        )
    return taking_part


def _seats(
    work: UnitOfWork, assessment: Assessment, committee: Committee
) -> tuple[dict[str, Officer], dict[str, Officer]]:
    """Return who may convene a committee, and all who sit on it; the chief stands in where nobody holds such a post."""
    # Who submitted the assessment or handles the case does not decide on it as a member either.
    kept = {assessment.submitted_by_id, work.file.case.handler_id}
    able = [officer for officer in work.roster.officers if officer.id not in kept]
    chiefs = [officer for officer in able if Role.CHIEF_PROCURATOR in officer.roles]

    def holders(*posts: Post) -> dict[str, Officer]:
        found = [officer for officer in able if any(holds_post(officer, post, work.roster) for post in posts)]
        return {officer.id: officer for officer in found or chiefs}

    conveners = holders(committee.convener)
    return conveners, conveners | holders(*committee.members)
