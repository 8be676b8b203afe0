"""An answer, as the JSON text that goes out: what was read by SQL is in it as the database wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

Json = bytes
"""JSON in UTF-8."""

NULL: Json = b"null"

encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What an operation costs, and what it may; ``text`` is what an answer says of it, in JSON."""

    requested: int
    limit: int
    text: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLResponse:
    """The answer to a request. ``data`` is None where nothing was executed; ``errors`` are as clients see them.

    ``cost`` is what it costs, where that is known. ``wait`` is the seconds after which whoever asked may ask again;
    ``cursor`` the place in the log of the entry that is answered.
    """

    data: Json | None
    errors: Sequence[Mapping[str, Any]] = field(default=())
    cost: Cost | None = None
    wait: int | None = None
    cursor: str | None = None

    @property
    def text(self) -> Json:
        """The whole answer."""
        members = []
        if self.data is not None:
            members.append(b'"data":' + self.data)
        if self.errors:
            members.append(b'"errors":' + encode(self.errors))
        if self.cost is not None:
            members.append(b'"extensions":{"cost":' + self.cost.text + b"}")
        return b"{" + b",".join(members) + b"}"


def json_object(members: Mapping[str, Json]) -> Json:
    """A JSON object of members that are JSON already; GraphQL's names need no escapes."""
    return b"{" + b",".join(b'"%s":%s' % (key.encode(), text) for key, text in members.items()) + b"}"
