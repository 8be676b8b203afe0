"""The number of statements that were run, by whoever wants to know: for one request, or in a test."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class StatementCount:
    """The number of statements given to the database; beginning and ending a transaction does not count."""

    statements: int = 0


CURRENT_COUNT: ContextVar[StatementCount | None] = ContextVar("caserisk_statements", default=None)
"""Where this task counts; tasks that it starts count there too."""


def count_statements(statements: int = 1) -> None:
    """Add statements to the current count, if there is one."""
    current = CURRENT_COUNT.get()
    if current is not None:
        current.statements += statements
