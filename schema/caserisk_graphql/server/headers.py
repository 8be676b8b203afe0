"""Read the headers of requests, and add the security headers to every response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Headers = Mapping[bytes, bytes]
"""The headers of a request by their names in lower case."""

SECURITY_HEADERS = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}
"""The headers of every response: its type is not to be guessed, it is not to be framed, its address not passed on."""

_ENCODED_SECURITY_HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items()]


def get_header(headers: Headers, name: bytes) -> str | None:
    """Return a header of a request by its name in lower case; None where it was not sent."""
    # ASGI passes bytes on as they came; Latin-1 decodes any of them, so no header makes a request fail.
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def client_address(scope: Scope) -> str:
    """Return the address of the client; empty where the server does not know it."""
    client = scope.get("client")
    return client[0] if client else ""


@dataclass(frozen=True, slots=True)
class SecurityHeaders:
    """ASGI middleware that adds the security headers to every response."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to its response the security headers that are missing."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name for name, _ in headers}
                message["headers"] = headers + [item for item in _ENCODED_SECURITY_HEADERS if item[0] not in present]
            await send(message)

        await self.app(scope, receive, send_with_headers)
