"""What happens in a case until it is concluded: it is opened, assessed, reviewed, decided."""

from __future__ import annotations

from sqlalchemy import select

from caserisk.commands.assessments import ReviewAssessment
from caserisk.commands.cases import AdvanceCase, AssignCase, OpenCase, RecordAct, RecordPetition
from caserisk.commands.notices import MarkNoticeRead
from caserisk.demo import phrases
from caserisk.demo.drafting import assessment_draft
from caserisk.demo.offices import surname
from caserisk.demo.play import Act, Play
from caserisk.domain.cases import CaseParty
from caserisk.domain.notices import Notice
from caserisk.domain.terms import office_day
from caserisk.domain.vocabulary import GatedAct, Role, Verdict
from caserisk.store.mapping import from_row
from caserisk.store.tables import assessments, notices

# ------------------------------------------------------------------------------------------------ the case


async def opened(play: Play) -> None:
    """The case manager takes the case on and gives it to a handler."""
    await _open(play, handler=play.handler.officer.id)


async def opened_for_department(play: Play) -> None:
    """The case manager takes the case on for a department; nobody handles it yet."""
    await _open(play, handler=None)


async def _open(play: Play, *, handler: str | None) -> None:
    kind, year = play.kind, office_day(play.runner.clock()).year
    series = f"{play.staff.short}{kind.series}〔{year}〕"
    play.numbers[series] += 1
    labels = [surname(play.random) + play.random.choice(("某", "某某")) for _ in kind.parties]
    command = OpenCase(
        office=play.staff.office.code,
        number=f"{series}{100 + play.numbers[series]}号",
        title=kind.title.format(labels[0]),
        cause=kind.cause,
        department=play.department.id,
        handler=handler,
        parties=tuple(CaseParty(role=role, label=label) for role, label in zip(kind.parties, labels, strict=True)),
    )
    play.case = (await play.do(Role.CASE_MANAGER, command)).case


async def assigned(play: Play) -> None:
    """The department's head gives the case to a handler."""
    handler = play.handler.officer.id
    await play.do(Role.DEPARTMENT_HEAD, AssignCase(case=play.case, department=play.department.id, handler=handler))


async def advanced(play: Play) -> None:
    """The case enters the next stage, if there is one."""
    following = (await play.look()).case.next_stages
    if following:
        await play.do(Role.CASE_HANDLER, AdvanceCase(case=play.case, to_stage=following[0].key))


async def decided(play: Play) -> None:
    """The handler decides."""
    decision = RecordAct(case=play.case, act=GatedAct.DISPOSITION_DECISION, description=phrases.DECISION)
    await play.do(Role.CASE_HANDLER, decision)


async def concluded(play: Play) -> None:
    """The case is concluded."""
    conclusion = RecordAct(case=play.case, act=GatedAct.CONCLUSION, description=phrases.CONCLUSION)
    await play.do(Role.CASE_HANDLER, conclusion)


async def petitioned(play: Play) -> None:
    """Somebody comes, or writes."""
    channel, description = play.random.choice(phrases.PETITIONS)
    petition = RecordPetition(case=play.case, channel=channel, description=description)
    await play.do(Role.COMPLAINTS_OFFICER, petition)


async def notices_read(play: Play) -> None:
    """What was told of the case so far is read, by somebody it was for."""
    unread = select(notices).where(notices.c.case_id == play.case, notices.c.read_at.is_(None)).order_by(notices.c.id)
    async with play.runner.store.reading() as connection:
        rows = (await connection.execute(unread)).mappings().all()
    for notice in (from_row(row, Notice, {}) for row in rows):
        reader = next((viewer for viewer in play.staff.viewers if viewer.scope.is_addressee_of(notice)), None)
        if reader:
            await play.runner.execute(MarkNoticeRead(notice=notice.id), viewer=reader)


async def time_passed(_: Play) -> None:
    """Nothing happens for a while."""


# ------------------------------------------------------------------------------------------------ assessing


def assessed(gravity: float | None) -> Act:
    """The handler submits an assessment: of a risk so grave, or without risk."""

    async def act(play: Play) -> None:
        draft = await play.ask(
            lambda regulation, facts: assessment_draft(
                regulation, facts, case=play.case, gravity=gravity, random=play.random
            )
        )
        await play.do(Role.CASE_HANDLER, draft)
        play.assessment, play.chain = await _in_review(play)

    return act


async def _in_review(play: Play) -> tuple[str, list[Role]]:
    """The latest assessment, and who has to review it."""
    of_case = select(assessments.c.id, assessments.c.steps).where(assessments.c.case_id == play.case)
    async with play.runner.store.reading() as connection:
        id, steps = (await connection.execute(of_case.order_by(assessments.c.id.desc()).limit(1))).one()
    return id, [Role[step["role"]] for step in steps]


async def reviewed(play: Play) -> None:
    """Who is next in the chain approves; where nobody is, nothing happens."""
    if play.chain:
        await _review(play, Verdict.APPROVED, play.random.choice(phrases.APPROVALS))


async def returned(play: Play) -> None:
    """Who is next in the chain sends the assessment back."""
    await _review(play, Verdict.RETURNED, play.random.choice(phrases.RETURN_COMMENTS))


async def _review(play: Play, verdict: Verdict, comment: str) -> None:
    review = ReviewAssessment(assessment=play.assessment, verdict=verdict, comment=comment)
    await play.do(play.chain.pop(0), review)
