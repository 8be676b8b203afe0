"""Cases taken through their regulation by commands: the state in which a test begins that is about what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from caserisk import deadline_clock
from caserisk.commands.assessments import ReviewAssessment, SubmitAssessment, WithdrawAssessment
from caserisk.commands.calendar import RecalculateDeadlines
from caserisk.commands.cases import AdvanceCase, AssignCase, RecordAct, RecordPetition
from caserisk.commands.factor_answers import FactorAnswerDraft
from caserisk.commands.notices import MarkNoticeRead
from caserisk.commands.plans import PlanDraft, PlanSectionDraft
from caserisk.commands.supervisions import ReplyToSupervision, SuperviseWarning
from caserisk.commands.warnings import (
    AcknowledgeWarning,
    AdoptPlan,
    ArchiveWarning,
    FileWarning,
    IssueWarning,
    LiftWarning,
    RecordDelivery,
    RecordDisposition,
    ResolveWarning,
)
from caserisk.domain.vocabulary import ClosureOutcome, GatedAct, Role, SupervisionKind, Verdict
from caserisk.store import tables as t
from caserisk.working_days import Weekdays
from tests.support.stored import stored_value
from tests.support.world import StaffedOffice, World

HEAD_AND_LEADER = (Role.DEPARTMENT_HEAD, Role.LEADER_IN_CHARGE)
"""The chain in Shandong; the others go on from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A case under a warning."""

    case: str
    assessment: str
    warning: str


def plan(*keys: str) -> PlanDraft:
    """Return a plan with a text in each section."""
    return PlanDraft(sections=tuple(PlanSectionDraft(key=key, text="内容") for key in keys))


SCHEME = plan("persons", "duties", "time-limit", "conclusion", "settlement", "stability")
"""A disposition scheme as Zhuzhou wants it (ZHU-13)."""


async def submit(world: World, office: StaffedOffice, case: str, *, level: str | None) -> str:
    """Submit an assessment with a plan, and return its id; without a level it finds no risk."""
    factors = (FactorAnswerDraft(factor="social-risk-factors", value="未发现"),) if office.code.startswith("37") else ()
    draft = SubmitAssessment(
        case=case, has_risk=level is not None, proposed_level=level, answers=factors, plan=plan("risks")
    )
    submitted = (await world.do(draft, office.viewer(Role.CASE_HANDLER))).assessment
    assert submitted is not None
    return submitted


async def review(world: World, office: StaffedOffice, assessment: str, *roles: Role) -> None:
    """Have these roles approve an assessment, one after the other."""
    for role in roles:
        await world.do(ReviewAssessment(assessment=assessment, verdict=Verdict.APPROVED), office.viewer(role))


async def warn_in_zhuzhou(world: World, office: StaffedOffice, *, level: str = "level-3") -> Warned:
    """Open a case in Zhuzhou, have its risk rated and the warning issued; nobody has received it yet."""
    case = await world.open_case(office)
    assessment = await submit(world, office, case, level=level)
    await review(world, office, assessment, *HEAD_AND_LEADER, Role.EXPERT_COMMITTEE)
    issued = (await world.do(IssueWarning(case=case), office.viewer(Role.LEADING_GROUP_OFFICE))).warning
    assert issued is not None
    return Warned(case=case, assessment=assessment, warning=issued)


async def receive_in_zhuzhou(world: World, office: StaffedOffice, *, level: str = "level-3") -> Warned:
    """Do the same, and have the warning received: its period runs."""
    warned = await warn_in_zhuzhou(world, office, level=level)
    await world.do(AcknowledgeWarning(warning=warned.warning), office.viewer(Role.DEPARTMENT_HEAD))
    return warned


async def archive_in_zhuzhou(world: World, office: StaffedOffice) -> Warned:
    """Archive a red warning that was not resolved in time and was supervised by the chief procurator."""
    handler, hub = office.viewer(Role.CASE_HANDLER), office.viewer(Role.COMPLAINTS_OFFICER)
    warned = await receive_in_zhuzhou(world, office, level="level-4")
    await world.do(AdoptPlan(warning=warned.warning, plan=SCHEME), handler)
    await world.do(
        RecordDisposition(case=warned.case, warning=warned.warning, measure="explanation", description="释法说理"),
        handler,
    )
    world.now += timedelta(days=200)
    assert await deadline_clock.tick(world.runner) == 1
    limit = world.now.date() + timedelta(days=20)
    await supervise(world, office, warned, limit)
    await world.do(ResolveWarning(warning=warned.warning, outcome=ClosureOutcome.SETTLED), handler)
    await world.do(FileWarning(warning=warned.warning, report="结案报告"), handler)
    await world.do(ArchiveWarning(warning=warned.warning), hub)
    return warned


async def supervise(world: World, office: StaffedOffice, warned: Warned, limit: date) -> None:
    """Issue a chief procurator's letter with a new limit, and have the department reply."""
    letter = SuperviseWarning(
        warning=warned.warning, kind=SupervisionKind.CHIEF_LETTER, reason="责令限期结案", new_limit=limit
    )
    issued = (await world.do(letter, office.viewer(Role.CHIEF_PROCURATOR))).supervision
    assert issued is not None
    await world.do(ReplyToSupervision(supervision=issued, reply="已部署"), office.viewer(Role.DEPARTMENT_HEAD))


async def petition_in_shandong(world: World, office: StaffedOffice) -> Warned:
    """Issue a warning after an assessment that was returned and one withdrawn, and record a petition (SD-12)."""
    handler, head = office.viewer(Role.CASE_HANDLER), office.viewer(Role.DEPARTMENT_HEAD)
    case = await world.open_case(office)
    await world.do(
        AssignCase(case=case, department=office.department().id, handler=handler.officer.id),
        office.viewer(Role.CASE_MANAGER),
    )
    await world.do(RecordDisposition(case=case, measure="explanation", description="预警前释法说理"), handler)
    returned = await submit(world, office, case, level="blue")
    await world.do(ReviewAssessment(assessment=returned, verdict=Verdict.RETURNED, comment="补充"), head)
    withdrawn = await submit(world, office, case, level="blue")
    await world.do(WithdrawAssessment(assessment=withdrawn, reason="情况有变"), handler)
    assessment = await submit(world, office, case, level="orange")
    await review(world, office, assessment, *HEAD_AND_LEADER)
    warning = (await world.do(IssueWarning(case=case), head)).warning
    assert warning is not None
    await world.do(
        RecordPetition(case=case, channel="来访", description="来访一次"), office.viewer(Role.COMPLAINTS_OFFICER)
    )
    await world.do(RecordAct(case=case, act=GatedAct.DISPOSITION_DECISION, description="拟不起诉"), handler)
    return Warned(case=case, assessment=assessment, warning=warning)


async def reassess_in_huizhou(world: World, office: StaffedOffice) -> Warned:
    """Assess a case three times: an automatic warning, a graver level before its review (A-51), then no risk."""
    handler, chain = office.viewer(Role.CASE_HANDLER), (*HEAD_AND_LEADER, Role.CHIEF_PROCURATOR)
    case = await world.open_case(office)
    first = await submit(world, office, case, level="level-2")
    await review(world, office, first, *chain)
    await review(world, office, await submit(world, office, case, level="level-1"), *chain)
    await review(world, office, await submit(world, office, case, level=None), *chain)
    await world.do(AdvanceCase(case=case, to_stage=await _next_stage(world, case)), handler)
    await world.do(RecordAct(case=case, act=GatedAct.CONCLUSION, description="办结"), handler)
    await read_a_notice(world, office, case)
    return Warned(case=case, assessment=first, warning=await _warning_of(world, case))


async def recalculate_in_zhuzhou(world: World, office: StaffedOffice) -> Warned:
    """Receive a warning when no calendar is published, apply one (A-05), and have the warning withdrawn."""
    official, world.runner.calendar = world.runner.calendar, Weekdays()
    warned = await receive_in_zhuzhou(world, office)
    world.runner.calendar = official
    await world.do(RecalculateDeadlines(case=warned.case, batch="batch_1"))
    await world.do(LiftWarning(warning=warned.warning, reason="风险消除"), office.viewer(Role.EXPERT_COMMITTEE))
    return warned


async def lift_in_zhuzhou(world: World, office: StaffedOffice) -> Warned:
    """Issue a warning that the expert committee withdraws."""
    warned = await receive_in_zhuzhou(world, office, level="level-1")
    await world.do(LiftWarning(warning=warned.warning, reason="风险消除"), office.viewer(Role.EXPERT_COMMITTEE))
    return warned


async def raise_in_zhuzhou(world: World, office: StaffedOffice) -> Warned:
    """Issue a warning whose delivery the hub records, and have a raise to red returned (A-51)."""
    warned = await warn_in_zhuzhou(world, office, level="level-3")
    await world.do(RecordDelivery(warning=warned.warning), office.viewer(Role.COMPLAINTS_OFFICER))
    raised = await submit(world, office, warned.case, level="level-4")
    returned = ReviewAssessment(assessment=raised, verdict=Verdict.RETURNED, comment="未见加重")
    await world.do(returned, office.viewer(Role.DEPARTMENT_HEAD))
    return warned


async def _next_stage(world: World, case: str) -> str:
    loaded = await world.store.load(case, ())
    assert loaded is not None
    assert loaded.file is not None
    return loaded.file.case.next_stages[0].key


async def _warning_of(world: World, case: str) -> str:
    return str(await stored_value(world.store, select(t.warnings.c.id).where(t.warnings.c.case_id == case)))


async def read_a_notice(world: World, office: StaffedOffice, case: str) -> None:
    """Have the hub read a notice of a case."""
    hub = office.viewer(Role.COMPLAINTS_OFFICER)
    to_hub = (t.notices.c.case_id == case) & (t.notices.c.to_department_id == hub.officer.department_id)
    notice = await stored_value(world.store, select(t.notices.c.id).where(to_hub).limit(1))
    await world.do(MarkNoticeRead(notice=notice), hub)
