"""Declare the payloads of mutations: what changed, where the log stands, what was wrong."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import msgspec

from caserisk.command_runner import CommandResult
from caserisk.commands.command import Changed
from caserisk.domain.refusals import Problem
from caserisk.store import tables as t
from caserisk_graphql.api.enums import ErrorCode
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.type_references import (
    AssessmentRef,
    CaseRef,
    DispositionRef,
    NoticeRef,
    RiskWarningRef,
    SupervisionRef,
)
from caserisk_graphql.naming import api_name
from caserisk_graphql.reads.cursors import EventCursor, event_cursor
from caserisk_graphql.reads.fields import attribute, localised_attribute, one
from caserisk_graphql.reads.stored_types import embedded


@embedded("Something a person can put right: a field, a rule, a state.")
class MutationError:
    """A problem of a refusal."""

    code: ErrorCode = attribute("A stable code.")
    message: str = localised_attribute(
        "What is wrong, with which value, and what would be right, in the request's language."
    )
    path: list[str] = attribute("The input field it is about, from the outside in; empty where it is about none.")
    reasons: list[Reason] = attribute("Where a regulation stands against it: its rules.")
    current_version: int | None = attribute(
        "With CONFLICT of `expectedVersion`: the version it has now; otherwise null."
    )


def _cursor() -> Any:
    return attribute("The log's position right after the write; null where nothing was written because of errors.")


def _errors() -> Any:
    return attribute("Why nothing was done; empty where it was.")


@embedded("The answer of a mutation about a case.")
class CasePayload:
    """A case, or errors."""

    case: CaseRef | None = one(t.cases, "case_id", "The case as it is now.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


@embedded("The answer of a mutation about an assessment.")
class AssessmentPayload:
    """An assessment with its case and the warning that runs, or errors."""

    assessment: AssessmentRef | None = one(t.assessments, "assessment_id", "The assessment as it is now.")
    case: CaseRef | None = one(t.cases, "case_id", "Its case as it is now.")
    warning: RiskWarningRef | None = one(t.warnings, "warning_id", "The warning that runs now, if one does.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


@embedded("The answer of a mutation about a warning.")
class WarningPayload:
    """A warning with its case, or errors."""

    warning: RiskWarningRef | None = one(t.warnings, "warning_id", "The warning as it is now.")
    case: CaseRef | None = one(t.cases, "case_id", "Its case as it is now.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


@embedded("The answer of `recordDisposition`.")
class DispositionPayload:
    """A disposition with its warning, or errors."""

    disposition: DispositionRef | None = one(t.dispositions, "disposition_id", "What was put on record.")
    warning: RiskWarningRef | None = one(t.warnings, "warning_id", "The warning it is about, as it is now.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


@embedded("The answer of a mutation about a supervision.")
class SupervisionPayload:
    """A supervision with its warning, or errors."""

    supervision: SupervisionRef | None = one(t.supervisions, "supervision_id", "The supervision as it is now.")
    warning: RiskWarningRef | None = one(t.warnings, "warning_id", "Its warning as it is now.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


@embedded("The answer of `markNoticeRead`.")
class NoticePayload:
    """A notice, or errors."""

    notice: NoticeRef | None = one(t.notices, "notice_id", "The notice as it is now.")
    cursor: EventCursor | None = _cursor()
    errors: list[MutationError] = _errors()


def done_payload(result: CommandResult) -> dict[str, Any]:
    """Return the payload of a command that was carried out: the ids of what changed, for the fields to read."""
    changed = {f"{noun}_id": id for noun, id in asdict(result.changed).items()}
    return {**changed, "cursor": event_cursor(result.position), "errors": []}


def refused_payload(problems: tuple[Problem, ...]) -> dict[str, Any]:
    """Return the payload of a command that was refused."""
    # Every object of the payload is null, whichever payload it is.
    nothing = {f"{field.name}_id": None for field in fields(Changed)}
    return {**nothing, "cursor": None, "errors": [_mutation_error(problem) for problem in problems]}


def _mutation_error(problem: Problem) -> dict[str, Any]:
    """Return a problem with the names of fields and mutations as the API spells them."""
    return {
        "code": problem.code.value,
        "message": msgspec.to_builtins(problem.message_for(api_name)),
        "path": [api_name(name) for name in problem.path],
        "reasons": msgspec.to_builtins(problem.reasons),
        "current_version": problem.current_version,
    }
