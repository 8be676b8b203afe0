"""Steps of a scenario from the opening of a case to its conclusion: assessments, reviews, decisions."""

from __future__ import annotations

from sqlalchemy import exists, select

from caserisk.commands.assessments import ReviewAssessment, WithdrawAssessment
from caserisk.commands.cases import AdvanceCase, AssignCase, CasePartyDraft, OpenCase, RecordAct, RecordPetition
from caserisk.commands.notices import MarkNoticeRead
from caserisk.demo import sample_texts
from caserisk.demo.command_inputs import assessment_input
from caserisk.demo.office_data import surname
from caserisk.demo.scenario_run import ScenarioRun, Step
from caserisk.domain.notices import Notice
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import GatedAct, Role, Verdict
from caserisk.store.mapping import from_row
from caserisk.store.tables import assessments, notice_reads, notices

# ------------------------------------------------------------------------------------------------ the case


async def open_case(run: ScenarioRun) -> None:
    """Open the case and assign it to its handler, as the case manager."""
    await _open(run, handler=run.handler.officer.id)


async def open_case_for_department(run: ScenarioRun) -> None:
    """Open the case for a department, as the case manager; it has no handler yet."""
    await _open(run, handler=None)


async def _open(run: ScenarioRun, *, handler: str | None) -> None:
    kind, year = run.case_kind, office_day(run.runner.clock()).year
    series = f"{run.staff.number_prefix}{kind.number_series}〔{year}〕"
    run.number_counters[series] += 1
    # 某 stands for the given name, as in published decisions.
    labels = [surname(run.random) + run.random.choice(("某", "某某")) for _ in kind.parties]
    command = OpenCase(
        office=run.staff.office.code,
        number=f"{series}{100 + run.number_counters[series]}号",
        title=kind.title.format(labels[0]),
        cause=kind.cause,
        department=run.department.id,
        handler=handler,
        parties=tuple(CasePartyDraft(role=role, label=label) for role, label in zip(kind.parties, labels, strict=True)),
    )
    run.case_id = (await run.execute(Role.CASE_MANAGER, command)).case


async def assign_case(run: ScenarioRun) -> None:
    """Assign the case to its handler, as the head of the department."""
    handler = run.handler.officer.id
    await run.execute(Role.DEPARTMENT_HEAD, AssignCase(case=run.case_id, department=run.department.id, handler=handler))


async def advance_stage(run: ScenarioRun) -> None:
    """Advance the case to the next stage, if there is one."""
    following = (await run.reload()).case.next_stages
    if following:
        await run.execute(Role.CASE_HANDLER, AdvanceCase(case=run.case_id, to_stage=following[0].key))


async def make_decision(run: ScenarioRun) -> None:
    """Record the decision, as the handler."""
    decision = RecordAct(case=run.case_id, act=GatedAct.DISPOSITION_DECISION, description=sample_texts.DECISION)
    await run.execute(Role.CASE_HANDLER, decision)


async def conclude_case(run: ScenarioRun) -> None:
    """Conclude the case."""
    conclusion = RecordAct(case=run.case_id, act=GatedAct.CONCLUSION, description=sample_texts.CONCLUSION)
    await run.execute(Role.CASE_HANDLER, conclusion)


async def record_petition(run: ScenarioRun) -> None:
    """Record a letter or a visit that concerns the case."""
    channel, description = run.random.choice(sample_texts.PETITIONS)
    petition = RecordPetition(case=run.case_id, channel=channel, description=description)
    await run.execute(Role.COMPLAINTS_OFFICER, petition)


async def read_notices(run: ScenarioRun) -> None:
    """Mark the case's notices that nobody has read as read, each by somebody it is addressed to."""
    # Not from the file: it is loaded without notices, which no decision looks at.
    is_read = exists().where(notice_reads.c.notice_id == notices.c.id)
    unread = select(notices).where(notices.c.case_id == run.case_id, ~is_read).order_by(notices.c.id)
    async with run.runner.store.database.snapshot() as snapshot:
        rows = await snapshot.rows(unread)
    for notice in (from_row(row, Notice, {}) for row in rows):
        reader = next((viewer for viewer in run.staff.viewers if viewer.scope.is_addressee_of(notice)), None)
        if reader:
            await run.runner.execute(MarkNoticeRead(notice=notice.id), viewer=reader)


async def let_time_pass(_: ScenarioRun) -> None:
    """Do nothing, so that deadlines pass."""


# ------------------------------------------------------------------------------------------------ assessing


def submit_assessment(gravity: float | None) -> Step:
    """Return the step that submits an assessment: of a risk of that gravity, or (None) without risk."""

    async def step(run: ScenarioRun) -> None:
        command = await run.ask_regulation(
            lambda regulation, facts: assessment_input(
                regulation, facts, case=run.case_id, gravity=gravity, random=run.random
            )
        )
        await run.execute(Role.CASE_HANDLER, command)
        run.assessment_id, run.pending_reviewers = await _latest_assessment(run)

    return step


async def _latest_assessment(run: ScenarioRun) -> tuple[str, list[Role]]:
    """Return the id of the latest assessment, and the roles that have to review it."""
    # The command answers with the assessment only; the chain of reviewers is in its row.
    of_case = select(assessments.c.id, assessments.c.steps).where(assessments.c.case_id == run.case_id)
    async with run.runner.store.database.snapshot() as snapshot:
        [latest] = await snapshot.rows(of_case.order_by(assessments.c.id.desc()).limit(1))
    return latest["id"], [Role[step["role"]] for step in latest["steps"]]


async def approve_next_review(run: ScenarioRun) -> None:
    """Approve the assessment as the next reviewer of the chain; do nothing where the chain has ended."""
    if run.pending_reviewers:
        await _review(run, Verdict.APPROVED, run.random.choice(sample_texts.APPROVALS))


async def return_assessment(run: ScenarioRun) -> None:
    """Return the assessment as the next reviewer of the chain."""
    await _review(run, Verdict.RETURNED, run.random.choice(sample_texts.RETURN_COMMENTS))


async def withdraw_assessment(run: ScenarioRun) -> None:
    """Withdraw the assessment that nobody has reviewed yet, as the handler."""
    withdrawal = WithdrawAssessment(assessment=run.assessment_id, reason=sample_texts.WITHDRAWAL_REASON)
    await run.execute(Role.CASE_HANDLER, withdrawal)


async def _review(run: ScenarioRun, verdict: Verdict, comment: str) -> None:
    review = ReviewAssessment(assessment=run.assessment_id, verdict=verdict, comment=comment)
    await run.execute(run.pending_reviewers.pop(0), review)
