"""What happens to a warning from issue to archive: each act by whom the regulation wants, as it stands that day."""

from __future__ import annotations

from datetime import timedelta

from caserisk.commands.supervisions import ReplyToSupervision, SuperviseWarning
from caserisk.commands.warnings import (
    AcknowledgeWarning,
    AdoptPlan,
    ArchiveWarning,
    AttestationDraft,
    FileWarning,
    IssueWarning,
    LiftWarning,
    RecordDisposition,
    ResolveWarning,
)
from caserisk.demo import phrases
from caserisk.demo.drafting import plan_draft
from caserisk.demo.play import Act, Play
from caserisk.domain.policy import SUPERVISED_BY
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import (
    ClosureOutcome,
    PlanKind,
    Role,
    SupervisionKind,
    SupervisionStatus,
    WarningAct,
)


async def issued(play: Play) -> None:
    """The warning is issued by whom the regulation names, unless it was issued by itself, or runs already."""
    file = await play.look()
    pending = file.assessments[play.assessment].pending_issue
    if file.active_warning is None and pending:
        await play.do(pending.roles[0], IssueWarning(case=play.case))
        await play.look()


async def acknowledged(play: Play) -> None:
    """The department receives the warning, unless it did when it was issued."""
    if play.warning.allows(WarningAct.ACKNOWLEDGE):
        await play.do(Role.DEPARTMENT_HEAD, AcknowledgeWarning(warning=play.warning.id))


async def scheme_adopted(play: Play) -> None:
    """The department adopts a disposition scheme, where the regulation wants one."""
    if play.warning.scheme_required:
        level, kind = play.warning.level, PlanKind.SCHEME
        rule = await play.ask(lambda regulation, facts: regulation.plan(facts, kind, has_risk=True, level=level))
        people = (play.handler.officer.id, play.who(Role.DEPARTMENT_HEAD).officer.id)
        await play.do(Role.CASE_HANDLER, AdoptPlan(warning=play.warning.id, plan=plan_draft(rule, assigned=people)))


async def disposed(play: Play) -> None:
    """The handler does something about the risk, under the warning if one was issued."""
    measures = await play.ask(lambda regulation, facts: regulation.measures(facts))
    measure = play.random.choice(measures)
    disposition = RecordDisposition(
        case=play.case,
        warning=play.warning.id if play.warned else None,
        measure=measure.key,
        description=phrases.MEASURES.get(measure.key, f"{measure.label.zh}。"),
        outcome=play.random.choice(phrases.OUTCOMES),
    )
    await play.do(Role.CASE_HANDLER, disposition)


def resolved(outcome: ClosureOutcome) -> Act:
    """The department closes the warning, and attests what the regulation wants attested."""

    async def act(play: Play) -> None:
        level = play.warning.level
        conditions = await play.ask(lambda regulation, facts: regulation.closing_conditions(facts, level))
        attested = tuple(AttestationDraft(key=condition.key) for condition in conditions)
        closing = ResolveWarning(warning=play.warning.id, outcome=outcome, attestations=attested)
        await play.do(Role.DEPARTMENT_HEAD, closing)

    return act


async def filed(play: Play) -> None:
    """The closing report goes to the hub."""
    await play.do(Role.DEPARTMENT_HEAD, FileWarning(warning=play.warning.id, report=phrases.REPORT))


async def archived(play: Play) -> None:
    """The hub archives the warning."""
    await play.do(Role.COMPLAINTS_OFFICER, ArchiveWarning(warning=play.warning.id))


async def lifted(play: Play) -> None:
    """The warning is withdrawn."""
    await play.do(play.warning.lifted_by[0], LiftWarning(warning=play.warning.id, reason=phrases.LIFTED))


# ------------------------------------------------------------------------------------------------ supervision


async def supervised(play: Play) -> None:
    """The supervision that the regulation asked for is issued; where it asked for none, the hub follows the case up."""
    waiting = [item for item in (await play.look()).supervisions.values() if item.status is SupervisionStatus.REQUIRED]
    required = waiting[0] if waiting else None
    kind = required.kind if required else SupervisionKind.TRACKING_FORM
    now = play.runner.clock()
    letter = SuperviseWarning(
        warning=play.warning.id,
        supervision=required.id if required else None,
        kind=kind,
        reason=phrases.SUPERVISION,
        leader=play.who(Role.DEPUTY_CHIEF_PROCURATOR).officer.id if kind is SupervisionKind.SPECIAL_GROUP else None,
        new_limit=office_day(now) + timedelta(days=20) if kind is SupervisionKind.CHIEF_LETTER else None,
        reply_due_at=now + timedelta(days=10),
    )
    await play.do(SUPERVISED_BY[kind][0], letter)


async def replied(play: Play) -> None:
    """The department replies to the supervision."""
    for item in (await play.look()).supervisions.values():
        if item.status is SupervisionStatus.ISSUED:
            await play.do(Role.DEPARTMENT_HEAD, ReplyToSupervision(supervision=item.id, reply=phrases.REPLY))
