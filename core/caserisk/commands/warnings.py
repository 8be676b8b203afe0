"""Issue, receive, lift, dispose of, resolve, file and archive warnings."""

from __future__ import annotations

from datetime import datetime

from caserisk.commands import consequences, deadlines, notice_sending
from caserisk.commands.command import (
    CaseCommand,
    Changed,
    WarningCommand,
    find_assessment,
    find_warning,
    require_state,
)
from caserisk.commands.input_fields import declare_input, id_field, text_field, value_field
from caserisk.commands.plans import PlanDraft, check_plan, draw_up_plan
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.commands.validation import MAX_TEXT_LENGTH, InputValidator, check_input
from caserisk.domain.assessments import Assessment
from caserisk.domain.dispositions import Disposition, DispositionRecorded, EarlyDispositionRecorded
from caserisk.domain.plans import PlanAdopted
from caserisk.domain.refusals import gate_closed, unknown_value, wrong_state
from caserisk.domain.rules import ClosingCondition, Measure, Occasion
from caserisk.domain.terms import office_time
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    ClosureOutcome,
    DeadlineKind,
    PlanKind,
    Role,
    WarningAct,
)
from caserisk.domain.warnings import (
    Attestation,
    Closure,
    RiskWarning,
    WarningAcknowledged,
    WarningArchived,
    WarningDelivered,
    WarningFiled,
    WarningResolved,
)
from caserisk.regulation import hooks


@declare_input("The warning that is due from an assessment (发布预警).")
class IssueWarning(CaseCommand):
    """Issue the warning that is due from an assessment: by whomever the regulation names (SD-11, ZHU-10)."""

    assessment: str | None = id_field("assessment", "The assessment; by default the current one.", default=None)
    note: str | None = text_field("What the receiver should know.", max_length=MAX_TEXT_LENGTH, default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Issue it."""
        check_input(self, work.at)
        # The state before the role: who may issue the warning depends on the level of its assessment.
        assessment = self._due_assessment(work)
        issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), assessment.level)
        if not issuing.warns:  # since the assessment was confirmed
            raise wrong_state("按现行办法,该等级不发布预警", "by the rules in force there is no warning at this level")
        work.require_role(issuing.roles, "发布预警", "issue the warning")
        warning = consequences.issue_warning(
            work, assessment.level, assessment_id=assessment.id, issued_by_id=work.actor_id, note=self.note
        )
        return Changed(case=self.case, assessment=assessment.id, warning=warning.id)

    def _due_assessment(self, work: UnitOfWork) -> Assessment:
        """Return the confirmed assessment from which a warning is due.

        Raises:
            Refused: NOT_FOUND, WRONG_STATE.
        """
        current = work.file.current_assessment
        assessment = find_assessment(work, self.assessment, "assessment") if self.assessment else current
        if assessment is None or assessment.status is not AssessmentStatus.CONFIRMED or not assessment.pending_issue:
            raise wrong_state(
                "没有待发布的预警:须有已确认的、有风险的评估,且尚未发布预警",
                "no warning is due: it takes a confirmed assessment with risk from which none was issued yet",
            )
        return assessment


@declare_input("A warning that is withdrawn (解除预警); it stays on record.")
class LiftWarning(WarningCommand):
    """Withdraw a warning; it stays on record."""

    reason: str = text_field("Why.", max_length=MAX_TEXT_LENGTH)

    def decide(self, work: UnitOfWork) -> Changed:
        """Lift it."""
        check_input(self, work.at)
        warning = work.file.warnings[self.warning]
        issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(warning), warning.level)
        work.require_role(issuing.lifted_by, WarningAct.LIFT.zh, WarningAct.LIFT.en)
        require_state(warning, WarningAct.LIFT)
        _require_assessment(work, warning)
        # People write in one language; what they wrote is shown in both.
        consequences.lift_warning(work, warning, Text(self.reason, self.reason))
        return Changed(case=warning.case_id, warning=warning.id)


@declare_input("The receipt of a warning (签收预警).")
class AcknowledgeWarning(WarningCommand):
    """Receive a warning; periods that run from receipt start (ZHU-14, A-03)."""

    def decide(self, work: UnitOfWork) -> Changed:
        """Put the receipt on record."""
        warning = self.warning_open_to(WarningAct.ACKNOWLEDGE, work)
        consequences.record_receipt(work, WarningAcknowledged(warning_id=warning.id))
        return Changed(case=warning.case_id, warning=warning.id)


@declare_input("The delivery of a warning that nobody has received (登记送达).")
class RecordDelivery(WarningCommand):
    """Put on record that a warning was delivered, so that its periods run though the receipt is withheld (A-03)."""

    def decide(self, work: UnitOfWork) -> Changed:
        """Put it on record; the receipt is marked as assumed."""
        warning = self.warning_open_to(WarningAct.RECORD_DELIVERY, work)
        consequences.record_receipt(work, WarningDelivered(warning_id=warning.id))
        return Changed(case=warning.case_id, warning=warning.id)


@declare_input("A plan that is adopted for a warning (确定处置方案).")
class AdoptPlan(WarningCommand):
    """Adopt a plan for a warning (ZHU-11, ZHU-13)."""

    kind: PlanKind = value_field("Made in advance, or after the warning.", default=PlanKind.SCHEME)
    plan: PlanDraft = value_field("The plan.")

    def decide(self, work: UnitOfWork) -> Changed:
        """Put it in force."""
        warning = self.warning_open_to(WarningAct.ADOPT_PLAN, work)
        rule = work.regulation.ask(
            hooks.caserisk_plan, work.facts(warning), self.kind, has_risk=True, level=warning.level
        )
        validator = InputValidator()
        check_plan(work, self.plan, rule, validator)
        validator.raise_problems()
        plan = draw_up_plan(work, self.plan, rule, kind=self.kind, warning_id=warning.id)
        work.record(PlanAdopted(warning_id=warning.id, plan=plan))
        deadlines.meet(work, warning.id, DeadlineKind.PLAN)
        return Changed(case=warning.case_id, warning=warning.id)


@declare_input("What was done to resolve a risk (处置措施).")
class RecordDisposition(CaseCommand):
    """Put on record what was done to resolve the risk, with or without a warning (BAO-01)."""

    warning: str | None = id_field(
        "warning", "The warning it is about; none for what was done without or before one.", default=None
    )
    measure: str = value_field("The key of one of `Regulation.measures`.")
    description: str = text_field("What was done.", max_length=MAX_TEXT_LENGTH)
    outcome: str | None = text_field("What came of it.", max_length=MAX_TEXT_LENGTH, default=None)
    performed_at: datetime | None = value_field("When; by default now.", not_future=True, default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        performed_at = self.performed_at or work.at
        measure = self._check(work, performed_at)
        # A measure may be taken before an assessment is approved, and without any warning (BAO-01).
        warning = find_warning(work, self.warning, "warning") if self.warning is not None else None
        roles = (
            warning.roles_for(WarningAct.RECORD_DISPOSITION) if warning else (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
        )
        work.require_role(roles, WarningAct.RECORD_DISPOSITION.zh, WarningAct.RECORD_DISPOSITION.en)
        disposition = Disposition(
            id=work.new_id("disposition"),
            case_id=self.case,
            warning_id=self.warning,
            measure=measure,
            description=self.description,
            outcome=self.outcome,
            performed_by_id=work.require_officer().id,
            performed_at=performed_at,
        )
        if warning:
            # Before the state, which a missing scheme fails too: this refusal gives the regulation's reasons.
            _require_scheme(work, warning)
            require_state(warning, WarningAct.RECORD_DISPOSITION)
            work.record(DispositionRecorded(warning_id=warning.id, disposition=disposition))
        else:
            work.record(EarlyDispositionRecorded(disposition=disposition))
        return Changed(case=self.case, warning=self.warning, disposition=disposition.id)

    def _check(self, work: UnitOfWork, performed_at: datetime) -> Measure:
        """Return the measure of the regulation that was taken.

        Raises:
            Refused: INVALID.
        """
        validator = InputValidator()
        validator.check_fields(self, work.at)
        if performed_at < work.file.case.opened_at:
            opened = office_time(work.file.case.opened_at)
            validator.reject(f"早于受理时间 {opened}", f"before the case was opened ({opened})", "performed_at")
        validator.raise_problems()
        measures = {measure.key: measure for measure in work.regulation.ask(hooks.caserisk_measures, work.facts())}
        if self.measure not in measures:
            raise unknown_value("处置措施", "measure", self.measure, measures, "measure")
        return measures[self.measure]


@declare_input("That a closing condition holds.")
class AttestationDraft:
    """A closing condition attested."""

    key: str = value_field("The key of the condition, as `Regulation.closing_conditions` lists it.")
    note: str | None = text_field("Anything to say about it.", max_length=MAX_TEXT_LENGTH, default=None)


@declare_input("How a warning ends (化解结案).")
class ResolveWarning(WarningCommand):
    """Close a warning as resolved (A-02, A-32)."""

    outcome: ClosureOutcome = value_field("How.")
    feedback: str | None = text_field("What there is to say.", max_length=MAX_TEXT_LENGTH, default=None)
    attestations: tuple[AttestationDraft, ...] = value_field(
        "Every closing condition of the regulation, attested.", default=()
    )

    def decide(self, work: UnitOfWork) -> Changed:
        """Resolve it."""
        warning = work.file.warnings[self.warning]
        work.require_role(warning.roles_for(WarningAct.RESOLVE), WarningAct.RESOLVE.zh, WarningAct.RESOLVE.en)
        # Of a warning that is closed, the state is what is wrong, not a scheme that is missing.
        if warning.active:
            _require_scheme(work, warning)
        require_state(warning, WarningAct.RESOLVE)
        _require_assessment(work, warning)
        closure = Closure(
            outcome=self.outcome,
            feedback=self.feedback,
            attestations=self._check_attestations(work, warning),
            by_id=work.require_officer().id,
            at=work.at,
        )
        work.record(WarningResolved(warning_id=warning.id, closure=closure))
        deadlines.settle_resolved(work, work.file.warnings[warning.id])
        notice_sending.notify(work, Occasion.WARNING_RESOLVED, warning.level, warning_id=warning.id)
        return Changed(case=warning.case_id, warning=warning.id)

    def _check_attestations(self, work: UnitOfWork, warning: RiskWarning) -> tuple[Attestation, ...]:
        """Return the attestations: one of each closing condition, and none of anything else (BAO-10).

        Raises:
            Refused: INVALID.
        """
        conditions = {
            item.key: item
            for item in work.regulation.ask(hooks.caserisk_closing_conditions, work.facts(warning), warning.level)
        }
        validator = InputValidator()
        validator.check_fields(self, work.at)
        for index, draft in enumerate(self.attestations):
            path = ("attestations", str(index))
            validator.check_fields(draft, work.at, *path)
            if draft.key not in conditions:
                validator.reject_unknown("结案条件", "closing condition", draft.key, conditions, *path, "key")
        attested = {draft.key: draft for draft in self.attestations}
        # Every condition has to hold; a warning is not closed on some of them (BAO-10).
        for condition in conditions.values():
            if condition.key not in attested:
                zh = f"须确认「{condition.label.zh}」({condition.key})"
                validator.reject(zh, f"{condition.key!r} ({condition.label.en}) has to be attested", "attestations")
        validator.raise_problems()
        return tuple(_attestation(work, conditions[draft.key], draft) for draft in attested.values())


@declare_input("The closing report, which goes to the hub (结案报告).")
class FileWarning(WarningCommand):
    """Send the closing report to the hub (ZHU-12)."""

    report: str = text_field("The report.", max_length=MAX_TEXT_LENGTH)

    def decide(self, work: UnitOfWork) -> Changed:
        """File it."""
        check_input(self, work.at)
        warning = self.warning_open_to(WarningAct.FILE, work)
        work.record(WarningFiled(warning_id=warning.id, report=self.report))
        notice_sending.notify(work, Occasion.WARNING_FILED, warning.level, warning_id=warning.id)
        return Changed(case=warning.case_id, warning=warning.id)


@declare_input("A warning that the hub archives (建档归档).")
class ArchiveWarning(WarningCommand):
    """Archive a warning: the hub's act (SD-11, ZHU-12)."""

    note: str | None = text_field("Anything to say.", max_length=MAX_TEXT_LENGTH, default=None)

    def decide(self, work: UnitOfWork) -> Changed:
        """Archive it."""
        check_input(self, work.at)
        warning = self.warning_open_to(WarningAct.ARCHIVE, work)
        work.record(WarningArchived(warning_id=warning.id, note=self.note))
        notice_sending.notify(work, Occasion.WARNING_ARCHIVED, warning.level, warning_id=warning.id)
        return Changed(case=warning.case_id, warning=warning.id)


# ------------------------------------------------------------------------------------------------ shared


def _require_scheme(work: UnitOfWork, warning: RiskWarning) -> None:
    """Refuse what is done before the scheme that the regulation wants is adopted (ZHU-13)."""
    # Before the receipt the state refuses the act anyway, with a message about the receipt.
    if warning.received and warning.scheme_required and not warning.scheme_adopted:
        rule = work.regulation.ask(
            hooks.caserisk_plan, work.facts(warning), PlanKind.SCHEME, has_risk=True, level=warning.level
        )
        zh, en = "须先确定处置方案", "a disposition scheme has to be adopted first"
        raise gate_closed(zh, en, rule.reasons)


def _require_assessment(work: UnitOfWork, warning: RiskWarning) -> None:
    """Refuse to close a warning that was given at intake before the case is assessed (RUZ-09).

    Raises:
        Refused: WRONG_STATE.
    """
    # A confirmed assessment names the warning that ran then, or the one issued from it.
    if warning.assessment_id is None and all(item.warning_id != warning.id for item in work.file.assessments.values()):
        raise wrong_state(
            "分流时发布的预警,须先经评估确认方可结案或解除",
            "a warning given with the assignment is closed only after an assessment of the case is confirmed",
        )


def _attestation(work: UnitOfWork, condition: ClosingCondition, draft: AttestationDraft) -> Attestation:
    by_id, at = work.require_officer().id, work.at
    return Attestation(key=condition.key, label=condition.label, note=draft.note, by_id=by_id, at=at)
