"""What is stored can be read, or is internal for a reason that is written down here."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Union, get_args, get_origin, get_type_hints
from unittest.mock import MagicMock

import sqlalchemy as sa
from sqlalchemy.sql import visitors
from strawberry.types.base import get_object_definition

from caserisk.domain import assessments, cases, levels, plans, rules, texts, warnings
from caserisk.domain.events import Event
from caserisk.domain.vocabulary import GatedAct
from caserisk.store import tables as t
from caserisk_graphql.api.schema import schema
from caserisk_graphql.reads.fields import ReadField
from caserisk_graphql.reads.stored_types import STORED_TYPES

SCHEMA = schema()

INTERNAL_TABLES = {
    "bound_editions": "`plugins` names those that are gone; the log says which have decided for an office",
    "document_uses": "the command line lists which client sends what",
    "idempotency_keys": "a mutation answers from them",
    "office_options": "`Regulation.options` shows the value that holds",
    "party_reads": "`caserisk readers` lists who read parties",
    "stream_tickets": "they let a browser in, once",
    "trusted_documents": "the command line lists them",
}
"""The tables that no type is read from, and why."""

INTERNAL_COLUMNS = {
    "assessments.displaced_level_id": "`Case.level` and its history show it",
    "assessments.raised": "`Case.level` shows that the level is in force",
    "assessments.reviewed": "`reviews` and `nextReview` show how far it is",
    "case_levels.id": "`Case.levelAsOf` reads the history",
    "case_levels.revision": "`Case.levelAsOf` reads the history",
    "cases.due_at": "`activeWarning.dueAt`; lists are sorted by it",
    "cases.revision": "the runner finds by it that another was faster; clients have `version`",
    "cases.severity": "`level.severity`; lists are sorted by it",
    "cases.stage_key": "`stage.key`; lists are narrowed by it",
    "deadlines.passed_at": "the log has it: OVERDUE",
    "deadlines.raise_id": "`Deadline.status` shows that it ended with the raise",
    "events.noun": "the type of the entry",
    "events.schema_version": "how the program reads old payloads",
    "events.severity": "`level.severity`; the feed is narrowed by it",
    "events.type": "how the program reads payloads; `kind` is what clients know",
    "levels.scheme_key": "`scheme.key`; lists are narrowed by it",
    "notice_reads.id": "`Notice.readAt` is of whoever asks",
    "notices.office_id": "`case.office`",
    "offices.path": "`parent` and `children`",
    "plans.assessment_id": "`Assessment.plan` leads to it",
    "plans.case_id": "the assessment or the warning leads to it",
    "reviews.after_turn": "keeps reviews in turn; `Assessment.reviews` is in that order",
    "reviews.id": "a review is read with its assessment",
    "reviews.turn": "`Assessment.reviews` is in that order",
    "supervisions.case_id": "`warning.case`",
    "supervisions.raise_id": "`Supervision.status` shows that it was withdrawn with the raise",
    "warnings.delivered_by": "`nextActs` names the roles of RECORD_DELIVERY",
    "warnings.displaced_receipt": "`acknowledgedAt` shows it again when the raise is returned",
    "warnings.lifted_by": "`nextActs` names the roles of LIFT",
    "warnings.office_id": "`case.office`",
    "warnings.receipt": "`nextActs` has ACKNOWLEDGE where a receipt is due",
    "warnings.resolved_at": "`closure.at`; statistics count by it",
    "warnings.scheme_adopted": "`nextActs` follows from it; `plans` has the scheme",
    "warnings.scheme_required": "`nextActs` follows from it",
    "warnings.severity": "`level.severity`; lists are sorted by it",
}
"""The columns of the other tables that no field reads, and why."""

INTERNAL_ATTRIBUTES = {
    "ReviewStep.separate": "`Assessment.nextReviewRole` is what follows from it",
    "ReviewStep.stand_ins": "`Assessment.nextReviewRole` is what follows from it",
    "ReviewStep.term": "`Assessment.nextReviewDueAt` is what follows from it",
}
"""The attributes of stored documents that no field reads, and why."""

READ_OF_EVENTS = {
    "AssessmentWithdrawn.reason": "Assessment.withdrawalReason",
    "PluginRetired.plugin": "OfficeChange.summary",
    "ActRecorded.act": "CaseChange.act",
    "ActRecorded.description": "CaseChange.description",
    "CaseConcluded.description": "CaseChange.description",
    "PetitionRecorded.channel": "CaseChange.channel",
    "PetitionRecorded.description": "CaseChange.description",
    "PetitionRecorded.occurred_at": "CaseChange.occurredAt",
    "DeadlinesRecalculated.batch": "CaseChange.batch",
    "SupervisionReplied.reply": "Supervision.reply",
    "WarningArchived.note": "Warning.archiveNote",
    "WarningFiled.report": "Warning.report",
    "WarningLifted.reason": "Warning.liftReason",
}
"""Where clients read what people wrote in an event; other attributes are states, references and decisions."""


# ------------------------------------------------------------------------------------------------ columns


HANDLER = MagicMock(**{"scope.department_ids": (), "scope.office_id": None, "scope.subtree_path": None})
"""Somebody who reads: who sees what they handle, so that visibility reads no further column."""


def columns_in(expression: Any) -> Iterator[str]:
    """The columns of the tables that an expression, or what makes one for whoever reads, is made of."""
    made = expression if isinstance(expression, sa.ClauseElement) else expression(HANDLER)
    for part in visitors.iterate(made):
        if isinstance(part, sa.Column):
            yield f"{part.table.name}.{part.name}"


def read_columns() -> set[str]:
    """Every column that a declared field reads."""
    found: set[str] = set()
    for stored in STORED_TYPES.values():
        for field in stored.fields.values():
            for attribute in ("expression", "column", "key", "remote", "since"):
                declared = getattr(field.reads, attribute, None)
                if declared is not None and not isinstance(declared, str):
                    found.update(columns_in(declared))
    return found


def test_every_column_is_read_or_internal() -> None:
    read = read_columns()
    unread = {
        f"{table.name}.{column.name}"
        for table in t.metadata.sorted_tables
        for column in table.columns
        if table.name not in INTERNAL_TABLES and f"{table.name}.{column.name}" not in read
    }

    assert unread == set(INTERNAL_COLUMNS), "add a field to the type in api/, or the column here with a reason"


def test_no_type_is_read_from_an_internal_table() -> None:
    read = {table.name for table in STORED_TYPES} | {"case_levels", "notice_reads"}

    assert {table.name for table in t.metadata.sorted_tables} - read == set(INTERNAL_TABLES)


# ------------------------------------------------------------------------------------------------ documents


DOCUMENTS = {
    cases.CaseParty: "CaseParty",
    cases.CaseStage: "CaseStage",
    assessments.FactorAnswer: "FactorAnswer",
    assessments.PendingIssue: "PendingIssue",
    assessments.Votes: "Votes",
    levels.Colour: "Colour",
    plans.PlanSection: "PlanSection",
    rules.Duty: "Duty",
    rules.Factor: "Factor",
    rules.FactorOption: "FactorOption",
    rules.Gate: "Gate",
    rules.Measure: "Measure",
    rules.Responsibility: "Responsibility",
    rules.Committee: "Committee",
    rules.Post: "Post",
    rules.ReviewStep: "ReviewStep",
    texts.Citation: "Citation",
    texts.Reason: "Reason",
    warnings.Attestation: "Attestation",
    warnings.Closure: "Closure",
    warnings.NextAct: "NextAct",
}
"""The values that are stored as documents, and the types they are read as."""


def attributes_read(name: str) -> set[str]:
    """What the fields of a type read of the value around them."""
    type_ = SCHEMA.get_type_by_name(name)
    definition = get_object_definition(type_.origin, strict=True)  # type: ignore[union-attr]
    fields_ = [field for field in definition.fields if isinstance(field, ReadField)]
    return {getattr(field.reads, "key", None) or field.python_name for field in fields_}


def test_every_attribute_of_a_document_is_read_or_internal() -> None:
    unread = {
        f"{noun.__name__}.{field.name}"
        for noun, name in DOCUMENTS.items()
        for field in fields(noun)
        if field.name not in attributes_read(name)
    }

    assert unread == set(INTERNAL_ATTRIBUTES), "add a field to the type in api/, or the attribute here with a reason"


def stored_values(noun: Any) -> Iterator[type[Any]]:
    """The dataclasses in an annotation."""
    if get_origin(noun) in (tuple, types.UnionType, Union):
        for member in get_args(noun):
            yield from stored_values(member)
    elif inspect.isclass(noun) and is_dataclass(noun):
        yield noun


def test_no_document_is_forgotten() -> None:
    """Whatever a state of the file holds is a document of the list, a text, a level, or a state of its own."""
    states: Mapping[type[Any], None] = dict.fromkeys(
        value
        for event in event_types(Event)
        for hint in get_type_hints(event).values()
        for value in stored_values(hint)
        if value.__module__ in {module.__name__ for module in (assessments, cases, plans, warnings)}
    )
    held = {
        value
        for state in states
        for hint in get_type_hints(state).values()
        for value in stored_values(hint)
        if value not in states
    }

    # A displaced receipt is shown only as the receipt that holds again.
    assert held - set(DOCUMENTS) == {texts.Text, levels.RiskLevel, warnings.RecordedReceipt}


# ------------------------------------------------------------------------------------------------ events


def event_types(base: type[Event]) -> Iterator[type[Event]]:
    """Every kind of event there is."""
    for event in base.__subclasses__():
        yield event
        yield from event_types(event)


def test_what_people_write_in_events_can_be_read() -> None:
    """The texts and moments of the case's events: what is entered by a mutation and kept in no state of its own."""
    written = {
        f"{event.__name__}.{name}"
        for event in event_types(Event)
        if not event.__name__.endswith("Registered")
        for name, hint in get_type_hints(event).items()
        if not name.endswith("_id") and is_entered(event, name, hint)
    }

    assert written == set(READ_OF_EVENTS), "say here where clients read it"
    assert {path for path in READ_OF_EVENTS.values() if not in_schema(path)} == set()


def is_entered(event: type[Event], name: str, hint: Any) -> bool:
    """Whether an attribute of an event is a text or a moment that a person entered."""
    taken_into_states = {"CaseOpened", "OptionSet", "AssessmentReviewed"}
    entered = {str, texts.Text, GatedAct, datetime}
    members = set(get_args(hint)) - {type(None)} if get_origin(hint) is types.UnionType else {hint}
    return event.__name__ not in taken_into_states and members <= entered


def in_schema(path: str) -> bool:
    """Whether the schema has a field."""
    type_, _, field = path.partition(".")
    return field in SCHEMA._schema.type_map[type_].fields  # type: ignore[attr-defined]
