"""Every stored field can be read, and is described."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.store import tables as t
from tests.schema.conftest import SCHEMA, Api
from tests.schema.rows import EARLIER, NOW, REASON, STEP, Rows, both

TYPES = SCHEMA._schema.type_map
OWN = {name: type_ for name, type_ in TYPES.items() if not name.startswith("__")}
LIVE = {"regulation"}
ARGUMENTS = {"levelAsOf": f'(at: "{NOW.isoformat()}")'}


def selection(type_: GraphQLObjectType | GraphQLInterfaceType, depth: int, prefix: str = "") -> str:
    """All fields of a type, those of what they lead to as far down as given; under aliases that no other type has."""
    chosen = " ".join(filter(None, (field(name, given, depth, prefix) for name, given in type_.fields.items())))
    if not isinstance(type_, GraphQLInterfaceType):
        return chosen
    possible = SCHEMA._schema.get_possible_types(type_)
    each = (f"... on {item.name} {{ {selection(item, depth, item.name)} }}" for item in possible)
    return f"__typename {' '.join(each)}"


def field(name: str, given: GraphQLField, depth: int, prefix: str) -> str:
    """One field with its selection, where it is stored and not too far down."""
    type_ = get_named_type(given.type)
    shown = f"{prefix}_{name}: {name}" if prefix else name
    if name in LIVE:
        return ""
    if is_leaf_type(type_):
        return shown
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    inner = selection(type_, depth - 1) if depth else ""
    return f"{shown}{ARGUMENTS.get(name, '')} {{ {inner} }}" if inner else ""


@pytest.fixture
def file(rows: Rows) -> dict[str, str]:
    """One case with everything that a case can have; gives an id for each type."""
    office, handler, head = "office_430200", "officer_handler", "officer_head"
    scheme = rows.add(t.level_schemes, id="scheme_1", key="zhuzhou")
    level = {"code": "red", "label": both("红", "Red"), "number": 4, "rank": 1}
    red = rows.add(t.levels, id="scheme_1:red", scheme_id=scheme, scheme_key="zhuzhou", **level)
    case = rows.case(
        office,
        id="case_1",
        department_id="department_1",
        handler_id=handler,
        closed_at=NOW,
        level_id=red,
        severity=3,
        current_assessment_id="assessment_1",
        active_warning_id="warning_1",
        due_at=NOW,
    )
    rows.add(t.case_levels, case_id=case, since=EARLIER, revision=1, level_id=red)
    levels = {"proposed_level_id": red, "derived_level_id": red, "level_id": red}
    assessment = rows.add(
        t.assessments,
        id="assessment_1",
        case_id=case,
        submitted_by_id=handler,
        override="WITH_REASON",
        override_reason="另有多人联名反映",
        withdrawal_reason=both("情况有变", "Things changed"),
        summary="风险说明",
        plan_id="plan_1",
        next_review=STEP,
        next_reviewers=["CHIEF_PROCURATOR"],
        next_review_due_at=NOW,
        pending_issue={"roles": ["DEPARTMENT_HEAD"], "automatic": True, "reasons": [REASON]},
        warning_id="warning_1",
        **levels,
    )
    decided = {"level_id": red, "comment": "同意", "stood_in_as": "DEPARTMENT_HEAD"}
    votes = {"in_favour": 1, "against": 0, "abstained": 0}
    rows.add(t.reviews, assessment_id=assessment, turn=1, by_id=head, participants=[head], votes=votes, **decided)
    closed = {"by_id": head, "at": "2011-11-12T01:00:00Z"}
    attested = {"key": "settled", "label": both("息诉", "Settled"), "note": "已核实", **closed}
    closure = {"outcome": "SETTLED", "feedback": "已反馈", **closed}
    warning = rows.add(
        t.warnings,
        id="warning_1",
        case_id=case,
        office_id=office,
        assessment_id=assessment,
        level_id=red,
        severity=3,
        issued_by_id=head,
        acknowledged_at=EARLIER,
        due_at=NOW,
        plan_id="plan_1",
        closure={**closure, "attestations": [attested]},
        archived_at=NOW,
        note="请及时签收",
        report="结案报告",
        archive_note="归入案卷",
        lifted_at=NOW,
        lift_reason=both("风险消除", "The risk is gone"),
    )
    of_warning = {"case_id": case, "warning_id": warning}
    adopted = {"adopted_by_id": head, "adopted_at": NOW, "resolution_due_on": date(2011, 11, 25)}
    rows.add(t.plans, id="plan_1", proposed_by_id=handler, assigned=[handler], **adopted, **of_warning)
    rows.add(t.dispositions, id="disposition_1", performed_by_id=handler, outcome="达成和解", **of_warning)
    rows.add(
        t.supervisions,
        id="supervision_1",
        department_id="department_1",
        leader_id="officer_leader",
        members=[head],
        new_limit=date(2011, 11, 30),
        issued_by_id="officer_chief",
        issued_at=NOW,
        reply_due_at=NOW,
        reply="已整改",
        replied_by_id=head,
        replied_at=NOW,
        **of_warning,
    )
    ended = {"status": "MISSED", "met_at": NOW + timedelta(days=9), "supervision_id": "supervision_1"}
    rows.add(t.deadlines, id="deadline_1", **ended, **of_warning)
    addressed = {"to_role": "DEPARTMENT_HEAD", "to_department_id": "department_1", "to_officer_id": "officer_chief"}
    rows.add(t.notices, id="notice_1", office_id=office, assessment_id=assessment, **addressed, **of_warning)
    rows.add(t.notice_reads, notice_id="notice_1", officer_id="officer_chief")
    noun = {"case_id": case, "actor_id": handler}
    act = {"kind": "ACT_RECORDED", "payload": {"act": "COMPULSORY_MEASURE", "description": "拟逮捕"}}
    rows.event(office, id="event_1", **act, **noun)
    rows.event(office, id="event_2", noun="assessment", kind="SUBMITTED", assessment_id=assessment, **noun)
    changed = {"noun": "warning", "kind": "ISSUED", "warning_id": warning, "status": "ISSUED", "level_id": red}
    rows.event(office, id="event_3", severity=3, **changed, **noun)
    return {
        "Office": office,
        "Department": "department_1",
        "Officer": handler,
        "Case": case,
        "Assessment": assessment,
        "Warning": warning,
        "DispositionPlan": "plan_1",
        "Disposition": "disposition_1",
        "Deadline": "deadline_1",
        "Supervision": "supervision_1",
        "Notice": "notice_1",
        "CaseChange": "event_1",
        "AssessmentChange": "event_2",
        "WarningChange": "event_3",
    }


def nulls(value: Any, path: str) -> Iterator[str]:
    """Where an answer is null or an empty list."""
    if value is None or value == []:
        yield path
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from nulls(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from nulls(inner, path)


NULL_AT = {
    "Department": {"Department.liaison"},
    "CaseChange": {f"CaseChange.{name}" for name in ("channel", "occurredAt", "batch", "dueDateChanges")},
}
"""What nobody fills in this file; an act has not what a petition or a recalculation has."""


async def test_every_field_of_a_whole_file_is_read(
    engine: AsyncEngine, rows: Rows, chief: Api, file: dict[str, str]
) -> None:
    await rows.insert(engine)

    for name, id in file.items():
        type_ = OWN[name]
        assert isinstance(type_, GraphQLObjectType)
        document = f'{{ node(id: "{id}") {{ __typename ... on {name} {{ {selection(type_, 1)} }} }} }}'
        node = (await chief.ask(document))["node"]
        assert node["__typename"] == name
        empty = {path for path in nulls(node, name) if path.count(".") == 1}
        assert empty == NULL_AT.get(name, set()), name


def test_every_type_with_an_id_is_tried(file: dict[str, str]) -> None:
    node = OWN["Node"]
    assert isinstance(node, GraphQLInterfaceType)

    assert {item.name for item in SCHEMA._schema.get_possible_types(node)} == {*file, "OfficeChange"}


def undescribed(name: str, type_: Any) -> Iterator[str]:
    """What of a type has no description."""
    if not type_.description:
        yield name
    if isinstance(type_, GraphQLEnumType):
        yield from (f"{name}.{value}" for value, given in type_.values.items() if not given.description)
    if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for field_name, given in type_.fields.items():
            if not given.description:
                yield f"{name}.{field_name}"
            arguments = getattr(given, "args", {})
            yield from (f"{name}.{field_name}({item})" for item, of in arguments.items() if not of.description)


def test_everything_that_can_be_read_is_described() -> None:
    assert [path for name, type_ in OWN.items() for path in undescribed(name, type_)] == []


def test_each_value_of_an_enum_has_its_chinese_word() -> None:
    role = OWN["Role"]
    assert isinstance(role, GraphQLEnumType)

    assert role.values["CHIEF_PROCURATOR"].description == "检察长 · chief procurator"
