"""What is done to a warning, from issue to archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from caserisk.commands import consequences, deadlines, notifications
from caserisk.commands.checks import LONG, Checks
from caserisk.commands.command import (
    CaseCommand,
    Changed,
    WarningCommand,
    assessment_of,
    require_state,
    running_warning,
)
from caserisk.commands.plans import PlanDraft, check_plan, drawn_up
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.assessments import Assessment
from caserisk.domain.dispositions import Disposition, DispositionRecorded, EarlyDispositionRecorded
from caserisk.domain.plans import PlanAdopted
from caserisk.domain.refusals import gate_closed, unknown_value, wrong_state
from caserisk.domain.rules import ClosingCondition, Measure, Occasion
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    AssessmentStatus,
    ClosureOutcome,
    DeadlineKind,
    PlanKind,
    Role,
    WarningAct,
)
from caserisk.domain.warnings import Attestation, Closure, RiskWarning, WarningArchived, WarningFiled, WarningResolved
from caserisk.regulation import hooks


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWarning(CaseCommand):
    """Issue the warning that is due from an assessment: by whomever the regulation names (SD-11, ZHU-10)."""

    mutation: ClassVar[str] = "issueWarning"

    assessment: str | None = None
    note: str | None = None

    def decide(self, work: UnitOfWork) -> Changed:
        """Issue it."""
        checks = Checks()
        checks.optional_text(self.note, LONG, "note")
        checks.done()
        assessment = self._assessment(work)
        issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(), assessment.level)
        work.require(issuing.roles, "发布预警", "issue the warning")
        warning = consequences.issue(
            work, assessment.level, assessment_id=assessment.id, issued_by_id=work.actor_id, note=self.note
        )
        return Changed(case=self.case, assessment=assessment.id, warning=warning.id)

    def _assessment(self, work: UnitOfWork) -> Assessment:
        """The confirmed assessment from which a warning is due."""
        current = work.file.current_assessment
        assessment = assessment_of(work, self.assessment, "assessment") if self.assessment else current
        if assessment is None or assessment.status is not AssessmentStatus.CONFIRMED or not assessment.pending_issue:
            raise wrong_state(
                "没有待发布的预警:须有已确认的、有风险的评估,且尚未发布预警",
                "no warning is due: it takes a confirmed assessment with risk from which none was issued yet",
            )
        return assessment


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftWarning(WarningCommand):
    """Withdraw a warning; it stays on record."""

    mutation: ClassVar[str] = "liftWarning"

    reason: str

    def decide(self, work: UnitOfWork) -> Changed:
        """Lift it."""
        checks = Checks()
        checks.text(self.reason, LONG, "reason")
        checks.done()
        warning = work.file.warnings[self.warning]
        issuing = work.regulation.ask(hooks.caserisk_issuing, work.facts(warning), warning.level)
        work.require(issuing.lifted_by, WarningAct.LIFT.zh, WarningAct.LIFT.en)
        require_state(warning, WarningAct.LIFT)
        consequences.lift(work, warning, Text(self.reason, self.reason))
        return Changed(case=warning.case_id, warning=warning.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeWarning(WarningCommand):
    """Receive a warning; periods that run from receipt start (ZHU-14, A-03)."""

    mutation: ClassVar[str] = "acknowledgeWarning"

    def decide(self, work: UnitOfWork) -> Changed:
        """Put the receipt on record."""
        warning = self.open(work, WarningAct.ACKNOWLEDGE)
        consequences.receive(work, warning.id)
        return Changed(case=warning.case_id, warning=warning.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPlan(WarningCommand):
    """Adopt a plan for a warning (ZHU-11, ZHU-13)."""

    mutation: ClassVar[str] = "adoptPlan"

    plan: PlanDraft
    kind: PlanKind = PlanKind.SCHEME

    @property
    def officers(self) -> tuple[str, ...]:
        """Those the plan assigns."""
        return self.plan.assigned

    def decide(self, work: UnitOfWork) -> Changed:
        """Put it in force."""
        warning = self.open(work, WarningAct.ADOPT_PLAN)
        rule = work.regulation.ask(
            hooks.caserisk_plan, work.facts(warning), self.kind, has_risk=True, level=warning.level
        )
        checks = Checks()
        check_plan(work, self.plan, rule, checks)
        checks.done()
        plan = drawn_up(work, self.plan, rule, kind=self.kind, warning_id=warning.id)
        work.record(PlanAdopted(warning_id=warning.id, plan=plan))
        deadlines.meet(work, warning.id, DeadlineKind.PLAN)
        return Changed(case=warning.case_id, warning=warning.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDisposition(CaseCommand):
    """Put on record what was done to resolve the risk, with or without a warning (BAO-01)."""

    mutation: ClassVar[str] = "recordDisposition"

    measure: str
    description: str
    warning: str | None = None
    outcome: str | None = None
    performed_at: datetime | None = None

    def decide(self, work: UnitOfWork) -> Changed:
        """Record it."""
        performed_at = self.performed_at or work.at
        measure = self._check(work, performed_at)
        warning = running_warning(work, self.warning, "warning")
        roles = (
            warning.roles_for(WarningAct.RECORD_DISPOSITION) if warning else (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
        )
        work.require(roles, WarningAct.RECORD_DISPOSITION.zh, WarningAct.RECORD_DISPOSITION.en)
        disposition = Disposition(
            id=work.new_id("disposition"),
            case_id=self.case,
            warning_id=self.warning,
            measure=measure,
            description=self.description,
            outcome=self.outcome,
            performed_by_id=work.actor().id,
            performed_at=performed_at,
        )
        if warning:
            _require_scheme(work, warning)
            require_state(warning, WarningAct.RECORD_DISPOSITION)
            work.record(DispositionRecorded(warning_id=warning.id, disposition=disposition))
        else:
            work.record(EarlyDispositionRecorded(disposition=disposition))
        return Changed(case=self.case, warning=self.warning, disposition=disposition.id)

    def _check(self, work: UnitOfWork, performed_at: datetime) -> Measure:
        checks = Checks()
        checks.text(self.description, LONG, "description")
        checks.optional_text(self.outcome, LONG, "outcome")
        checks.not_after(performed_at, work.at, "performedAt")
        if performed_at < work.file.case.opened_at:
            opened = work.file.case.opened_at.isoformat()
            checks.wrong(f"早于受理时间 {opened}", f"before the case was opened ({opened})", "performedAt")
        checks.done()
        measures = {measure.key: measure for measure in work.regulation.ask(hooks.caserisk_measures, work.facts())}
        if self.measure not in measures:
            raise unknown_value("处置措施", "measure", self.measure, measures, "measure")
        return measures[self.measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationDraft:
    """A closing condition attested."""

    key: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveWarning(WarningCommand):
    """Close a warning as resolved (A-02, A-32)."""

    mutation: ClassVar[str] = "resolveWarning"

    outcome: ClosureOutcome
    feedback: str | None = None
    attestations: tuple[AttestationDraft, ...] = ()

    def decide(self, work: UnitOfWork) -> Changed:
        """Resolve it."""
        warning = work.file.warnings[self.warning]
        work.require(warning.roles_for(WarningAct.RESOLVE), WarningAct.RESOLVE.zh, WarningAct.RESOLVE.en)
        if warning.active:
            _require_scheme(work, warning)
        require_state(warning, WarningAct.RESOLVE)
        closure = Closure(
            outcome=self.outcome,
            feedback=self.feedback,
            attestations=self._attested(work, warning),
            by_id=work.actor().id,
            at=work.at,
        )
        work.record(WarningResolved(warning_id=warning.id, closure=closure))
        deadlines.close(work, work.file.warnings[warning.id])
        notifications.notify(work, Occasion.WARNING_RESOLVED, warning.level, warning_id=warning.id)
        return Changed(case=warning.case_id, warning=warning.id)

    def _attested(self, work: UnitOfWork, warning: RiskWarning) -> tuple[Attestation, ...]:
        """The attestations, where each condition has one and each is of a condition (BAO-10)."""
        conditions = {
            item.key: item
            for item in work.regulation.ask(hooks.caserisk_closing_conditions, work.facts(warning), warning.level)
        }
        checks = Checks()
        checks.optional_text(self.feedback, LONG, "feedback")
        for index, draft in enumerate(self.attestations):
            path = ("attestations", str(index))
            checks.optional_text(draft.note, LONG, *path, "note")
            if draft.key not in conditions:
                checks.not_among("结案条件", "closing condition", draft.key, conditions, *path, "key")
        given = {draft.key: draft for draft in self.attestations}
        for condition in conditions.values():
            if condition.key not in given:
                zh = f"须确认「{condition.label.zh}」({condition.key})"
                checks.wrong(zh, f"{condition.key!r} ({condition.label.en}) has to be attested", "attestations")
        checks.done()
        return tuple(_attestation(work, conditions[draft.key], draft) for draft in given.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWarning(WarningCommand):
    """Send the closing report to the hub (ZHU-12)."""

    mutation: ClassVar[str] = "fileWarning"

    report: str

    def decide(self, work: UnitOfWork) -> Changed:
        """File it."""
        checks = Checks()
        checks.text(self.report, LONG, "report")
        checks.done()
        warning = self.open(work, WarningAct.FILE)
        work.record(WarningFiled(warning_id=warning.id, report=self.report))
        return Changed(case=warning.case_id, warning=warning.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveWarning(WarningCommand):
    """Archive a warning: the hub's act (SD-11, ZHU-12)."""

    mutation: ClassVar[str] = "archiveWarning"

    note: str | None = None

    def decide(self, work: UnitOfWork) -> Changed:
        """Archive it."""
        checks = Checks()
        checks.optional_text(self.note, LONG, "note")
        checks.done()
        warning = self.open(work, WarningAct.ARCHIVE)
        work.record(WarningArchived(warning_id=warning.id, note=self.note))
        return Changed(case=warning.case_id, warning=warning.id)


# ------------------------------------------------------------------------------------------------ shared


def _require_scheme(work: UnitOfWork, warning: RiskWarning) -> None:
    """Let nothing be done before the scheme the regulation wants is adopted (ZHU-13)."""
    if warning.received and warning.scheme_required and not warning.scheme_adopted:
        rule = work.regulation.ask(
            hooks.caserisk_plan, work.facts(warning), PlanKind.SCHEME, has_risk=True, level=warning.level
        )
        zh, en = "须先确定处置方案", "a disposition scheme has to be adopted first"
        raise gate_closed(zh, en, rule.reasons)


def _attestation(work: UnitOfWork, condition: ClosingCondition, draft: AttestationDraft) -> Attestation:
    by_id, at = work.actor().id, work.at
    return Attestation(key=condition.key, label=condition.label, note=draft.note, by_id=by_id, at=at)
