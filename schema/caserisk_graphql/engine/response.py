"""The response to a request, as JSON text: what was read by SQL is part of it as the database wrote it."""

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
    """The cost of an operation and its limit, in values of the answer; ``text`` is both in JSON, for the response."""

    requested: int
    limit: int
    text: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLResponse:
    """The response to a request.

    ``data`` is None where nothing was executed; ``errors`` are formatted for the client; ``cost`` is None where it is
    not known. ``retry_after`` is the seconds after which a request over the rate limit may be sent again. ``cursor`` is
    the place in the log of the event that a response of a subscription is about.
    """

    data: Json | None
    errors: Sequence[Mapping[str, Any]] = field(default=())
    cost: Cost | None = None
    retry_after: int | None = None
    cursor: str | None = None

    @property
    def text(self) -> Json:
        """Return the whole response."""
        members = []
        if self.data is not None:
            members.append(b'"data":' + self.data)
        if self.errors:
            members.append(b'"errors":' + encode(self.errors))
        if self.cost is not None:
            members.append(b'"extensions":{"cost":' + self.cost.text + b"}")
        return b"{" + b",".join(members) + b"}"


def json_object(members: Mapping[str, Json]) -> Json:
    """Return a JSON object of members that are JSON already; their keys are names of GraphQL, which need no escapes."""
    return b"{" + b",".join(b'"%s":%s' % (key.encode(), text) for key, text in members.items()) + b"}"
