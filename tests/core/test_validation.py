"""The limits of what people type, each at its edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from caserisk.commands.assessments import SubmitAssessment
from caserisk.commands.plans import PlanDraft
from caserisk.commands.validation import InputValidator
from caserisk.domain.refusals import Refused

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
"""Twelve o'clock in every office, on the fifth."""

EVENING = datetime(2026, 1, 5, 16, tzinfo=UTC)
"""Midnight in every office: the sixth has begun."""

SECOND = timedelta(seconds=1)

PASSES: list[Callable[[InputValidator], None]] = [
    lambda validator: validator.check_text("长" * 200, 200, "title"),
    lambda validator: validator.check_fields(PlanDraft(sections=(), resolution_due_on=None), NOON),
    lambda validator: validator.check_fields(SubmitAssessment(case="case_1", has_risk=False, summary=None), NOON),
    lambda validator: validator.check_not_future(NOON, NOON, "opened_at"),
    lambda validator: validator.check_not_past(date(2026, 1, 5), NOON, "new_limit"),
    lambda validator: validator.check_not_past(date(2026, 1, 5), EVENING - SECOND, "new_limit"),
]
REFUSED: list[tuple[Callable[[InputValidator], None], int]] = [
    (lambda validator: validator.check_text("长" * 201, 200, "title"), 1),
    (lambda validator: validator.check_text(" \t\n", 200, "title"), 1),
    (lambda validator: validator.check_text(" " * 201, 200, "title"), 2),
    (lambda validator: validator.check_text("含\0字符", 200, "title"), 1),
    (lambda validator: validator.check_text("半\ud800个", 200, "title"), 1),
    (lambda validator: validator.check_fields(SubmitAssessment(case="case_1", has_risk=False, summary=""), NOON), 1),
    (lambda validator: validator.check_not_future(NOON + SECOND, NOON, "opened_at"), 1),
    (lambda validator: validator.check_not_past(date(2026, 1, 4), NOON, "new_limit"), 1),
    (lambda validator: validator.check_not_past(date(2026, 1, 5), EVENING, "new_limit"), 1),
]


@pytest.mark.parametrize("check", PASSES)
def test_what_is_just_in_order_passes(check: Callable[[InputValidator], None]) -> None:
    validator = InputValidator()

    check(validator)

    validator.raise_problems()


@pytest.mark.parametrize(("check", "count"), REFUSED)
def test_all_that_is_wrong_is_said_at_once(check: Callable[[InputValidator], None], count: int) -> None:
    validator = InputValidator()

    check(validator)

    with pytest.raises(Refused) as refused:
        validator.raise_problems()
    assert [problem.code.value for problem in refused.value.problems] == ["INVALID"] * count
