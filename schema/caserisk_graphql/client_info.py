"""Which program asks, as it calls itself: what it uses is recorded under its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_LONGEST = 64
"""Characters of a name or a version."""

_NAMES = ("graphql-client-name", "apollographql-client-name")
_VERSIONS = ("graphql-client-version", "apollographql-client-version")


@dataclass(frozen=True, slots=True)
class ClientInfo:
    """A program and its version, both as it says; nothing rests on it but a record."""

    name: str
    version: str = ""


UNNAMED = ClientInfo("unnamed")
"""A program that does not say what it is, or cannot be called that."""


def client_from_headers(given: Callable[[str], str | None]) -> ClientInfo:
    """The program that says what it is in headers, or in what takes their place; ``given`` finds one by its name."""
    name = given(_NAMES[0]) or given(_NAMES[1])
    return _client(name, given(_VERSIONS[0]) or given(_VERSIONS[1]) or "") if name else UNNAMED


@lru_cache(maxsize=1000)
def _client(name: str, version: str) -> ClientInfo:
    name, version = name.strip(), version.strip()
    if not _may_be_shown(name):
        return UNNAMED
    return ClientInfo(name, version if _may_be_shown(version) else "")


def _may_be_shown(text: str) -> bool:
    return 0 < len(text) <= _LONGEST and text.isprintable()
