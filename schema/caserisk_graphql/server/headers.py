"""Headers: those of a request as texts, and those of every response.

Whatever the response is: no frame around it, no guessing what it may be, no word of where from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = Mapping[bytes, bytes]

GUARDS = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}

_GUARDS = [(name.encode(), value.encode()) for name, value in GUARDS.items()]


def header(headers: Headers, name: bytes) -> str | None:
    """A header of a request, by its name in lower case; None where it was not sent."""
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def address_of(scope: Scope) -> str:
    """Where a request comes from, as far as the server knows."""
    client = scope.get("client")
    return client[0] if client else ""


@dataclass(frozen=True, slots=True)
class Guarded:
    """An ASGI application whose responses all have these headers."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its response what is missing."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                there = {name for name, _ in headers}
                message["headers"] = headers + [guard for guard in _GUARDS if guard[0] not in there]
            await send(message)

        await self.app(scope, receive, guarded)
