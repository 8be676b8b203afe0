"""What a command declares of its input, and what is said of an input that is wrong."""

from __future__ import annotations

import pytest

from caserisk.commands.assessments import ReviewAssessment, SubmitAssessment
from caserisk.commands.calendar import RecalculateDeadlines
from caserisk.commands.cases import AssignCase, DecideGates, OpenCase
from caserisk.commands.command import Command
from caserisk.commands.input_fields import declared_fields, description_of
from caserisk.commands.notices import MarkNoticeRead
from caserisk.commands.plans import PlanDraft, PlanSectionDraft
from caserisk.commands.supervisions import PassDeadline, ReplyToSupervision, SuperviseWarning
from caserisk.commands.validation import InputValidator, check_input
from caserisk.commands.warnings import AdoptPlan, LiftWarning
from caserisk.domain.refusals import MessageTemplate, Refused
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ErrorCode, SupervisionKind
from tests.support.world import START_TIME

SECTION = PlanSectionDraft(key="risks", text="内容")


def shout(name: str) -> str:
    """Spell a name as no edge does."""
    return name.upper()


@pytest.mark.parametrize(
    ("command", "name", "target"),
    [
        (AssignCase(case="case_1", department="department_1"), "assign_case", "case_1"),
        (OpenCase(office="430200", number="1", title="甲", cause="乙"), "open_case", "430200"),
        (MarkNoticeRead(notice="notice_1"), "mark_notice_read", "notice_1"),
        (PassDeadline(deadline="deadline_1"), "pass_deadline", "deadline_1"),
        (DecideGates(case="case_1"), "decide_gates", "case_1"),
        (RecalculateDeadlines(case="case_1", batch="batch_1"), "recalculate_deadlines", "case_1"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_command_is_named_after_its_class(command: Command, name: str, target: str) -> None:
    assert (command.name, command.target) == (name, target)


@pytest.mark.parametrize(
    ("command", "noun"),
    [
        (AssignCase, "case"),
        (ReviewAssessment, "assessment"),
        (LiftWarning, "warning"),
        (ReplyToSupervision, "supervision"),
        (MarkNoticeRead, None),
        (OpenCase, None),
    ],
)
def test_a_version_is_expected_of_what_counts_versions(command: type[Command], noun: str | None) -> None:
    assert command.versioned_noun() == noun


def test_the_officers_of_an_input_are_found_in_its_parts() -> None:
    plan = PlanDraft(sections=(SECTION,), assigned=("officer_1", "officer_2"))
    supervision = SuperviseWarning(
        warning="warning_1",
        kind=SupervisionKind.SPECIAL_GROUP,
        reason="督办",
        leader="officer_3",
        members=("officer_4",),
    )

    assert AdoptPlan(warning="warning_1", plan=plan).officers == ("officer_1", "officer_2")
    assert SubmitAssessment(case="case_1", has_risk=True, plan=plan).officers == ("officer_1", "officer_2")
    assert supervision.officers == ("officer_3", "officer_4")
    assert AssignCase(case="case_1", department="department_1").officers == ()


def test_every_field_of_an_input_is_described() -> None:
    parts: list[type[object]] = [*commands(Command), PlanDraft, PlanSectionDraft]

    silent = [part for part in parts if not all(field.description for field in declared_fields(part).values())]

    assert silent == []
    assert description_of(LiftWarning) == "A warning that is withdrawn (解除预警); it stays on record."


def commands(base: type[Command]) -> list[type[Command]]:
    """Every command there is."""
    return [command for child in base.__subclasses__() for command in (child, *commands(child))]


def test_all_that_is_out_of_bounds_is_reported_at_once() -> None:
    with pytest.raises(Refused) as refused:
        check_input(OpenCase(office="430200", number=" ", title="长" * 201, cause="乙"), START_TIME)

    assert [(problem.code, problem.path, problem.message_for(shout)) for problem in refused.value.problems] == [
        (ErrorCode.INVALID, ("number",), Text("「NUMBER」不能为空", "'NUMBER' must not be empty")),
        (
            ErrorCode.INVALID,
            ("title",),
            Text("「TITLE」有201个字符,最多200个", "'TITLE' has 201 characters; at most 200 are allowed"),
        ),
    ]


def test_a_path_names_the_fields_of_the_command() -> None:
    validator = InputValidator()

    validator.check_characters(AssignCase(case="case_1", department="department_1", warn="含\0字符"))
    validator.check_characters((SECTION, PlanSectionDraft(key="risks", text="\ud800")), "sections")

    assert [problem.path for problem in validator.problems] == [("warn",), ("sections", "1", "text")]


def test_what_was_entered_is_no_part_of_a_template() -> None:
    template = MessageTemplate(
        zh="「{field}」:{value}", en="{field}: {value}", names={"field": "a_b"}, values={"value": "{field}"}
    )

    assert template.filled(shout) == Text("「A_B」:{field}", "A_B: {field}")
