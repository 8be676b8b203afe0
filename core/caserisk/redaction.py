"""What may be said of an error where it is kept: never a value that somebody entered.

Logs are read by people who may see no case. But what a library says of an error repeats what it was working on: a key
that is taken, a text that is no number.
"""

from __future__ import annotations

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy.exc import SQLAlchemyError, StatementError

from caserisk.domain.refusals import Problem, Refused
from caserisk.domain.vocabulary import ErrorCode

_OF_PROGRAMS = (
    AttributeError,
    ImportError,
    MemoryError,
    NameError,
    OSError,
    RecursionError,
    SQLAlchemyError,
    asyncpg.InterfaceError,
    sqlite3.Error,
)
"""Errors that speak of programs, files and connections, not of data."""

_BAD_DATA = "22"  # PostgreSQL: the class of errors that quote a value


def redact(error: BaseException) -> str:
    """The kind of an error, and what it says, if that cannot repeat what was entered."""
    kind, said = type(error).__name__, _said(error)
    return f"{kind}: {said}" if said else kind


def _said(error: BaseException) -> str:
    if isinstance(error, StatementError):  # what SQLAlchemy adds is the statement and its parameters
        return redact(error.orig) if error.orig else ""
    if isinstance(error.__cause__, asyncpg.PostgresError):  # what an adapter says is its text
        return _said_by_postgresql(error.__cause__)
    if isinstance(error, asyncpg.PostgresError):
        return _said_by_postgresql(error)
    if isinstance(error, Refused):
        return "; ".join(map(_problem, error.problems))
    return str(error) if isinstance(error, _OF_PROGRAMS) else ""


def _problem(problem: Problem) -> str:
    """Its code, and of a plugin at fault what it did: no plugin is told of persons."""
    at_fault = problem.code is ErrorCode.PLUGIN_FAULT
    return f"{problem.code.value}: {problem.message.en}" if at_fault else problem.code.value


def _said_by_postgresql(error: asyncpg.PostgresError) -> str:
    """Its message, without the details that quote the row; of a value that is wrong only the code."""
    state = str(error.sqlstate)
    if state.startswith(_BAD_DATA) or not error.args:
        return state
    return f"{state} {error.args[0]}"
