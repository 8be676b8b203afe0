"""``POST /graphql/ticket``: a ticket for a browser's ``EventSource``, for whoever sends a token."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from caserisk_graphql.auth import Unauthenticated
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input, unauthenticated
from caserisk_graphql.server.error_responses import refusal
from caserisk_graphql.server.service import ApiService

_METHOD = "POST"


@dataclass(frozen=True, slots=True)
class TicketEndpoint:
    """Where tickets are given, as an ASGI application."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (await self._answer(Request(scope)))(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != _METHOD:
            wrong = bad_input(f"不支持 {request.method} 方法;请用 POST", f"{request.method} is not answered; use POST")
            return refusal(request, 405, wrong, {"allow": _METHOD})
        try:
            signed_in = await self.service.application.authenticator.sign_in(request.headers.get("authorization"))
        except Unauthenticated as error:
            return _unauthorised(request, error)
        if signed_in is None:
            return _unauthorised(request, unauthenticated())
        ticket, expires_at = await self.service.tickets.issue(signed_in)
        body = encode({"ticket": ticket, "expiresAt": expires_at})
        return Response(body, headers={"cache-control": "no-store"}, media_type="application/json; charset=utf-8")


def _unauthorised(request: Request, error: RequestError) -> Response:
    return refusal(request, 401, error, {"www-authenticate": "Bearer"})
