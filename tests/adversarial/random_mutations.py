"""Random mutations: most often one that makes sense, by who may do it, now and then anything by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from caserisk.domain.vocabulary import Role
from tests.adversarial.actors import Actor, Input
from tests.adversarial.mutation_setups import MUTATIONS
from tests.adversarial.random_inputs import random_input_for
from tests.support.api import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomMutation:
    """A mutation that an officer of a role tries, with an input."""

    mutation: str
    role: Role
    input: Input


def random_mutation(actor: Actor) -> RandomMutation:
    """Choose the next mutation, who tries it, and its input."""
    mutation, role = actor.random.choice(list(_sensible(actor))) if actor.chance(0.85) else _any_mutation(actor)
    if actor.chance(0.06):
        role = actor.random.choice(list(Role))
    input = random_input_for(actor, mutation)
    if actor.chance(0.05):
        input = _with_a_defect(actor, input)
    return RandomMutation(mutation=mutation, role=role, input=input | _expected_version(actor, input))


# ------------------------------------------------------------------------------------------------ what makes sense

_Option = tuple[str, Role]


def _sensible(actor: Actor) -> Iterator[_Option]:
    """Yield the mutations that can be done now, each with a role that may; the likelier, the more often."""
    yield from _in_case(actor.seen.case, warned=actor.seen.active is not None)
    current = next(iter(actor.seen.assessments), None)
    if current and current["status"] == "IN_REVIEW":
        yield from [("reviewAssessment", Role[current["nextReview"]["role"]])] * 8
        yield "withdrawAssessment", Role.CASE_HANDLER
    elif not actor.seen.case["closedAt"] or actor.seen.active:
        yield from [("submitAssessment", Role.CASE_HANDLER)] * (2 if current else 6)
    if current and current["pendingIssue"]:
        yield from [("issueWarning", Role[role]) for role in current["pendingIssue"]["roles"]] * 8
    for warning in actor.seen.warnings[:1]:
        yield from _in_warning(warning)


def _in_case(case: Answer, *, warned: bool) -> Iterator[_Option]:
    yield "recordPetition", Role.CASE_HANDLER
    if case["notices"]["nodes"]:
        yield "markNoticeRead", Role.COMPLAINTS_OFFICER
    if case["closedAt"]:
        return
    yield from [("assignCase", Role.CASE_MANAGER)] * (5 if case["handler"] is None else 0 if warned else 1)
    yield "recordAct", Role.CASE_HANDLER
    yield "recordDisposition", Role.CASE_HANDLER
    if case["nextStages"]:
        yield "advanceCase", Role.CASE_HANDLER


def _in_warning(warning: Answer) -> Iterator[_Option]:
    for item in warning["nextActs"]:
        mutation, likely = _OF_ACT[item["act"]]
        yield from [(mutation, Role[role]) for role in item["roles"]] * likely
    if any(item["status"] == "ISSUED" for item in warning["supervisions"]):
        yield from [("replyToSupervision", Role.DEPARTMENT_HEAD)] * 3


_OF_ACT = {
    "ACKNOWLEDGE": ("acknowledgeWarning", 3),
    "RECORD_DELIVERY": ("recordDelivery", 1),
    "ADOPT_PLAN": ("adoptPlan", 2),
    "RECORD_DISPOSITION": ("recordDisposition", 1),
    "RESOLVE": ("resolveWarning", 2),
    "FILE": ("fileWarning", 4),
    "ARCHIVE": ("archiveWarning", 3),
    "LIFT": ("liftWarning", 1),
    "SUPERVISE": ("superviseWarning", 3),
}
"""The mutation that each act is, and how likely somebody does it."""


# ------------------------------------------------------------------------------------------------ what makes none


def _any_mutation(actor: Actor) -> _Option:
    return actor.random.choice(MUTATIONS), actor.random.choice(list(Role))


def _with_a_defect(actor: Actor, input: Input) -> Input:
    """Return the input with another value somewhere, or without a field."""
    name = actor.random.choice(list(input))
    if actor.chance(0.2):
        return {key: value for key, value in input.items() if key != name}
    values: list[Any] = ["", "无", "x" * 201, -1, None, [], "case_nowhere", "red", True, *actor.others]
    return {**input, name: actor.random.choice(values)}


def _expected_version(actor: Actor, input: Input) -> Input:
    """Return, often, the version that was read of the input's subject; seldom another one."""
    target = next(iter(input.values()), None)
    version = actor.seen.versions.get(target) if isinstance(target, str) else None
    if version is None or actor.chance(0.6):
        return {}
    return {"expectedVersion": version + (actor.random.choice([-1, 1, 7]) if actor.chance(0.1) else 0)}
