"""What clients give to mutations, and the command that each input is.

Ids of the wrong form are refused at once (BAD_INPUT); whether they name anything, the command finds out.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import strawberry

from caserisk.commands import assessments, cases, notices, supervisions, warnings
from caserisk.commands.command import Command
from caserisk.commands.factor_answers import AnswerDraft
from caserisk.commands.plans import PlanDraft, SectionDraft
from caserisk.domain import cases as domain_cases
from caserisk_graphql.api.enums import ClosureOutcome, GatedAct, PlanKind, SupervisionKind, Verdict
from caserisk_graphql.reads.argument_checks import bad_id, id_prefix


def _required(description: str) -> Any:
    return strawberry.field(description=description)


def _optional(description: str) -> Any:
    return strawberry.field(description=description, default=None)


def _version(of: str) -> Any:
    return _optional(f"The version of the {of} that was seen; if it has moved on since, CONFLICT.")


def _key() -> Any:
    return _optional("Unique per officer and mutation, kept 30 days: the same key does the work once (幂等键).")


def _id(value: str, noun: str, name: str) -> str:
    """An id of a noun.

    Raises:
        RequestError: BAD_INPUT, where it is none.
    """
    if id_prefix(value, name) != noun:
        raise bad_id(name)
    return value


def _optional_id(value: str | None, noun: str, name: str) -> str | None:
    return None if value is None else _id(value, noun, name)


def _ids(values: list[strawberry.ID] | None, noun: str, name: str) -> tuple[str, ...]:
    return tuple(_id(value, noun, name) for value in values or ())


# ------------------------------------------------------------------------------------------------ parts


@strawberry.input(description="A party of the case being opened (当事人). Of this case only.")
class CasePartyInput:
    """A party."""

    label: str = _required("How the party is called in this case, at most 200 characters.")
    role: str = _required("What they are in it: suspect, victim, appellant … (诉讼地位).")


@strawberry.input(description="The answer to a factor of the regulation.")
class FactorAnswerInput:
    """An answer."""

    factor: str = _required("The key of the factor, as `Regulation.factors` lists it.")
    value: str = _required("`yes` or `no`, the value of an option, a number, or text, by the factor's kind.")


@strawberry.input(description="A section of a plan as written.")
class PlanSectionInput:
    """A section."""

    key: str = _required("The key of the section, as `Regulation.planSections` lists it.")
    text: str = _required("What it says, at most 20,000 characters.")


@strawberry.input(description="A disposition plan (工作预案 / 处置方案).")
class PlanInput:
    """A plan."""

    sections: list[PlanSectionInput] = _required("Its sections, each once.")
    assigned: list[strawberry.ID] | None = _optional("The officers it assigns, of the case's office (定人员).")
    resolution_due_on: date | None = _optional("By when the risk is to be resolved; not in the past (定时限).")

    def draft(self) -> PlanDraft:
        """The plan as the commands take it."""
        return PlanDraft(
            sections=tuple(SectionDraft(key=section.key, text=section.text) for section in self.sections),
            assigned=_ids(self.assigned, "officer", "assigned"),
            resolution_due_on=self.resolution_due_on,
        )


@strawberry.input(description="That a closing condition holds.")
class AttestationInput:
    """An attestation."""

    key: str = _required("The key of the condition, as `Regulation.closingConditions` lists it.")
    note: str | None = _optional("Anything to say about it.")


# ------------------------------------------------------------------------------------------------ inputs


@strawberry.input(description="A case to take on (受理案件).")
class OpenCaseInput:
    """A case to take on (受理案件)."""

    number: str = _required("The case number, unique in the installation, at most 64 characters (案号).")
    title: str = _required("At most 200 characters (案件名称).")
    cause: str = _required("The cause of the case (案由).")
    office: str = _required("The division code of the office that handles it.")
    department: strawberry.ID | None = _optional("The undertaking department; by default the handler's (承办部门).")
    handler: strawberry.ID | None = _optional("The handler (承办人).")
    stage: str | None = _optional("The key of the stage it is in; by default the regulation's first (办案环节).")
    opened_at: datetime | None = _optional("When it was taken on; by default now, never in the future.")
    parties: list[CasePartyInput] | None = _optional("Its parties; by default none.")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return cases.OpenCase(
            office=self.office,
            number=self.number,
            title=self.title,
            cause=self.cause,
            department=_optional_id(self.department, "department", "department"),
            handler=_optional_id(self.handler, "officer", "handler"),
            stage=self.stage,
            opened_at=self.opened_at,
            parties=tuple(domain_cases.CaseParty(label=party.label, role=party.role) for party in self.parties or ()),
        )


@strawberry.input(description="To whom a case is given (分配案件).")
class AssignCaseInput:
    """To whom a case is given (分配案件)."""

    case: strawberry.ID = _required("The case.")
    department: strawberry.ID = _required("The undertaking department.")
    handler: strawberry.ID | None = _optional("The handler, of that department.")
    warn: str | None = _optional(
        "A warning given together with the assignment, and why (分流时同步预警); case managers only."
    )
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return cases.AssignCase(
            case=_id(self.case, "case", "case"),
            department=_id(self.department, "department", "department"),
            handler=_optional_id(self.handler, "officer", "handler"),
            warn=self.warn,
        )


@strawberry.input(description="The stage a case enters: the act NEXT_STAGE.")
class AdvanceCaseInput:
    """The stage a case enters: the act NEXT_STAGE."""

    case: strawberry.ID = _required("The case.")
    to_stage: str = _required("The key of one of `Case.nextStages`.")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return cases.AdvanceCase(case=_id(self.case, "case", "case"), to_stage=self.to_stage)


@strawberry.input(description="A gated act that is done in a case.")
class RecordActInput:
    """A gated act that is done in a case."""

    case: strawberry.ID = _required("The case.")
    act: GatedAct = _required("The act; NEXT_STAGE is `advanceCase`. CONCLUSION closes the case.")
    description: str = _required("What is decided or done, at most 20,000 characters.")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return cases.RecordAct(case=_id(self.case, "case", "case"), act=self.act, description=self.description)


@strawberry.input(description="A letter or a visit that concerns a case (信访事项); of the case, not of who came.")
class RecordPetitionInput:
    """A letter or a visit that concerns a case (信访事项); of the case, not of who came."""

    case: strawberry.ID = _required("The case.")
    channel: str = _required("How it came: letter, visit, hotline, online … at most 64 characters.")
    description: str = _required("What it is about; name nobody.")
    occurred_at: datetime | None = _optional("When; by default now.")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return cases.RecordPetition(
            case=_id(self.case, "case", "case"),
            channel=self.channel,
            description=self.description,
            occurred_at=self.occurred_at,
        )


@strawberry.input(description="An assessment of a case's risk (风险评估).")
class SubmitAssessmentInput:
    """An assessment of a case's risk (风险评估)."""

    case: strawberry.ID = _required("The case.")
    has_risk: bool = _required("Whether there is a risk (有无风险).")
    answers: list[FactorAnswerInput] | None = _optional("The answers to the regulation's factors.")
    proposed_level: str | None = _optional("The code of the level the handler proposes (拟定等级); none without risk.")
    summary: str | None = _optional("What was considered.")
    plan: PlanInput | None = _optional("The contingency plan that comes with it (工作预案).")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return assessments.SubmitAssessment(
            case=_id(self.case, "case", "case"),
            has_risk=self.has_risk,
            answers=tuple(AnswerDraft(factor=answer.factor, value=answer.value) for answer in self.answers or ()),
            proposed_level=self.proposed_level,
            summary=self.summary,
            plan=self.plan.draft() if self.plan else None,
        )


@strawberry.input(description="A reviewer's word on an assessment (审批).")
class ReviewAssessmentInput:
    """A reviewer's word on an assessment (审批)."""

    assessment: strawberry.ID = _required("The assessment.")
    verdict: Verdict = _required("Approved, or sent back.")
    level: str | None = _optional("The code of the level, where the step decides it; by default as proposed.")
    comment: str | None = _optional("The reviewer's opinion.")
    expected_version: int | None = _version("assessment")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return assessments.ReviewAssessment(
            assessment=_id(self.assessment, "assessment", "assessment"),
            verdict=self.verdict,
            level=self.level,
            comment=self.comment,
        )


@strawberry.input(description="The warning that is due from an assessment (发布预警).")
class IssueWarningInput:
    """The warning that is due from an assessment (发布预警)."""

    case: strawberry.ID = _required("The case.")
    assessment: strawberry.ID | None = _optional("The assessment; by default the current one.")
    note: str | None = _optional("What the receiver should know.")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.IssueWarning(
            case=_id(self.case, "case", "case"),
            assessment=_optional_id(self.assessment, "assessment", "assessment"),
            note=self.note,
        )


@strawberry.input(description="A warning that is withdrawn (解除预警); it stays on record.")
class LiftWarningInput:
    """A warning that is withdrawn (解除预警); it stays on record."""

    warning: strawberry.ID = _required("The warning.")
    reason: str = _required("Why.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.LiftWarning(warning=_id(self.warning, "warning", "warning"), reason=self.reason)


@strawberry.input(description="The receipt of a warning (签收预警).")
class AcknowledgeWarningInput:
    """The receipt of a warning (签收预警)."""

    warning: strawberry.ID = _required("The warning.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.AcknowledgeWarning(warning=_id(self.warning, "warning", "warning"))


@strawberry.input(description="A plan that is adopted for a warning (确定处置方案).")
class AdoptPlanInput:
    """A plan that is adopted for a warning (确定处置方案)."""

    warning: strawberry.ID = _required("The warning.")
    kind: PlanKind = strawberry.field(description="Made in advance, or after the warning.", default=PlanKind.SCHEME)
    plan: PlanInput = _required("The plan.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.AdoptPlan(
            warning=_id(self.warning, "warning", "warning"), kind=self.kind, plan=self.plan.draft()
        )


@strawberry.input(description="What was done to resolve a risk (处置措施).")
class RecordDispositionInput:
    """What was done to resolve a risk (处置措施)."""

    case: strawberry.ID = _required("The case.")
    warning: strawberry.ID | None = _optional("The warning it is about; none for what was done without or before one.")
    measure: str = _required("The key of one of `Regulation.measures`.")
    description: str = _required("What was done.")
    outcome: str | None = _optional("What came of it.")
    performed_at: datetime | None = _optional("When; by default now.")
    expected_version: int | None = _version("case")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.RecordDisposition(
            case=_id(self.case, "case", "case"),
            warning=_optional_id(self.warning, "warning", "warning"),
            measure=self.measure,
            description=self.description,
            outcome=self.outcome,
            performed_at=self.performed_at,
        )


@strawberry.input(description="How a warning ends (化解结案).")
class ResolveWarningInput:
    """How a warning ends (化解结案)."""

    warning: strawberry.ID = _required("The warning.")
    outcome: ClosureOutcome = _required("How.")
    feedback: str | None = _optional("What there is to say.")
    attestations: list[AttestationInput] | None = _optional("Every closing condition of the regulation, attested.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.ResolveWarning(
            warning=_id(self.warning, "warning", "warning"),
            outcome=self.outcome,
            feedback=self.feedback,
            attestations=tuple(
                warnings.AttestationDraft(key=item.key, note=item.note) for item in self.attestations or ()
            ),
        )


@strawberry.input(description="The closing report, which goes to the hub (结案报告).")
class FileWarningInput:
    """The closing report, which goes to the hub (结案报告)."""

    warning: strawberry.ID = _required("The warning.")
    report: str = _required("The report.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.FileWarning(warning=_id(self.warning, "warning", "warning"), report=self.report)


@strawberry.input(description="A warning that the hub archives (建档归档).")
class ArchiveWarningInput:
    """A warning that the hub archives (建档归档)."""

    warning: strawberry.ID = _required("The warning.")
    note: str | None = _optional("Anything to say.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return warnings.ArchiveWarning(warning=_id(self.warning, "warning", "warning"), note=self.note)


@strawberry.input(description="A supervision (督办), a new one or one that the regulation requires.")
class SuperviseWarningInput:
    """A supervision (督办), a new one or one that the regulation requires."""

    warning: strawberry.ID = _required("The warning.")
    supervision: strawberry.ID | None = _optional("The REQUIRED supervision that this completes.")
    kind: SupervisionKind = _required("The document, or the body.")
    reason: str = _required("Why.")
    leader: strawberry.ID | None = _optional("Who leads; a SPECIAL_GROUP needs the chief procurator or a deputy.")
    members: list[strawberry.ID] | None = _optional("Its members.")
    new_limit: date | None = _optional("By when the risk is to be resolved now; a CHIEF_LETTER needs one.")
    reply_due_at: datetime | None = _optional("By when a reply is due.")
    expected_version: int | None = _version("warning")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return supervisions.SuperviseWarning(
            warning=_id(self.warning, "warning", "warning"),
            supervision=_optional_id(self.supervision, "supervision", "supervision"),
            kind=self.kind,
            reason=self.reason,
            leader=_optional_id(self.leader, "officer", "leader"),
            members=_ids(self.members, "officer", "members"),
            new_limit=self.new_limit,
            reply_due_at=self.reply_due_at,
        )


@strawberry.input(description="The undertaking department's reply to a supervision.")
class ReplyToSupervisionInput:
    """The undertaking department's reply to a supervision."""

    supervision: strawberry.ID = _required("The supervision.")
    reply: str = _required("The reply.")
    expected_version: int | None = _version("supervision")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return supervisions.ReplyToSupervision(
            supervision=_id(self.supervision, "supervision", "supervision"), reply=self.reply
        )


@strawberry.input(description="A notice that was read.")
class MarkNoticeReadInput:
    """A notice that was read."""

    notice: strawberry.ID = _required("The notice, addressed to who marks it.")
    idempotency_key: str | None = _key()

    def command(self) -> Command:
        """The command."""
        return notices.MarkNoticeRead(notice=_id(self.notice, "notice", "notice"))
