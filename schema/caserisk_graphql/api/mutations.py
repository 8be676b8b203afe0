"""Declare the mutations: each hands its command to the runner and reads what changed, after the commit."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from caserisk.commands import assessments, cases, notices, supervisions, warnings
from caserisk.commands.command import Command
from caserisk.commands.input_fields import description_of
from caserisk.domain.refusals import Refused
from caserisk_graphql.api.command_inputs import CommandInput, command_input
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


async def carry_out(info: strawberry.Info, input: CommandInput) -> dict[str, Any]:
    """Carry out the command of an input for the viewer, and return the payload, whose fields are read from then on."""
    context = info.context
    # Whoever is not signed in learns nothing of what is wrong with an id.
    viewer, command = context.require_viewer(), input.command()
    try:
        result = await context.runner.execute(
            command,
            viewer=viewer,
            expected_version=input.expected_version,
            idempotency_key=input.idempotency_key,
        )
    except Refused as refused:
        return refused_payload(refused.problems)
    # A snapshot from before the commit would show everything as it was.
    await context.refresh(now=context.runner.clock())
    return done_payload(result)


def _mutation(command: type[Command], payload: type[Any], description: str) -> Any:
    """Declare the mutation that carries out a command; its one argument is the command's input."""

    async def resolve(info: strawberry.Info, input: Any) -> Any:
        return await carry_out(info, input)

    resolve.__annotations__ = {
        "info": strawberry.Info,
        "input": Annotated[command_input(command), strawberry.argument(description=description_of(command))],
        "return": payload,
    }
    return strawberry.mutation(resolver=resolve, description=description)


@strawberry.type(description="What can be done. A refused mutation changes nothing and says why in `errors`.")
class Mutation:
    """The root of mutations."""

    open_case: CasePayload = _mutation(cases.OpenCase, CasePayload, "Take a case on (受理案件).")
    assign_case: CasePayload = _mutation(
        cases.AssignCase, CasePayload, "Give a case to a department and a handler, perhaps with a warning (分案)."
    )
    advance_case: CasePayload = _mutation(
        cases.AdvanceCase, CasePayload, "Enter the next stage (进入下一办案环节): the act NEXT_STAGE."
    )
    record_act: CasePayload = _mutation(
        cases.RecordAct, CasePayload, "Do any other gated act; CONCLUSION closes the case (办结)."
    )
    record_petition: CasePayload = _mutation(
        cases.RecordPetition, CasePayload, "Put a letter or a visit that concerns a case on record (信访)."
    )
    submit_assessment: AssessmentPayload = _mutation(
        assessments.SubmitAssessment, AssessmentPayload, "Hand in an assessment, the first or another one (提交评估)."
    )
    review_assessment: AssessmentPayload = _mutation(
        assessments.ReviewAssessment, AssessmentPayload, "Approve an assessment's next step, or send it back (审批)."
    )
    withdraw_assessment: AssessmentPayload = _mutation(
        assessments.WithdrawAssessment,
        AssessmentPayload,
        "Take an assessment back, by who submitted it, before anybody reviewed it (撤回评估).",
    )
    issue_warning: WarningPayload = _mutation(
        warnings.IssueWarning,
        WarningPayload,
        "Issue the warning that is due, by whom the regulation names (发布预警).",
    )
    lift_warning: WarningPayload = _mutation(warnings.LiftWarning, WarningPayload, "Withdraw a warning (解除预警).")
    acknowledge_warning: WarningPayload = _mutation(
        warnings.AcknowledgeWarning, WarningPayload, "Receive a warning; periods from receipt start (签收预警)."
    )
    record_delivery: WarningPayload = _mutation(
        warnings.RecordDelivery,
        WarningPayload,
        "Put on record that a warning was delivered (登记送达), where nobody receives it: its issuer or the hub.",
    )
    adopt_plan: WarningPayload = _mutation(warnings.AdoptPlan, WarningPayload, "Adopt a plan for a warning (确定方案).")
    record_disposition: DispositionPayload = _mutation(
        warnings.RecordDisposition, DispositionPayload, "Put on record what was done to resolve a risk (处置)."
    )
    resolve_warning: WarningPayload = _mutation(
        warnings.ResolveWarning, WarningPayload, "Close a warning as resolved (化解结案)."
    )
    file_warning: WarningPayload = _mutation(
        warnings.FileWarning, WarningPayload, "Send the closing report or form to the hub (报送结案报告)."
    )
    archive_warning: WarningPayload = _mutation(
        warnings.ArchiveWarning, WarningPayload, "Archive a warning: the hub's act (建档归档)."
    )
    supervise_warning: SupervisionPayload = _mutation(
        supervisions.SuperviseWarning, SupervisionPayload, "Issue a supervision, or complete a REQUIRED one (督办)."
    )
    reply_to_supervision: SupervisionPayload = _mutation(
        supervisions.ReplyToSupervision, SupervisionPayload, "Reply to a supervision (督办回复)."
    )
    mark_notice_read: NoticePayload = _mutation(
        notices.MarkNoticeRead, NoticePayload, "Put on record that a notice was read (通知已阅)."
    )
