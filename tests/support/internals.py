"""What no answer says: words of the program, its files, and its database."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"""
    Traceback | \bFile\ " | \.py\b | site-packages                          # of Python's own reports
    | \b[A-Z][A-Za-z]+(?:Error|Exception)\b | \bException\b | NoneType      # of its classes
    | <class | \bobject\ at\ 0x | \bself\.                                  # of its objects
    | \basyncio\b | \bcoroutine\b | \bdataclass\b
    | sqlalchemy | asyncpg | aiosqlite | sqlite | starlette | uvicorn | strawberry | msgspec | graphql-core
    | \bSELECT\b | \bINSERT\ INTO\b | \bWHERE\b | no\ such\ (?:table|column) | syntax\ error\ at   # of SQL
    | /home/ | /usr/ | /opt/
    """,
    re.VERBOSE,
)


def internals_in(text: str) -> list[str]:
    """Return the words of a text that show the inside of the program: paths, SQL, names of exceptions."""
    return _WORDS.findall(text)
