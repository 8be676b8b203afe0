"""Words of the domain as people type them: roles, functions of departments, lengths of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from caserisk.domain.refusals import invalid, unknown_value
from caserisk.domain.vocabulary import DepartmentFunction, LabelledEnum, Role

W = TypeVar("W", bound=LabelledEnum)

_MOST_HOURS = 24 * 366


def role_of(typed: str) -> Role:
    """The role that is meant.

    Raises:
        Refused: INVALID, naming the roles there are.
    """
    return _word(Role, typed, "角色", "role")


def roles_of(typed: Sequence[str]) -> tuple[Role, ...]:
    """The roles that are meant.

    Raises:
        Refused: INVALID.
    """
    return tuple(role_of(item) for item in typed)


def function_of(typed: str) -> DepartmentFunction:
    """The function of a department that is meant.

    Raises:
        Refused: INVALID, naming the functions there are.
    """
    return _word(DepartmentFunction, typed, "部门职能", "function of a department")


def lifetime_of(hours: float) -> timedelta:
    """How long a token is to hold.

    Raises:
        Refused: INVALID.
    """
    if not 0 < hours <= _MOST_HOURS:
        raise invalid(
            f"--hours「{hours:g}」不对;应大于0,至多{_MOST_HOURS}小时",
            f"--hours {hours:g} is wrong; write more than 0 and at most {_MOST_HOURS}",
            "hours",
        )
    return timedelta(hours=hours)


def _word(words: type[W], typed: str, zh: str, en: str) -> W:
    for word in words:
        if typed.upper() == word.value or typed == word.zh:
            return word
    raise unknown_value(zh, en, typed, (word.value for word in words))
