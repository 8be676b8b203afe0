"""Redact errors for the log: what is written there never repeats a value that somebody entered.

Logs are read by people who may see no case, but the message of a library's error repeats what it was working on: a key
that is taken, a text that is no number.
"""

from __future__ import annotations

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.exc import SQLAlchemyError, StatementError

from caserisk.domain.refusals import Problem, Refused
from caserisk.domain.vocabulary import ErrorCode

_ERRORS_WITHOUT_DATA = (
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    OSError,
    RecursionError,
    SQLAlchemyError,
    asyncpg.InterfaceError,
    sqlite3.Error,  # of a violated constraint it names the columns, not the values
)
"""Errors whose messages are about programs, files and connections, not about data."""

_DATA_EXCEPTION = "22"  # PostgreSQL's class of errors that quote a value


def redact(error: BaseException) -> str:
    """Return the class of an error, with its message where that cannot repeat what was entered."""
    kind, message = type(error).__name__, _safe_message(error)
    return f"{kind}: {message}" if message else kind


def _safe_message(error: BaseException) -> str:
    if isinstance(error, StatementError):  # SQLAlchemy adds the statement and its parameters to the driver's message
        return redact(error.orig) if error.orig else ""
    if isinstance(error.__cause__, asyncpg.PostgresError):  # SQLAlchemy's adapter repeats the message of its cause
        return _postgresql_message(error.__cause__)
    if isinstance(error, asyncpg.PostgresError):
        return _postgresql_message(error)
    if isinstance(error, Refused):
        return "; ".join(map(_problem_code, error.problems))
    return str(error) if isinstance(error, _ERRORS_WITHOUT_DATA) else ""


def _problem_code(problem: Problem) -> str:
    """Return the code of a problem; of a plugin's fault the message too: no plugin is given data of persons."""
    at_fault = problem.code is ErrorCode.PLUGIN_FAULT
    return f"{problem.code.value}: {problem.message_for(str).en}" if at_fault else problem.code.value


def _postgresql_message(error: asyncpg.PostgresError) -> str:
    """Return the SQLSTATE and the message without its details, which quote the row; of wrong data only the SQLSTATE."""
    state = str(error.sqlstate)
    if state.startswith(_DATA_EXCEPTION) or not error.args:
        return state
    return f"{state} {error.args[0]}"
