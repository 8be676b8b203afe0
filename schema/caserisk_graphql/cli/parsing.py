"""Parse words of the domain as people type them: roles, functions of departments, lifetimes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TypeVar

from caserisk.domain.refusals import invalid, unknown_value
from caserisk.domain.vocabulary import DepartmentFunction, LabelledEnum, Role

W = TypeVar("W", bound=LabelledEnum)

_MAX_TOKEN_HOURS = 24 * 366


def parse_role(typed: str) -> Role:
    """Parse a role, written as its identifier or in Chinese.

    Raises:
        Refused: INVALID, naming the roles there are.
    """
    return _parse_word(Role, typed, "角色", "role")


def parse_roles(typed: Sequence[str]) -> tuple[Role, ...]:
    """Parse roles.

    Raises:
        Refused: INVALID.
    """
    return tuple(parse_role(item) for item in typed)


def parse_function(typed: str) -> DepartmentFunction:
    """Parse the function of a department, written as its identifier or in Chinese.

    Raises:
        Refused: INVALID, naming the functions there are.
    """
    return _parse_word(DepartmentFunction, typed, "部门职能", "function of a department")


def parse_lifetime(hours: float) -> timedelta:
    """Parse the lifetime of a token.

    Raises:
        Refused: INVALID.
    """
    if not 0 < hours <= _MAX_TOKEN_HOURS:
        raise invalid(
            f"--hours「{hours:g}」不对;应大于0,至多{_MAX_TOKEN_HOURS}小时",
            f"--hours {hours:g} is wrong; write more than 0 and at most {_MAX_TOKEN_HOURS}",
            "hours",
        )
    return timedelta(hours=hours)


def _parse_word(words: type[W], typed: str, zh: str, en: str) -> W:
    for word in words:
        if typed.upper() == word.value or typed == word.zh:
            return word
    raise unknown_value(zh, en, typed, (word.value for word in words))
