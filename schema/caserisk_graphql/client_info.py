"""Identify the client program by what it says of itself; its usage is recorded under that name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_MAX_CLIENT_NAME_LENGTH = 64
"""Characters of a name or a version."""

_NAME_HEADERS = ("graphql-client-name", "apollographql-client-name")
_VERSION_HEADERS = ("graphql-client-version", "apollographql-client-version")


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """The name and version that a program gives itself; used for statistics and logs alone, never for authority."""

    name: str
    version: str = ""


UNNAMED = ClientInfo("unnamed")
"""A program that sends no name, or one that cannot be shown."""


def client_from_headers(get_header: Callable[[str], str | None]) -> ClientInfo:
    """Return the program that a request names; ``get_header`` returns a header, or what takes its place, by name."""
    name = get_header(_NAME_HEADERS[0]) or get_header(_NAME_HEADERS[1])
    version = get_header(_VERSION_HEADERS[0]) or get_header(_VERSION_HEADERS[1])
    return _client(name, version or "") if name else UNNAMED


@lru_cache(maxsize=1000)  # an installation has few client programs, and each request names one
def _client(name: str, version: str) -> ClientInfo:
    name, version = name.strip(), version.strip()
    # The name ends up in tables and logs: no control characters, and not too long.
    if not _is_presentable(name):
        return UNNAMED
    return ClientInfo(name, version if _is_presentable(version) else "")


def _is_presentable(text: str) -> bool:
    return 0 < len(text) <= _MAX_CLIENT_NAME_LENGTH and text.isprintable()
