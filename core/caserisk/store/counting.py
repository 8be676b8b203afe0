"""How many statements were run, for whoever counts: a request, and all that is done for it."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class StatementCount:
    """Statements that were given to the database; what begins and ends transactions is none."""

    statements: int = 0


COUNT: ContextVar[StatementCount | None] = ContextVar("caserisk_statements", default=None)
"""Where this task counts; tasks that it starts count there too."""


def count(statements: int = 1) -> None:
    """StatementCount statements, where somebody counts."""
    counting = COUNT.get()
    if counting is not None:
        counting.statements += statements
