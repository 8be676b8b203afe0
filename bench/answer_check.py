"""Checks that servers answer alike: a fast server with another answer has won nothing."""

from __future__ import annotations

import re
from collections.abc import Set
from typing import Any

import msgspec

from bench.client import send_once
from bench.queries import Query
from bench.servers.running import RunningServer

_NEW = {"id", "cursor", "performedAt", "version"}
"""What is another each time something is written."""

_MASKED = {"title"}
"""What our server shows only to who may see the parties; the others check nobody."""

_ID = re.compile(rb'"((?:case|warning|assessment|disposition|event|officer)_[0-9a-z]{26})"')


class Disagreement(Exception):
    """A server answers with errors, or differently than another."""


async def check_answer(query: Query, server: RunningServer, raw: RunningServer) -> int:
    """Compare a server's answer with the raw one's, and return how many fields the latter has.

    Of a server with our schema the same JSON is wanted, of another the same objects.

    Raises:
        Disagreement: they differ.
    """
    answer, expected = await _answer(query, server), await _answer(query, raw)
    if server.contender.speaks_our_schema:
        same = _comparable(query, answer) == _comparable(query, expected)
    else:
        same = query.writes or set(_ID.findall(answer)) == set(_ID.findall(expected))
    if not same:
        raise Disagreement(f"{server.contender.name} answers {query.name} differently than {raw.contender.name}")
    return _fields(msgspec.json.decode(expected)["data"])


async def _answer(query: Query, server: RunningServer) -> bytes:
    answer = await send_once(server.port, next(server.requests(query)))
    if answer.status != 200 or query.failed(answer.body):
        said = answer.body[:500].decode(errors="replace")
        raise Disagreement(f"{server.contender.name} does not answer {query.name}: {answer.status} {said}")
    return answer.body


def _comparable(query: Query, answer: bytes) -> Any:
    """Return the data and errors of an answer; what a server says beside them is its own."""
    decoded = msgspec.json.decode(answer)
    decoded.pop("extensions", None)
    return _without(decoded, _MASKED | _NEW if query.writes else _MASKED)


def _without(value: Any, names: Set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(item, names) for key, item in value.items() if key not in names}
    return [_without(item, names) for item in value] if isinstance(value, list) else value


def _fields(value: Any) -> int:
    if isinstance(value, dict):
        return len(value) + sum(map(_fields, value.values()))
    return sum(map(_fields, value)) if isinstance(value, list) else 0
