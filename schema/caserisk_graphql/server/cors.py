"""Which web pages may ask: our own, and those of the origins that are allowed. Programs name no origin."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Scope

from caserisk_graphql.server.headers import header

_HEADERS = (
    "accept-language",
    "authorization",
    "content-type",
    "last-event-id",
    "graphql-client-name",
    "graphql-client-version",
    "apollographql-client-name",
    "apollographql-client-version",
    "x-request-id",
)
"""What a page may send."""

_EXPOSED = ("retry-after", "x-request-id")
"""What a page may read beside the answer."""

_REMEMBERED_FOR = 600
"""Seconds for which a browser need not ask again."""


def cross_origin(origins: Sequence[str]) -> list[Middleware]:
    """Let pages of these origins read what they ask for; without any, nothing stands in the way and none may.

    Never with cookies: there are none.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=("GET", "POST"),
            allow_headers=_HEADERS,
            allow_credentials=False,
            expose_headers=_EXPOSED,
            max_age=_REMEMBERED_FOR,
        )
    ]


def may_open_sockets(scope: Scope, origins: Sequence[str]) -> bool:
    """Whether a handshake comes from a program, from a page of our own host, or from an allowed origin.

    Browsers ask nobody before they open a socket to another host.
    """
    headers = dict(scope["headers"])
    origin, host = header(headers, b"origin"), (header(headers, b"host") or "").lower()
    if origin is None:
        return True
    named = origin.lower()
    return named in origins or (host != "" and named in (f"http://{host}", f"https://{host}"))
