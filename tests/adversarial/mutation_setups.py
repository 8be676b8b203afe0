"""The examples of mutations: cases of Zhuzhou brought to where one can be done next, and what is expected of it.

This is the one table of mutations that tests keep by hand. A new mutation gets a function here, under its name, that
sets its stage with an input that gives every field; whoever may do it, and what comes of it, stand above.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from caserisk.commands.plans import PlanDraft
from caserisk.commands.supervisions import SuperviseWarning
from caserisk.commands.warnings import AdoptPlan, FileWarning, ResolveWarning
from caserisk.domain.vocabulary import ClosureOutcome, Role, SupervisionKind
from caserisk.store import tables as t
from caserisk_graphql.naming import api_name
from tests.support import flows
from tests.support.stored import stored_value
from tests.support.world import StaffedOffice, World

Input = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationSetup:
    """A mutation that can be done, by whom, and with which input."""

    mutation: str
    role: Role
    input: Input
    case: str | None = None

    def but(self, **changed: Any) -> Input:
        """Return the input with other values."""
        return {**self.input, **changed}


Prepare = Callable[[World, StaffedOffice], Awaitable[MutationSetup]]
"""Brings a new case of an office under Zhuzhou's regulation to where a mutation can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """How a mutation is tried, and what is expected of it.

    ``may``: who may do it in Zhuzhou, where the case is of their office and their department, and the handler's own.
    ``again``: the code and the path of what the same input meets a second time; None where it may be done many times.
    ``announces``: the changes of warnings that it brings, where it always brings the same.
    """

    prepare: Prepare
    may: frozenset[Role]
    again: tuple[str, str] | None
    announces: tuple[str, ...] | None


EXAMPLES: dict[str, Example] = {}
"""The examples by the names of the mutations."""


def example(
    *may: Role, again: tuple[str, str] | None, announces: tuple[str, ...] | None = None
) -> Callable[[Prepare], Prepare]:
    """Enter the function that prepares the mutation it is named after; for the arguments see `Example`."""

    def enter(prepare: Prepare) -> Prepare:
        mutation = api_name(prepare.__name__.removeprefix("_"))
        EXAMPLES[mutation] = Example(prepare=prepare, may=frozenset(may), again=again, announces=announces)
        return prepare

    return enter


async def prepare_mutation(world: World, office: StaffedOffice, mutation: str) -> MutationSetup:
    """Bring a new case of an office under Zhuzhou's regulation to where the mutation can be done."""
    return await EXAMPLES[mutation].prepare(world, office)


UNDERTAKING = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD)
ASSIGNING = (Role.CASE_MANAGER, *UNDERTAKING)
WRONG_STATE = ("WRONG_STATE", "")


def _plan(draft: PlanDraft, world: World, office: StaffedOffice) -> Input:
    return {
        "sections": [{"key": section.key, "text": section.text} for section in draft.sections],
        "assigned": [office.officer_id(Role.CASE_HANDLER), office.officer_id(Role.DEPARTMENT_HEAD)],
        "resolutionDueOn": (world.now + timedelta(days=30)).date().isoformat(),
    }


# ------------------------------------------------------------------------------------------------ cases


@example(*ASSIGNING, again=("CONFLICT", "number"), announces=())
async def _open_case(world: World, office: StaffedOffice) -> MutationSetup:
    input = {
        "number": f"检公诉〔2026〕{world.runner.new_id('n')}号",
        "title": "故意伤害案",
        "cause": "故意伤害",
        "office": office.code,
        "department": office.department().id,
        "handler": office.officer_id(Role.CASE_HANDLER),
        "stage": "acceptance",
        "openedAt": world.now.isoformat(),
        "parties": [{"label": "甲某", "role": "犯罪嫌疑人"}],
    }
    return MutationSetup(mutation="openCase", role=Role.CASE_MANAGER, input=input)


@example(*ASSIGNING, again=None)
async def _assign_case(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    handler, department = office.officer_id(Role.CASE_HANDLER), office.department().id
    input = {"case": case, "department": department, "handler": handler}  # Zhuzhou has no warning with an assignment
    return MutationSetup(mutation="assignCase", role=Role.CASE_MANAGER, input=input, case=case)


@example(Role.CASE_HANDLER, again=("INVALID", "toStage"), announces=())
async def _advance_case(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    input = {"case": case, "toStage": "examination"}
    return MutationSetup(mutation="advanceCase", role=Role.CASE_HANDLER, input=input, case=case)


@example(Role.CASE_HANDLER, again=None, announces=())
async def _record_act(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    input = {"case": case, "act": "COMPULSORY_MEASURE", "description": "拟逮捕"}
    return MutationSetup(mutation="recordAct", role=Role.CASE_HANDLER, input=input, case=case)


@example(*UNDERTAKING, Role.COMPLAINTS_OFFICER, again=None, announces=())
async def _record_petition(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    input = {"case": case, "channel": "来访", "description": "来访一次", "occurredAt": world.now.isoformat()}
    return MutationSetup(mutation="recordPetition", role=Role.CASE_HANDLER, input=input, case=case)


# ------------------------------------------------------------------------------------------------ assessments


@example(Role.CASE_HANDLER, again=WRONG_STATE)
async def _submit_assessment(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    input = {
        "case": case,
        "hasRisk": True,
        "answers": [{"factor": "party-reaction", "value": "marked"}],
        "proposedLevel": "level-3",
        "overrideReason": "另有多人联名反映",
        "summary": "被害人亲属情绪激动",
        "plan": _plan(flows.plan("demands", "risks"), world, office),
    }
    return MutationSetup(mutation="submitAssessment", role=Role.CASE_HANDLER, input=input, case=case)


@example(Role.EXPERT_COMMITTEE, again=WRONG_STATE)
async def _review_assessment(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    assessment = await flows.submit(world, office, case, level="level-3")
    await flows.review(world, office, assessment, *flows.HEAD_AND_LEADER)
    input = {
        "assessment": assessment,
        "verdict": "APPROVED",
        "level": "level-4",
        "comment": "同意",
        "participants": [office.officer_id(role) for role in (Role.DEPUTY_CHIEF_PROCURATOR, Role.DEPARTMENT_HEAD)],
        "votes": {"inFavour": 2, "against": 0, "abstained": 0},
    }
    return MutationSetup(mutation="reviewAssessment", role=Role.EXPERT_COMMITTEE, input=input, case=case)


@example(Role.CASE_HANDLER, again=WRONG_STATE)
async def _withdraw_assessment(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    input = {"assessment": await flows.submit(world, office, case, level="level-3"), "reason": "情况有变"}
    return MutationSetup(mutation="withdrawAssessment", role=Role.CASE_HANDLER, input=input, case=case)


# ------------------------------------------------------------------------------------------------ warnings


@example(Role.LEADING_GROUP_OFFICE, again=WRONG_STATE)
async def _issue_warning(world: World, office: StaffedOffice) -> MutationSetup:
    case = await world.open_case(office)
    assessment = await flows.submit(world, office, case, level="level-3")
    await flows.review(world, office, assessment, *flows.HEAD_AND_LEADER, Role.EXPERT_COMMITTEE)
    input = {"case": case, "assessment": assessment, "note": "请及时签收"}
    return MutationSetup(mutation="issueWarning", role=Role.LEADING_GROUP_OFFICE, input=input, case=case)


@example(Role.EXPERT_COMMITTEE, again=WRONG_STATE, announces=("LIFTED",))
async def _lift_warning(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await flows.warn_in_zhuzhou(world, office)
    input = {"warning": warned.warning, "reason": "风险消除"}
    return MutationSetup(mutation="liftWarning", role=Role.EXPERT_COMMITTEE, input=input, case=warned.case)


@example(*UNDERTAKING, again=WRONG_STATE, announces=("ACKNOWLEDGED",))
async def _acknowledge_warning(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await flows.warn_in_zhuzhou(world, office)
    input = {"warning": warned.warning}
    return MutationSetup(mutation="acknowledgeWarning", role=Role.DEPARTMENT_HEAD, input=input, case=warned.case)


@example(Role.LEADING_GROUP_OFFICE, Role.COMPLAINTS_OFFICER, again=WRONG_STATE, announces=("DELIVERED",))
async def _record_delivery(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await flows.warn_in_zhuzhou(world, office)
    input = {"warning": warned.warning}
    return MutationSetup(mutation="recordDelivery", role=Role.COMPLAINTS_OFFICER, input=input, case=warned.case)


@example(*UNDERTAKING, again=None, announces=("PLAN_ADOPTED",))
async def _adopt_plan(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await flows.receive_in_zhuzhou(world, office)
    input = {"warning": warned.warning, "kind": "SCHEME", "plan": _plan(flows.SCHEME, world, office)}
    return MutationSetup(mutation="adoptPlan", role=Role.CASE_HANDLER, input=input, case=warned.case)


async def _in_disposition(world: World, office: StaffedOffice) -> flows.Warned:
    warned = await flows.receive_in_zhuzhou(world, office)
    await world.do(AdoptPlan(warning=warned.warning, plan=flows.SCHEME), office.viewer(Role.CASE_HANDLER))
    return warned


@example(*UNDERTAKING, again=None)
async def _record_disposition(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await _in_disposition(world, office)
    input = {
        "case": warned.case,
        "warning": warned.warning,
        "measure": "explanation",
        "description": "释法说理",
        "outcome": "情绪平复",
        "performedAt": world.now.isoformat(),
    }
    return MutationSetup(mutation="recordDisposition", role=Role.CASE_HANDLER, input=input, case=warned.case)


@example(*UNDERTAKING, again=WRONG_STATE, announces=("RESOLVED",))
async def _resolve_warning(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await _in_disposition(world, office)
    input = {"warning": warned.warning, "outcome": "SETTLED", "feedback": "息诉罢访", "attestations": []}
    return MutationSetup(mutation="resolveWarning", role=Role.CASE_HANDLER, input=input, case=warned.case)


async def _resolved(world: World, office: StaffedOffice) -> flows.Warned:
    warned, handler = await _in_disposition(world, office), office.viewer(Role.CASE_HANDLER)
    await world.do(ResolveWarning(warning=warned.warning, outcome=ClosureOutcome.SETTLED), handler)
    return warned


@example(*UNDERTAKING, again=WRONG_STATE, announces=("FILED",))
async def _file_warning(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await _resolved(world, office)
    input = {"warning": warned.warning, "report": "结案报告"}
    return MutationSetup(mutation="fileWarning", role=Role.CASE_HANDLER, input=input, case=warned.case)


@example(Role.COMPLAINTS_OFFICER, again=WRONG_STATE, announces=("ARCHIVED",))
async def _archive_warning(world: World, office: StaffedOffice) -> MutationSetup:
    warned = await _resolved(world, office)
    await world.do(FileWarning(warning=warned.warning, report="结案报告"), office.viewer(Role.CASE_HANDLER))
    input = {"warning": warned.warning, "note": "归入案卷"}
    return MutationSetup(mutation="archiveWarning", role=Role.COMPLAINTS_OFFICER, input=input, case=warned.case)


# ------------------------------------------------------------------------------------------------ supervisions, notices


@example(Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR, again=WRONG_STATE, announces=("SUPERVISED",))
async def _supervise_warning(world: World, office: StaffedOffice) -> MutationSetup:
    """Complete the special group that a red warning requires (ZHU-19), when it is late and a new limit may be set."""
    warned = await flows.receive_in_zhuzhou(world, office, level="level-4")
    world.now += timedelta(days=200)
    input = {
        "warning": warned.warning,
        "supervision": await _id_in(world, t.supervisions, warned.warning),
        "kind": "SPECIAL_GROUP",
        "reason": "组成特别督办组督办",
        "leader": office.officer_id(Role.CHIEF_PROCURATOR),
        "members": [office.officer_id(Role.COMPLAINTS_OFFICER)],
        "newLimit": (world.now + timedelta(days=20)).date().isoformat(),
        "replyDueAt": (world.now + timedelta(days=7)).isoformat(),
    }
    return MutationSetup(mutation="superviseWarning", role=Role.CHIEF_PROCURATOR, input=input, case=warned.case)


@example(*UNDERTAKING, again=WRONG_STATE, announces=("SUPERVISION_REPLIED",))
async def _reply_to_supervision(world: World, office: StaffedOffice) -> MutationSetup:
    warned, hub = await flows.receive_in_zhuzhou(world, office), office.viewer(Role.COMPLAINTS_OFFICER)
    form = SuperviseWarning(warning=warned.warning, kind=SupervisionKind.TRACKING_FORM, reason="跟踪监督")
    supervision = (await world.do(form, hub)).supervision
    input = {"supervision": supervision, "reply": "已部署"}
    return MutationSetup(mutation="replyToSupervision", role=Role.DEPARTMENT_HEAD, input=input, case=warned.case)


@example(*UNDERTAKING, Role.LIAISON_OFFICER, again=None, announces=())
async def _mark_notice_read(world: World, office: StaffedOffice) -> MutationSetup:
    """Read the notice that the undertaking department is sent with a warning (ZHU-10)."""
    warned = await flows.warn_in_zhuzhou(world, office)
    input = {"notice": await _id_in(world, t.notices, warned.warning)}
    return MutationSetup(mutation="markNoticeRead", role=Role.DEPARTMENT_HEAD, input=input, case=warned.case)


async def _id_in(world: World, table: Any, warning: str) -> str:
    """Return the id of the one row of a warning."""
    return str(await stored_value(world.store, select(table.c.id).where(table.c.warning_id == warning)))


MUTATIONS = tuple(EXAMPLES)
"""The names of all mutations."""
