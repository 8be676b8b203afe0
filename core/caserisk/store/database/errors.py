"""Errors of the drivers, and the one among them that a command retries."""

from __future__ import annotations

import sqlite3

import asyncpg  # type: ignore[import-untyped]  # ships no types

DRIVER_ERRORS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the drivers raise where SQLAlchemy does not stand between; callers see it as SQLAlchemy's `DBAPIError`."""

_SERIALIZATION_FAILURES = {"40001", "40P01"}  # PostgreSQL: could not serialize, deadlock detected
_INTEGRITY_VIOLATION = "23"  # PostgreSQL: the class of violated constraints


class Stale(Exception):
    """A transaction that another one made impossible: the state that it was decided on has changed."""


def is_lost_race(error: BaseException) -> bool:
    """Tell whether another transaction made this one impossible, so that deciding anew makes sense.

    A violated constraint counts too: the row that stands against it was not there when the command was decided.
    """
    if isinstance(error, sqlite3.Error):
        return isinstance(error, sqlite3.IntegrityError) or "locked" in str(error)
    sqlstate = str(getattr(error, "sqlstate", ""))
    return sqlstate in _SERIALIZATION_FAILURES or sqlstate.startswith(_INTEGRITY_VIOLATION)
