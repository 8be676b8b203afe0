"""Cases brought to where one mutation can be done next, in Zhuzhou, with an input for it that gives every field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from caserisk.commands.plans import PlanDraft
from caserisk.commands.supervisions import SuperviseWarning
from caserisk.commands.warnings import AcknowledgeWarning, AdoptPlan, FileWarning, ResolveWarning
from caserisk.domain.vocabulary import ClosureOutcome, DepartmentFunction, Role, SupervisionKind
from caserisk.store import tables as t
from tests.support import flows
from tests.support.world import StaffedOffice, World

Input = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A mutation that can be done, by whom, and with which input."""

    mutation: str
    role: Role
    input: Input


Preparing = Callable[[World, StaffedOffice], Awaitable[tuple[Role, Input]]]


async def stage(world: World, office: StaffedOffice, mutation: str) -> Stage:
    """Bring a new case of an office of Zhuzhou's regulation to where the mutation can be done."""
    role, input = await PREPARED[mutation](world, office)
    return Stage(mutation=mutation, role=role, input=input)


def _officers(office: StaffedOffice, *roles: Role) -> list[str]:
    return [office.officer_id(role) for role in roles]


def _plan(draft: PlanDraft, office: StaffedOffice, world: World) -> Input:
    return {
        "sections": [{"key": section.key, "text": section.text} for section in draft.sections],
        "assigned": _officers(office, Role.CASE_HANDLER, Role.DEPARTMENT_HEAD),
        "resolutionDueOn": (world.now + timedelta(days=30)).date().isoformat(),
    }


# ------------------------------------------------------------------------------------------------ cases


async def _to_open(world: World, office: StaffedOffice) -> tuple[Role, Input]:
    return Role.CASE_MANAGER, {
        "number": world.new_number(),
        "title": "王某故意伤害案",
        "cause": "故意伤害",
        "office": office.code,
        "department": office.department().id,
        "handler": office.officer_id(Role.CASE_HANDLER),
        "stage": "acceptance",
        "openedAt": world.now.isoformat(),
        "parties": [{"label": "王某", "role": "犯罪嫌疑人"}],
    }
