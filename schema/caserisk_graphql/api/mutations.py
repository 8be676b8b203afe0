"""The mutations: each hands its command to the runner and reads what changed, after the commit."""

from __future__ import annotations

from typing import Annotated, Any, Protocol

import strawberry
from strawberry.types.base import get_object_definition

from caserisk.commands.command import Command
from caserisk.domain.refusals import Refused
from caserisk_graphql.api import inputs
from caserisk_graphql.api.payloads import (
    AssessmentPayload,
    CasePayload,
    DispositionPayload,
    NoticePayload,
    SupervisionPayload,
    WarningPayload,
    done_payload,
    refused_payload,
)


class MutationInput(Protocol):
    """What every input of a mutation has."""

    idempotency_key: str | None

    def command(self) -> Command:
        """The command it is."""
        ...


async def carry_out(info: strawberry.Info, input: MutationInput) -> dict[str, Any]:
    """Carry out an input's command for who asks; the fields of the answer are read from then on."""
    context = info.context
    viewer, command = context.require_viewer(), input.command()
    try:
        done = await context.runner.execute(
            command,
            viewer=viewer,
            expected_version=getattr(input, "expected_version", None),
            idempotency_key=input.idempotency_key,
        )
    except Refused as refused:
        return refused_payload(refused.problems)
    await context.refresh(now=context.runner.clock())
    return done_payload(done)


def _act(input_type: type[Any], payload: type[Any], description: str) -> Any:
    """A mutation that takes one input object."""

    async def resolve(info: strawberry.Info, input: Any) -> Any:
        return await carry_out(info, input)

    described = strawberry.argument(description=get_object_definition(input_type, strict=True).description)
    resolve.__annotations__ = {
        "info": strawberry.Info,
        "input": Annotated[input_type, described],
        "return": payload,
    }
    return strawberry.mutation(resolver=resolve, description=description)


@strawberry.type(description="What can be done. A refused mutation changes nothing and says why in `errors`.")
class Mutation:
    """The root of mutations."""

    open_case: CasePayload = _act(inputs.OpenCaseInput, CasePayload, "Take a case on (受理案件).")
    assign_case: CasePayload = _act(
        inputs.AssignCaseInput, CasePayload, "Give a case to a department and a handler, perhaps with a warning (分案)."
    )
    advance_case: CasePayload = _act(
        inputs.AdvanceCaseInput, CasePayload, "Enter the next stage (进入下一办案环节): the act NEXT_STAGE."
    )
    record_act: CasePayload = _act(
        inputs.RecordActInput, CasePayload, "Do any other gated act; CONCLUSION closes the case (办结)."
    )
    record_petition: CasePayload = _act(
        inputs.RecordPetitionInput, CasePayload, "Put a letter or a visit that concerns a case on record (信访)."
    )
    submit_assessment: AssessmentPayload = _act(
        inputs.SubmitAssessmentInput, AssessmentPayload, "Hand in an assessment, the first or another one (提交评估)."
    )
    review_assessment: AssessmentPayload = _act(
        inputs.ReviewAssessmentInput, AssessmentPayload, "Approve an assessment's next step, or send it back (审批)."
    )
    issue_warning: WarningPayload = _act(
        inputs.IssueWarningInput,
        WarningPayload,
        "Issue the warning that is due, by whom the regulation names (发布预警).",
    )
    lift_warning: WarningPayload = _act(inputs.LiftWarningInput, WarningPayload, "Withdraw a warning (解除预警).")
    acknowledge_warning: WarningPayload = _act(
        inputs.AcknowledgeWarningInput, WarningPayload, "Receive a warning; periods from receipt start (签收预警)."
    )
    adopt_plan: WarningPayload = _act(inputs.AdoptPlanInput, WarningPayload, "Adopt a plan for a warning (确定方案).")
    record_disposition: DispositionPayload = _act(
        inputs.RecordDispositionInput, DispositionPayload, "Put on record what was done to resolve a risk (处置)."
    )
    resolve_warning: WarningPayload = _act(
        inputs.ResolveWarningInput, WarningPayload, "Close a warning as resolved (化解结案)."
    )
    file_warning: WarningPayload = _act(
        inputs.FileWarningInput, WarningPayload, "Send the closing report or form to the hub (报送结案报告)."
    )
    archive_warning: WarningPayload = _act(
        inputs.ArchiveWarningInput, WarningPayload, "Archive a warning: the hub's act (建档归档)."
    )
    supervise_warning: SupervisionPayload = _act(
        inputs.SuperviseWarningInput, SupervisionPayload, "Issue a supervision, or complete a REQUIRED one (督办)."
    )
    reply_to_supervision: SupervisionPayload = _act(
        inputs.ReplyToSupervisionInput, SupervisionPayload, "Reply to a supervision (督办回复)."
    )
    mark_notice_read: NoticePayload = _act(
        inputs.MarkNoticeReadInput, NoticePayload, "Put on record that a notice was read (通知已阅)."
    )
