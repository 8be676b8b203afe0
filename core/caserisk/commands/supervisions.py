"""Supervise a warning, reply to a supervision, and put on record that a deadline passed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import ClassVar

from caserisk.commands import consequences, deadlines, notice_sending
from caserisk.commands.command import Changed, Command, WarningCommand, require_state
from caserisk.commands.input_fields import declare_input, id_field, ids_field, text_field, value_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import MAX_TEXT_LENGTH, InputValidator, check_input
from caserisk.domain.deadlines import Deadline, DeadlinesStarted, WarningOverdue, start_deadline
from caserisk.domain.policy import SUPERVISED_BY
from caserisk.domain.refusals import invalid, not_found, wrong_state
from caserisk.domain.rules import Occasion, TermRule
from caserisk.domain.supervisions import Supervision, SupervisionReplied, WarningSupervised
from caserisk.domain.terms import MAX_TERM
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    ClosureOutcome,
    DeadlineKind,
    Role,
    SupervisionKind,
    SupervisionStatus,
    WarningAct,
)
from caserisk.domain.warnings import RiskWarning
from caserisk.regulation import hooks


@declare_input("A supervision (督办), a new one or one that the regulation requires.")
class SuperviseWarning(WarningCommand):
    """Issue a supervision, a new one or one that the regulation asked for (ZHU-18, ZHU-19, RUZ-18)."""

    supervision: str | None = id_field("supervision", "The REQUIRED supervision that this completes.", default=None)
    kind: SupervisionKind = value_field("The document, or the body.")
    reason: str = text_field("Why.", max_length=MAX_TEXT_LENGTH)
    leader: str | None = id_field(
        "officer", "Who leads; a SPECIAL_GROUP needs the chief procurator or the deputy in charge.", default=None
    )
    members: tuple[str, ...] = ids_field("officer", "Its members.", default=())
    new_limit: date | None = value_field(
        "By when the risk is to be resolved now; a CHIEF_LETTER needs one.", not_past=True, default=None
    )
    reply_due_at: datetime | None = value_field("By when a reply is due.", default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Issue it; a new limit takes the place of the RESOLUTION term, which stays on record."""
        warning = work.file.warnings[self.warning]
        work.require_role(SUPERVISED_BY[self.kind], f"签发{self.kind.zh}", f"issue a {self.kind.en}")
        require_state(warning, WarningAct.SUPERVISE)
        required = self._required_supervision(work)
        self._check(work)
        if self.new_limit:
            _require_lateness(work, warning)
        issued = self._issue(work, required)
        work.record(WarningSupervised(warning_id=warning.id, supervision=issued))
        if self.new_limit:
            _replace_limit(work, warning, self.new_limit, issued)
        notice_sending.notify(
            work, Occasion.SUPERVISION_ISSUED, warning.level, warning_id=warning.id, supervision_id=issued.id
        )
        return Changed(case=warning.case_id, warning=warning.id, supervision=issued.id)

    def _required_supervision(self, work: UnitOfWork) -> Supervision | None:
        """Return the supervision on record that this completes, if it names one.

        Raises:
            Refused: NOT_FOUND, WRONG_STATE, INVALID.
        """
        if self.supervision is None:
            return None
        required = work.file.supervisions.get(self.supervision)
        if required is None or required.warning_id != self.warning:
            raise not_found("本预警的督办", "supervision of this warning", self.supervision, "supervision")
        if required.status is not SupervisionStatus.REQUIRED:
            raise wrong_state(f"该督办{required.status.zh}", f"that supervision is {required.status.en} already")
        # What the regulation requires is a document or a body of a kind; another one does not complete it.
        if required.kind is not self.kind:
            zh, en = f"该督办应为{required.kind.zh}", f"that supervision is a {required.kind.en}"
            raise invalid(zh, en, "kind")
        return required

    def _check(self, work: UnitOfWork) -> None:
        validator = InputValidator()
        validator.check_fields(self, work.at)
        self._check_limit(work, validator)
        if self.reply_due_at and self.reply_due_at <= work.at:
            validator.reject("回复期限已过", "the reply would be due in the past", "reply_due_at")
        # The letter orders the conclusion within a new limit, whose length no regulation states (ZHU-18, A-31).
        if self.kind is SupervisionKind.CHIEF_LETTER and self.new_limit is None:
            validator.reject(
                "《检察长督办函》须定新的期限", "a chief procurator's letter sets a new limit (A-31)", "new_limit"
            )
        # The chief procurator or the deputy in charge leads the group (ZHU-19, A-27).
        if self.kind is SupervisionKind.SPECIAL_GROUP and self.leader is None:
            validator.reject("特别督办组须有带队领导", "a special group is led by a named leader (A-27)", "leader")
        # Raised before officers are looked up: an unknown one is NOT_FOUND at once and would hide these problems.
        validator.raise_problems()
        for index, id in enumerate(self.members):
            work.find_officer(id, "members", str(index))
        if self.leader:
            self._check_leader(work, self.leader)

    def _check_limit(self, work: UnitOfWork, validator: InputValidator) -> None:
        # As far as a term of a regulation may reach; beyond it a year was mistyped.
        furthest = work.today + MAX_TERM
        if self.new_limit and self.new_limit > furthest:
            zh, en = f"新的期限最晚为 {furthest}", f"the new limit may be {furthest} at the latest"
            validator.reject(zh, en, "new_limit")

    def _check_leader(self, work: UnitOfWork, id: str) -> None:
        """Refuse a leader who may not lead a special group: the chief, or the deputy in charge, leads it (A-27)."""
        leader = work.find_officer(id, "leader")
        department = work.roster.department(work.file.case.department_id)
        in_charge = department is not None and department.leader_in_charge_id == leader.id
        leads = Role.CHIEF_PROCURATOR in leader.roles or (in_charge and Role.DEPUTY_CHIEF_PROCURATOR in leader.roles)
        if self.kind is SupervisionKind.SPECIAL_GROUP and not leads:
            raise invalid(
                f"「{leader.name}」不是检察长,也不是分管承办部门的副检察长,不能带队",
                f"{leader.name!r} is neither the chief procurator nor the deputy in charge of the undertaking "
                "department, and cannot lead the group",
                "leader",
            )

    def _issue(self, work: UnitOfWork, required: Supervision | None) -> Supervision:
        reason = Text(self.reason, self.reason)
        # One that was required keeps its id, its department and the regulation's reasons.
        base = required or Supervision(
            id=work.new_id("supervision"),
            case_id=work.file.case.id,
            warning_id=self.warning,
            kind=self.kind,
            status=SupervisionStatus.ISSUED,
            reason=reason,
            department_id=work.file.case.department_id,
        )
        return replace(
            base,
            status=SupervisionStatus.ISSUED,
            reason=reason,
            leader_id=self.leader,
            members=tuple(dict.fromkeys(self.members)),
            new_limit=self.new_limit,
            issued_by_id=work.require_officer().id,
            issued_at=work.at,
            reply_due_at=self.reply_due_at,
        )


def _require_lateness(work: UnitOfWork, warning: RiskWarning) -> None:
    """Refuse a new limit before anything is late: it is no way to extend a term (ZHU-18).

    Raises:
        Refused: WRONG_STATE.
    """
    running = work.file.open_deadlines(warning.id, DeadlineKind.RESOLUTION)
    if any(item.has_passed(work.at) for item in running):
        return
    terms = work.regulation.ask(hooks.caserisk_terms, work.facts(warning), warning.level)
    awaited = any(rule.kind is DeadlineKind.RESOLUTION for rule in terms)
    # Where the regulation has no term that could be late, a limit is the first one.
    if running or awaited:
        due = min((item.due_on for item in running), default=None)
        zh = f"期限届满({due})" if due else "预警签收、期限届满"
        en = f"the term has passed ({due})" if due else "the warning is received and its term has passed"
        raise wrong_state(
            f"未逾期,不得另定期限;{zh}后方可", f"nothing is late; a new limit is set after {en}", "new_limit"
        )


def _replace_limit(work: UnitOfWork, warning: RiskWarning, limit: date, supervision: Supervision) -> None:
    """End the open RESOLUTION terms and start the one that the supervision sets (A-31)."""
    # The original due date stays on record: the old deadline ends, a new one starts beside it.
    replaced = work.file.open_deadlines(warning.id, DeadlineKind.RESOLUTION)
    deadlines.end_resolution(work, warning.id)
    work.record(DeadlinesStarted(deadlines=(_new_deadline(work, warning, limit, supervision, replaced),)))


def _new_deadline(
    work: UnitOfWork, warning: RiskWarning, limit: date, supervision: Supervision, replaced: Sequence[Deadline]
) -> Deadline:
    # A term has a start and a length; the day is what was set, so the term is counted back from it.
    # The limit may be today, but P0D is no term: it is then counted from yesterday.
    days = max((limit - work.today) // timedelta(days=1), 1)
    rule = TermRule(
        kind=DeadlineKind.RESOLUTION,
        rule=supervision.reasons[0].rule if supervision.reasons else supervision.kind.value,
        label=Text("督办新限期", "new limit set by supervision"),
        term=f"P{days}D",
        reasons=supervision.reasons,
        # A person set the day; it stands also where nobody works on it.
        rolls=False,
        # The supervision changes the day, not the outcomes that fulfil the duty.
        met_by=replaced[0].met_by if replaced else tuple(ClosureOutcome),
    )
    return start_deadline(
        rule,
        id=work.new_id("deadline"),
        case_id=work.file.case.id,
        warning_id=warning.id,
        starts_on=limit - timedelta(days=days),
        calendar=work.calendar,
        supervision_id=supervision.id,
    )


@declare_input("The undertaking department's reply to a supervision.")
class ReplyToSupervision(Command):
    """Reply to a supervision."""

    target_field: ClassVar[str] = "supervision"

    supervision: str = id_field("supervision", "The supervision.")
    reply: str = text_field("The reply.", max_length=MAX_TEXT_LENGTH)

    def decide(self, work: UnitOfWork) -> Changed:
        """Put the reply on record."""
        check_input(self, work.at)
        supervision = work.file.supervisions[self.supervision]
        warning = work.file.warnings[supervision.warning_id]
        work.require_role(warning.roles_for(WarningAct.RESOLVE), "回复督办", "reply to the supervision")
        if supervision.status is not SupervisionStatus.ISSUED:
            raise wrong_state(
                f"该督办{supervision.status.zh},不能回复",
                f"the supervision is {supervision.status.en}; only an issued one is replied to",
            )
        work.record(SupervisionReplied(warning_id=warning.id, supervision_id=supervision.id, reply=self.reply))
        notice_sending.notify(
            work, Occasion.SUPERVISION_REPLIED, warning.level, warning_id=warning.id, supervision_id=supervision.id
        )
        return Changed(case=warning.case_id, warning=warning.id, supervision=supervision.id)


@declare_input()
class PassDeadline(Command):
    """Put on record that a deadline passed, and require the supervision that the regulation has follow.

    The deadline clock carries it out, no person.
    """

    target_field: ClassVar[str] = "deadline"

    deadline: str = id_field("deadline", "The deadline.")

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it once; one that was settled meanwhile, or put on record already, is left alone."""
        deadline = work.file.deadlines[self.deadline]
        warning = work.file.warnings[deadline.warning_id]
        # Another clock may have been faster, or somebody may have done the duty between the clock's read and this.
        if deadline.open and deadline.passed_at is None and warning.active and work.at >= deadline.due_at:
            work.record(WarningOverdue(warning_id=warning.id, deadline_id=deadline.id))
            consequences.require_supervision(work, warning.id, Occasion.DEADLINE_PASSED)
            notice_sending.notify(work, Occasion.DEADLINE_PASSED, warning.level, warning_id=warning.id)
        return Changed(case=deadline.case_id, warning=warning.id)
