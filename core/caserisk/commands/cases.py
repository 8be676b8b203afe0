"""Open, assign and advance cases; do the acts that a regulation may hold back; record petitions."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from caserisk.commands import assessments, consequences, notice_sending
from caserisk.commands.command import CaseCommand, Changed, Command
from caserisk.commands.input_fields import declare_input, id_field, text_field, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import (
    MAX_KEY_LENGTH,
    MAX_NAME_LENGTH,
    MAX_TEXT_LENGTH,
    InputValidator,
    check_input,
)
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
from caserisk.domain.policy import Viewer, may_assign
from caserisk.domain.refusals import (
    MessageTemplate,
    Problem,
    forbidden,
    gate_closed,
    invalid,
    no_regulation,
    unknown_value,
    wrong_state,
)
from caserisk.domain.rules import Occasion, Stage
from caserisk.domain.terms import office_day
from caserisk.domain.texts import Reason
from caserisk.domain.vocabulary import ErrorCode, GatedAct, Role
from caserisk.domain.warnings import ResponsibilityDecided
from caserisk.regulation import hooks

_MAY_ASSIGN = (
    "您无权受理或分配该案件;案管人员、为本人受理的本部门承办人或本部门负责人可以",
    "you may not open or assign this case; a case manager may, a handler for themselves, a head in theirs",
)
# A case of many victims has a few hundred; more is a list in the wrong field.
_MAX_PARTIES = 500


@declare_input("A party of the case being opened (当事人). Of this case only.")
class CasePartyDraft:
    """A party as entered."""

    label: str = text_field("How the party is called in this case, at most 200 characters.", max_length=MAX_NAME_LENGTH)
    role: str = text_field("What they are in it: suspect, victim, appellant … (诉讼地位).", max_length=MAX_NAME_LENGTH)


@declare_input("A case to take on (受理案件).")
class OpenCase(Command):
    """Take a case on."""

    target_field: ClassVar[str] = "office"  # a new case has no file yet

    number: str = text_field(
        "The case number, unique in the installation, at most 64 characters (案号).", max_length=MAX_KEY_LENGTH
    )
    title: str = text_field("At most 200 characters (案件名称).", max_length=MAX_NAME_LENGTH)
    cause: str = text_field("The cause of the case (案由).", max_length=MAX_NAME_LENGTH)
    office: str = value_field("The division code of the office that handles it.")
    department: str | None = id_field(
        "department", "The undertaking department; by default the handler's (承办部门).", default=None
    )
    handler: str | None = id_field(
        "officer", "The handler (承办人); by default whoever opens it, where that is only a handler.", default=None
    )
    stage: str | None = value_field(
        "The key of the stage it is in; by default the regulation's first (办案环节).", default=None
    )
    opened_at: datetime | None = value_field(
        "When it was taken on; by default now, never in the future.", not_future=True, default=None
    )
    parties: tuple[CasePartyDraft, ...] = value_field("Its parties; by default none.", default=())

    def decide(self, work: UnitOfWork) -> Changed:
        """Open the file."""
        self._check(work)
        handler = self.handler or _opens_for_themselves(work.viewer)
        # Before anything is looked up: NOT_FOUND would tell those who may not open cases which ids exist here.
        self._check_authority(work, handler)
        department = work.find_department(self.department, "department").id if self.department else None
        if handler:
            department = _check_handler(work, handler, department)
        stage, following = _stage(work, self.stage, "stage")
        case_id = work.open_case(
            CaseOpened(
                # Numbers are unique, so the space around one must not make it another number.
                number=self.number.strip(),
                title=self.title,
                cause=self.cause,
                department_id=department,
                handler_id=handler,
                parties=tuple(CaseParty(label=party.label, role=party.role) for party in self.parties),
                stage=stage,
                next_stages=following,
                opened_at=self.opened_at or work.at,
            )
        )
        # A running case that is imported owes its assessment before its next gated act instead.
        if work.viewer:
            for act in _acts_before(work, stage.key):
                _require_gate(work, act)
        # Nobody has to be told who takes a case on for themselves, nor, by an import, what they work on already.
        if department and work.viewer and handler != work.actor_id:
            notice_sending.notify(work, Occasion.CASE_ASSIGNED, None)
        return Changed(case=case_id)

    def _check(self, work: UnitOfWork) -> None:
        validator = InputValidator()
        validator.check_fields(self, work.at)
        if len(self.parties) > _MAX_PARTIES:
            zh, en = f"当事人最多{_MAX_PARTIES}名", f"at most {_MAX_PARTIES} parties are allowed"
            validator.reject(zh, en, "parties")
        for index, party in enumerate(self.parties):
            validator.check_fields(party, work.at, "parties", str(index))
        validator.raise_problems()

    def _check_authority(self, work: UnitOfWork, handler: str | None) -> None:
        viewer = work.viewer
        if viewer is None:  # an import opens cases of anybody
            return
        # A handler who takes a case on for themselves need not name their own department.
        department = self.department or (viewer.officer.department_id if handler == viewer.officer.id else None)
        office_id = work.roster.office.id
        if not may_assign(viewer, office_id, department_id=department, handler_id=handler):
            raise forbidden(*_MAY_ASSIGN)


@declare_input("To whom a case is given (分配案件).")
class AssignCase(CaseCommand):
    """Give a case to a department, perhaps to a handler, perhaps with a warning (RUZ-09)."""

    department: str = id_field("department", "The undertaking department.")
    handler: str | None = id_field("officer", "The handler, of that department.", default=None)
    warn: str | None = text_field(
        "A warning given together with the assignment, and why (分流时同步预警), where the regulation has that.",
        max_length=MAX_TEXT_LENGTH,
        default=None,
    )

    def decide(self, work: UnitOfWork) -> Changed:
        """Assign it."""
        check_input(self, work.at)
        viewer, office_id = work.viewer, work.roster.office.id
        if viewer and not may_assign(viewer, office_id, department_id=self.department, handler_id=self.handler):
            raise forbidden(*_MAY_ASSIGN)
        _require_open(work)
        department = work.find_department(self.department, "department").id
        if self.handler:
            _check_handler(work, self.handler, department)
        work.record(CaseAssigned(department_id=department, handler_id=self.handler))
        _tell_of_assignment(work)
        # The assignment comes first, so that the notices of the warning reach the department it was assigned to
        # (RUZ-09).
        warning_id = self._warn(work) if self.warn else None
        return Changed(case=work.file.case.id, warning=warning_id)

    def _warn(self, work: UnitOfWork) -> str:
        if work.file.active_warning:
            raise wrong_state("案件已有生效中的预警", "the case has a running warning already", "warn")
        issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), None)
        if not issuing.at_intake:
            zh, en = "本院办法没有分流时预警", "the regulation of this office has no warning with the assignment"
            raise invalid(zh, en, "warn")
        work.require_role(issuing.at_intake, "在分流时预警", "warn at intake")
        issued_by = work.actor_id
        # It rests on no assessment and so has no level; the next assessment gives it one (`apply_level`).
        return consequences.issue_warning(work, None, assessment_id=None, issued_by_id=issued_by, note=self.warn).id


@declare_input("The stage a case enters: the act NEXT_STAGE.")
class AdvanceCase(CaseCommand):
    """Enter the next stage: the act NEXT_STAGE (HUI-04)."""

    to_stage: str = value_field("The key of one of `Case.next_stages`.")

    def decide(self, work: UnitOfWork) -> Changed:
        """Advance it."""
        work.require_role((Role.CASE_HANDLER,), GatedAct.NEXT_STAGE.zh, GatedAct.NEXT_STAGE.en)
        _require_open(work)
        stage, following = _stage(work, self.to_stage, "to_stage")
        possible = work.file.case.next_stages
        if stage.key not in {item.key for item in possible}:
            raise unknown_value(
                "可进入的办案环节", "stage that follows", self.to_stage, (item.key for item in possible), "to_stage"
            )
        _require_gate(work, GatedAct.NEXT_STAGE)
        work.record(StageAdvanced(stage=stage, next_stages=following))
        notice_sending.notify(work, Occasion.STAGE_ENTERED, work.file.case.level)
        return Changed(case=work.file.case.id)


@declare_input("A gated act that is done in a case.")
class RecordAct(CaseCommand):
    """Do a gated act: decide, take a compulsory measure (SD-07), conclude the case."""

    act: GatedAct = value_field("The act; NEXT_STAGE is `advance_case`. CONCLUSION closes the case.")
    description: str = text_field("What is decided or done, at most 20,000 characters.", max_length=MAX_TEXT_LENGTH)

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        validator = InputValidator()
        validator.check_fields(self, work.at)
        # This command has no field for the stage that is entered.
        if self.act is GatedAct.NEXT_STAGE:
            validator.problems.append(_USE_ADVANCE_CASE)
        validator.raise_problems()
        work.require_role((Role.CASE_HANDLER,), self.act.zh, self.act.en)
        _require_open(work)
        _require_gate(work, self.act)
        # The conclusion closes the case, but not its warnings: they are closed by their own acts.
        if self.act is GatedAct.CONCLUSION:
            work.record(CaseConcluded(description=self.description))
            assessments.settle_at_conclusion(work)
            notice_sending.notify(work, Occasion.CASE_CONCLUDED, work.file.case.level)
        else:
            work.record(ActRecorded(act=self.act, description=self.description))
        return Changed(case=work.file.case.id)


@declare_input("A letter or a visit that concerns a case (信访事项); of the case, not of who came.")
class RecordPetition(CaseCommand):
    """Put a letter or a visit on record; who then leads is asked of the regulation (SD-12)."""

    channel: str = text_field(
        "How it came: letter, visit, hotline, online … at most 64 characters.", max_length=MAX_KEY_LENGTH
    )
    description: str = text_field("What it is about; name nobody.", max_length=MAX_TEXT_LENGTH)
    occurred_at: datetime | None = value_field("When; by default now.", not_future=True, default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        check_input(self, work.at)
        occurred_at = self.occurred_at or work.at
        roles = (Role.COMPLAINTS_OFFICER, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
        work.require_role(roles, "记录信访事项", "record a petition")
        # No open case is required: the warning of a concluded one may still run.
        work.record(PetitionRecorded(channel=self.channel, description=self.description, occurred_at=occurred_at))
        warning = work.file.active_warning
        if warning:
            # Others may answer for the warning once a petition is on record: in Shandong the hub leads then (SD-12).
            responsibility = work.regulation.ask(hooks.caserisk_responsibility, work.facts(), warning.level)
            if responsibility != warning.responsibility:
                work.record(ResponsibilityDecided(warning_id=warning.id, responsibility=responsibility))
        warning_id = warning.id if warning else None
        notice_sending.notify(work, Occasion.PETITION_RECORDED, work.file.case.level, warning_id=warning_id)
        return Changed(case=work.file.case.id, warning=warning_id)


@declare_input()
class DecideGates(CaseCommand):
    """Ask the regulation anew which acts are open: after plugins were installed, upgraded or removed."""

    def decide(self, work: UnitOfWork) -> Changed:
        """Record nothing; the gates are decided after every command."""
        return Changed(case=work.file.case.id)


# ------------------------------------------------------------------------------------------------ shared

_USE_ADVANCE_CASE = Problem(
    code=ErrorCode.INVALID,
    message=MessageTemplate(
        zh="进入下一环节请用 {command}",
        en="use {command} to enter the next stage",
        names={"command": "advance_case"},
    ),
    path=("act",),
)


def _opens_for_themselves(viewer: Viewer | None) -> str | None:
    """Return the handler of a case that is opened without naming one: a case manager or a head may leave it open."""
    if viewer is None or viewer.roles & {Role.CASE_MANAGER, Role.DEPARTMENT_HEAD}:
        return None
    return viewer.officer.id if Role.CASE_HANDLER in viewer.roles else None


def _require_open(work: UnitOfWork) -> None:
    """Refuse what is only done in a case that is not concluded."""
    closed_at = work.file.case.closed_at
    if closed_at:
        day = office_day(closed_at)
        raise wrong_state(f"案件已于{day}办结", f"the case was concluded on {day}")


def _require_gate(work: UnitOfWork, act: GatedAct) -> None:
    """Ask the regulation anew whether an act is open: the stored gate may be out of date."""
    # What is stored was decided after the last command; a plugin may have been upgraded since, or the day be another.
    gate = next(gate for gate in work.regulation.ask(hooks.caserisk_gates, work.facts()) if gate.act is act)
    if not gate.open:
        why_zh, why_en = _joined(gate.reasons)
        raise gate_closed(f"暂不能{act.zh}:{why_zh}", f"not yet possible ({act.en}): {why_en}", gate.reasons)


def _joined(reasons: tuple[Reason, ...]) -> tuple[str, str]:
    zh = ";".join(f"{reason.text.zh}({reason.rule})" for reason in reasons)
    return zh, "; ".join(f"{reason.text.en} ({reason.rule})" for reason in reasons)


def _tell_of_assignment(work: UnitOfWork) -> None:
    """Tell of an assignment, and with it of the assessment and the warning that the case comes with."""
    assessment, warning = work.file.current_assessment, work.file.active_warning
    notice_sending.notify(
        work,
        Occasion.CASE_ASSIGNED,
        work.file.case.level,
        assessment_id=assessment.id if assessment else None,
        warning_id=warning.id if warning else None,
    )


def _check_handler(work: UnitOfWork, handler_id: str, department_id: str | None) -> str | None:
    """Return the department of a handler, who has to work in the named one, if one is named."""
    handler = work.find_officer(handler_id, "handler")
    if Role.CASE_HANDLER not in handler.roles:
        zh = f"「{handler.name}」不是案件承办人"
        raise invalid(zh, f"{handler.name!r} is not a case handler", "handler")
    if department_id is not None and handler.department_id != department_id:
        raise invalid(
            f"「{handler.name}」不在该部门", f"{handler.name!r} does not belong to that department", "handler"
        )
    return handler.department_id


def _stage(work: UnitOfWork, key: str | None, *path: str) -> tuple[CaseStage, tuple[CaseStage, ...]]:
    """Return a stage of the regulation, by default the first, and those that may follow it."""
    # A case that is being opened has no facts of its own yet.
    facts = work.facts() if work.case_file else work.regulation.facts()
    stages = work.regulation.ask(hooks.caserisk_stages, facts)
    if not stages:
        raise no_regulation(work.roster.office.code)
    keys = [stage.key for stage in stages]
    if key is not None and key not in keys:
        raise unknown_value("办案环节", "stage", key, keys, *path)
    stage = stages[keys.index(key) if key is not None else 0]
    next_in_order = keys[keys.index(stage.key) + 1 :][:1]
    following = next_in_order if stage.next is None else stage.next  # a stage may name others than the next in order
    return _entered(stage), tuple(_entered(item) for item in stages if item.key in following)


def _acts_before(work: UnitOfWork, key: str) -> tuple[GatedAct, ...]:
    """Return the gated acts that a case in a stage has behind it: those of the earlier stages, and leaving these."""
    stages = work.regulation.ask(hooks.caserisk_stages, work.facts())
    earlier = stages[: [stage.key for stage in stages].index(key)]
    done = [act for stage in earlier for act in stage.acts]
    return (GatedAct.NEXT_STAGE, *done) if earlier else ()


def _entered(stage: Stage) -> CaseStage:
    return CaseStage(key=stage.key, label=stage.label)
