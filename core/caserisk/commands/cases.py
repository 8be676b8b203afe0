"""Opening, assigning and advancing cases; the acts that a regulation may hold back; petitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.commands import consequences
from caserisk.commands.checks import KEY, LONG, SHORT, Checks
from caserisk.commands.command import CaseCommand, Changed, Command
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.cases import (
    ActRecorded,
    CaseAssigned,
    CaseConcluded,
    CaseOpened,
    CaseParty,
    CaseStage,
    PetitionRecorded,
    StageAdvanced,
)
from caserisk.domain.policy import may_assign
from caserisk.domain.refusals import forbidden, gate_closed, invalid, no_regulation, unknown_value, wrong_state
from caserisk.domain.rules import Stage
from caserisk.domain.texts import Reason
from caserisk.domain.vocabulary import GatedAct, Role
from caserisk.domain.warnings import ResponsibilityDecided
from caserisk.regulation import hooks

_MAY_ASSIGN = (
    "您无权受理或分配该案件;案管人员、为本人受理的本部门承办人或本部门负责人可以",
    "you may not open or assign this case; a case manager may, a handler for themselves, a head in theirs",
)
_MOST_PARTIES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase(Command):
    """Take a case on."""

    mutation: ClassVar[str] = "openCase"

    office: str
    number: str
    title: str
    cause: str
    department: str | None = None
    handler: str | None = None
    stage: str | None = None
    opened_at: datetime | None = None
    parties: tuple[CaseParty, ...] = ()

    @property
    def target(self) -> str:
        """The office: a new case has no file yet."""
        return self.office

    @property
    def officers(self) -> tuple[str, ...]:
        """The handler."""
        return (self.handler,) if self.handler else ()

    def decide(self, work: UnitOfWork) -> Changed:
        """Open the file."""
        self._check(work)
        self._check_authority(work)
        department = work.department(self.department, "department").id if self.department else None
        if self.handler:
            department = _check_handler(work, self.handler, department)
        stage, following = _stage(work, self.stage, "stage")
        case_id = work.open(
            CaseOpened(
                number=self.number.strip(),
                title=self.title,
                cause=self.cause,
                department_id=department,
                handler_id=self.handler,
                parties=self.parties,
                stage=stage,
                next_stages=following,
                opened_at=self.opened_at or work.at,
            )
        )
        return Changed(case=case_id)

    def _check(self, work: UnitOfWork) -> None:
        checks = Checks()
        checks.text(self.number, KEY, "number")
        checks.text(self.title, SHORT, "title")
        checks.text(self.cause, SHORT, "cause")
        if self.opened_at:
            checks.not_after(self.opened_at, work.at, "openedAt")
        if len(self.parties) > _MOST_PARTIES:
            zh, en = f"当事人最多{_MOST_PARTIES}名", f"at most {_MOST_PARTIES} parties are allowed"
            checks.wrong(zh, en, "parties")
        for index, party in enumerate(self.parties):
            checks.text(party.label, SHORT, "parties", str(index), "label")
            checks.text(party.role, SHORT, "parties", str(index), "role")
        checks.done()

    def _check_authority(self, work: UnitOfWork) -> None:
        viewer = work.viewer
        if viewer is None:
            return
        department = self.department or (viewer.officer.department_id if self.handler == viewer.officer.id else None)
        office_id = work.roster.office.id
        if not may_assign(viewer, office_id, department_id=department, handler_id=self.handler):
            raise forbidden(*_MAY_ASSIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignCase(CaseCommand):
    """Give a case to a department, perhaps to a handler, perhaps with a warning (RUZ-09)."""

    mutation: ClassVar[str] = "assignCase"

    department: str
    handler: str | None = None
    warn: str | None = None

    @property
    def officers(self) -> tuple[str, ...]:
        """The handler."""
        return (self.handler,) if self.handler else ()

    def decide(self, work: UnitOfWork) -> Changed:
        """Assign it."""
        checks = Checks()
        checks.optional_text(self.warn, LONG, "warn")
        checks.done()
        viewer, office_id = work.viewer, work.roster.office.id
        if viewer and not may_assign(viewer, office_id, department_id=self.department, handler_id=self.handler):
            raise forbidden(*_MAY_ASSIGN)
        _require_open(work)
        department = work.department(self.department, "department").id
        if self.handler:
            _check_handler(work, self.handler, department)
        work.record(CaseAssigned(department_id=department, handler_id=self.handler))
        warning_id = self._warn(work) if self.warn else None
        return Changed(case=work.file.case.id, warning=warning_id)

    def _warn(self, work: UnitOfWork) -> str:
        if work.file.active_warning:
            raise wrong_state("案件已有生效中的预警", "the case has a running warning already", "warn")
        work.require((Role.CASE_MANAGER,), "在分流时预警", "warn at intake")
        issued_by = work.actor_id
        return consequences.issue(work, None, assessment_id=None, issued_by_id=issued_by, note=self.warn).id


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvanceCase(CaseCommand):
    """Enter the next stage: the act NEXT_STAGE (HUI-04)."""

    mutation: ClassVar[str] = "advanceCase"

    to_stage: str

    def decide(self, work: UnitOfWork) -> Changed:
        """Advance it."""
        work.require((Role.CASE_HANDLER,), GatedAct.NEXT_STAGE.zh, GatedAct.NEXT_STAGE.en)
        _require_open(work)
        stage, following = _stage(work, self.to_stage, "toStage")
        possible = work.file.case.next_stages
        if stage.key not in {item.key for item in possible}:
            raise unknown_value(
                "可进入的办案环节", "stage that follows", self.to_stage, (item.key for item in possible), "toStage"
            )
        _require_gate(work, GatedAct.NEXT_STAGE)
        work.record(StageAdvanced(stage=stage, next_stages=following))
        return Changed(case=work.file.case.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAct(CaseCommand):
    """Do a gated act: decide, take a compulsory measure (SD-07), conclude the case."""

    mutation: ClassVar[str] = "recordAct"

    act: GatedAct
    description: str

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        checks = Checks()
        checks.text(self.description, LONG, "description")
        if self.act is GatedAct.NEXT_STAGE:
            checks.wrong("进入下一环节请用 advanceCase", "use advanceCase to enter the next stage", "act")
        checks.done()
        work.require((Role.CASE_HANDLER,), self.act.zh, self.act.en)
        _require_open(work)
        _require_gate(work, self.act)
        if self.act is GatedAct.CONCLUSION:
            work.record(CaseConcluded(description=self.description))
        else:
            work.record(ActRecorded(act=self.act, description=self.description))
        return Changed(case=work.file.case.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPetition(CaseCommand):
    """Put a letter or a visit on record; who then leads is asked of the regulation (SD-12)."""

    mutation: ClassVar[str] = "recordPetition"

    channel: str
    description: str
    occurred_at: datetime | None = None

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        checks = Checks()
        checks.text(self.channel, KEY, "channel")
        checks.text(self.description, LONG, "description")
        occurred_at = self.occurred_at or work.at
        checks.not_after(occurred_at, work.at, "occurredAt")
        checks.done()
        roles = (Role.COMPLAINTS_OFFICER, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
        work.require(roles, "记录信访事项", "record a petition")
        work.record(PetitionRecorded(channel=self.channel, description=self.description, occurred_at=occurred_at))
        warning = work.file.active_warning
        if warning:
            responsibility = work.regulation.ask(hooks.caserisk_responsibility, work.facts(), warning.level)
            if responsibility != warning.responsibility:
                work.record(ResponsibilityDecided(warning_id=warning.id, responsibility=responsibility))
        return Changed(case=work.file.case.id, warning=warning.id if warning else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideGates(CaseCommand):
    """Ask the regulation anew which acts are open: after plugins were installed, upgraded or removed."""

    mutation: ClassVar[str] = "decideGates"

    def decide(self, work: UnitOfWork) -> Changed:
        """Record nothing; the gates are decided after every command."""
        return Changed(case=work.file.case.id)


# ------------------------------------------------------------------------------------------------ shared


def _require_open(work: UnitOfWork) -> None:
    closed_at = work.file.case.closed_at
    if closed_at:
        raise wrong_state(f"案件已于{closed_at.date()}办结", f"the case was concluded on {closed_at.date()}")


def _require_gate(work: UnitOfWork, act: GatedAct) -> None:
    """Ask the regulation anew whether an act is open."""
    gate = next(gate for gate in work.regulation.ask(hooks.caserisk_gates, work.facts()) if gate.act is act)
    if not gate.open:
        why_zh, why_en = _why(gate.reasons)
        raise gate_closed(f"暂不能{act.zh}:{why_zh}", f"not yet possible ({act.en}): {why_en}", gate.reasons)


def _why(reasons: tuple[Reason, ...]) -> tuple[str, str]:
    zh = ";".join(f"{reason.text.zh}({reason.rule})" for reason in reasons)
    return zh, "; ".join(f"{reason.text.en} ({reason.rule})" for reason in reasons)


def _check_handler(work: UnitOfWork, handler_id: str, department_id: str | None) -> str | None:
    """The department that a handler works in: the one named, or their own."""
    handler = work.officer(handler_id, "handler")
    if Role.CASE_HANDLER not in handler.roles:
        zh = f"「{handler.name}」不是案件承办人"
        raise invalid(zh, f"{handler.name!r} is not a case handler", "handler")
    if department_id is not None and handler.department_id != department_id:
        raise invalid(
            f"「{handler.name}」不在该部门", f"{handler.name!r} does not belong to that department", "handler"
        )
    return handler.department_id


def _stage(work: UnitOfWork, key: str | None, *path: str) -> tuple[CaseStage, tuple[CaseStage, ...]]:
    """A stage of the regulation, by default the first, and those that may follow it."""
    facts = work.facts() if work.opened else work.regulation.facts()
    stages = work.regulation.ask(hooks.caserisk_stages, facts)
    if not stages:
        raise no_regulation(work.roster.office.code)
    keys = [stage.key for stage in stages]
    if key is not None and key not in keys:
        raise unknown_value("办案环节", "stage", key, keys, *path)
    stage = stages[keys.index(key) if key is not None else 0]
    after_it = keys[keys.index(stage.key) + 1 :][:1]
    following = after_it if stage.next is None else stage.next
    return _entered(stage), tuple(_entered(item) for item in stages if item.key in following)


def _entered(stage: Stage) -> CaseStage:
    return CaseStage(key=stage.key, label=stage.label)
