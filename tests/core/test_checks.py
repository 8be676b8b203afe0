"""The limits of what people type, each at its edge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from caserisk.commands.checks import Checks
from caserisk.domain.refusals import Refused

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
"""Twelve o'clock in every office, on the fifth."""

EVENING = datetime(2026, 1, 5, 16, tzinfo=UTC)
"""Midnight in every office: the sixth has begun."""

SECOND = timedelta(seconds=1)

PASSES: list[Callable[[Checks], None]] = [
    lambda checks: checks.text("长" * 200, 200, "title"),
    lambda checks: checks.optional_text(None, 200, "title"),
    lambda checks: checks.not_after(NOON, NOON, "openedAt"),
    lambda checks: checks.not_past(date(2026, 1, 5), NOON, "newLimit"),
    lambda checks: checks.not_past(date(2026, 1, 5), EVENING - SECOND, "newLimit"),
    lambda checks: checks.not_past(None, NOON, "newLimit"),
]
REFUSED: list[tuple[Callable[[Checks], None], int]] = [
    (lambda checks: checks.text("长" * 201, 200, "title"), 1),
    (lambda checks: checks.text(" \t\n", 200, "title"), 1),
    (lambda checks: checks.text(" " * 201, 200, "title"), 2),
    (lambda checks: checks.text("含\0字符", 200, "title"), 1),
    (lambda checks: checks.text("半\ud800个", 200, "title"), 1),
    (lambda checks: checks.optional_text("", 200, "title"), 1),
    (lambda checks: checks.not_after(NOON + SECOND, NOON, "openedAt"), 1),
    (lambda checks: checks.not_past(date(2026, 1, 4), NOON, "newLimit"), 1),
    (lambda checks: checks.not_past(date(2026, 1, 5), EVENING, "newLimit"), 1),
]


@pytest.mark.parametrize("check", PASSES)
def test_what_is_just_in_order_passes(check: Callable[[Checks], None]) -> None:
    checks = Checks()

    check(checks)

    checks.done()


@pytest.mark.parametrize(("check", "count"), REFUSED)
def test_all_that_is_wrong_is_said_at_once(check: Callable[[Checks], None], count: int) -> None:
    checks = Checks()

    check(checks)

    with pytest.raises(Refused) as refused:
        checks.done()
    assert [problem.code.value for problem in refused.value.problems] == ["INVALID"] * count
