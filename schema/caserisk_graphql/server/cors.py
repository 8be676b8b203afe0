"""Decide which web pages may call the API: our own, and those of the allowed origins. Programs send no origin."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Scope

from caserisk_graphql.server.headers import get_header

_ALLOWED_HEADERS = (
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
"""The headers that a page may send."""

_EXPOSED_HEADERS = ("retry-after", "x-request-id")
"""The headers of a response that a page may read."""

_PREFLIGHT_MAX_AGE = 600
"""Seconds for which a browser may cache the answer to a preflight request."""


def cors_middleware(origins: Sequence[str]) -> list[Middleware]:
    """Return the middleware that lets pages of these origins read responses; none where there are no origins.

    Credentials are never allowed: the API sets and reads no cookies.
    """
    if not origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=list(origins),
            allow_methods=("GET", "POST"),
            allow_headers=_ALLOWED_HEADERS,
            allow_credentials=False,
            expose_headers=_EXPOSED_HEADERS,
            max_age=_PREFLIGHT_MAX_AGE,
        )
    ]


def may_open_socket(scope: Scope, origins: Sequence[str]) -> bool:
    """Tell whether a handshake comes from a program, from a page of our own host, or from an allowed origin.

    Browsers send no preflight request before they open a socket to another host, so the server has to check.
    """
    headers = dict(scope["headers"])
    origin, host = get_header(headers, b"origin"), (get_header(headers, b"host") or "").lower()
    if origin is None:
        return True
    origin = origin.lower()
    # The scheme is unknown behind a proxy that ends TLS, so both count as our own.
    return origin in origins or (host != "" and origin in (f"http://{host}", f"https://{host}"))
