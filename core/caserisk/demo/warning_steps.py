"""Steps of a scenario from the issue of a warning to its archive, each by an officer whom the regulation names."""

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
from caserisk.demo import sample_texts
from caserisk.demo.command_inputs import plan_input
from caserisk.demo.scenario_run import ScenarioRun, Step
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
from caserisk.regulation import hooks


async def issue_warning(run: ScenarioRun) -> None:
    """Issue the warning that is due, unless one was issued automatically or runs already."""
    file = await run.reload()
    pending = file.assessments[run.assessment_id].pending_issue
    if file.active_warning is None and pending:
        await run.execute(pending.roles[0], IssueWarning(case=run.case_id))
        await run.reload()  # later steps act on the warning as loaded here


async def acknowledge_warning(run: ScenarioRun) -> None:
    """Acknowledge the warning for the department, unless it was received when it was issued."""
    if run.warning.allows(WarningAct.ACKNOWLEDGE):
        await run.execute(Role.DEPARTMENT_HEAD, AcknowledgeWarning(warning=run.warning.id))


async def adopt_scheme(run: ScenarioRun) -> None:
    """Adopt a disposition scheme, where the regulation requires one."""
    if run.warning.scheme_required:
        level, kind = run.warning.level, PlanKind.SCHEME
        rule = await run.ask_regulation(
            lambda regulation, facts: regulation.ask(hooks.caserisk_plan, facts, kind, has_risk=True, level=level)
        )
        people = (run.handler.officer.id, run.officer_for(Role.DEPARTMENT_HEAD).officer.id)
        await run.execute(Role.CASE_HANDLER, AdoptPlan(warning=run.warning.id, plan=plan_input(rule, assigned=people)))


async def record_disposition(run: ScenarioRun) -> None:
    """Record a disposition, under the warning if one was issued."""
    measures = await run.ask_regulation(lambda regulation, facts: regulation.ask(hooks.caserisk_measures, facts))
    measure = run.random.choice(measures)
    disposition = RecordDisposition(
        case=run.case_id,
        warning=run.warning.id if run.has_warning else None,
        measure=measure.key,
        description=sample_texts.MEASURES.get(measure.key, f"{measure.label.zh}。"),
        outcome=run.random.choice(sample_texts.OUTCOMES),
    )
    await run.execute(Role.CASE_HANDLER, disposition)


def resolve_warning(outcome: ClosureOutcome) -> Step:
    """Return the step that resolves the warning and attests all closing conditions."""

    async def step(run: ScenarioRun) -> None:
        level = run.warning.level
        conditions = await run.ask_regulation(
            lambda regulation, facts: regulation.ask(hooks.caserisk_closing_conditions, facts, level)
        )
        attested = tuple(AttestationDraft(key=condition.key) for condition in conditions)
        closing = ResolveWarning(warning=run.warning.id, outcome=outcome, attestations=attested)
        await run.execute(Role.DEPARTMENT_HEAD, closing)

    return step


async def file_warning(run: ScenarioRun) -> None:
    """File the closing report with the hub."""
    await run.execute(Role.DEPARTMENT_HEAD, FileWarning(warning=run.warning.id, report=sample_texts.REPORT))


async def archive_warning(run: ScenarioRun) -> None:
    """Archive the warning, as the hub."""
    await run.execute(Role.COMPLAINTS_OFFICER, ArchiveWarning(warning=run.warning.id))


async def lift_warning(run: ScenarioRun) -> None:
    """Lift the warning."""
    await run.execute(run.warning.lifted_by[0], LiftWarning(warning=run.warning.id, reason=sample_texts.LIFTED))


# ------------------------------------------------------------------------------------------------ supervision


async def supervise_warning(run: ScenarioRun) -> None:
    """Issue the supervision that the regulation asked for; where it asked for none, the hub's tracking form."""
    waiting = [item for item in (await run.reload()).supervisions.values() if item.status is SupervisionStatus.REQUIRED]
    required = waiting[0] if waiting else None
    kind = required.kind if required else SupervisionKind.TRACKING_FORM
    now = run.runner.clock()
    letter = SuperviseWarning(
        warning=run.warning.id,
        supervision=required.id if required else None,
        kind=kind,
        reason=sample_texts.SUPERVISION,
        leader=run.officer_for(Role.CHIEF_PROCURATOR).officer.id if kind is SupervisionKind.SPECIAL_GROUP else None,
        new_limit=office_day(now) + timedelta(days=20) if kind is SupervisionKind.CHIEF_LETTER else None,
        reply_due_at=now + timedelta(days=10),
    )
    await run.execute(SUPERVISED_BY[kind][0], letter)


async def reply_to_supervision(run: ScenarioRun) -> None:
    """Reply to every supervision that was issued, as the department."""
    for item in (await run.reload()).supervisions.values():
        if item.status is SupervisionStatus.ISSUED:
            await run.execute(Role.DEPARTMENT_HEAD, ReplyToSupervision(supervision=item.id, reply=sample_texts.REPLY))
