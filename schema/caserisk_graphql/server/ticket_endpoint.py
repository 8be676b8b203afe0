"""Serve ``POST /graphql/ticket``: a ticket for a browser's ``EventSource``, in exchange for a token."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from caserisk_graphql.auth import Unauthenticated
from caserisk_graphql.engine.response import encode
from caserisk_graphql.errors import RequestError, bad_input, unauthenticated
from caserisk_graphql.server.error_responses import error_response
from caserisk_graphql.server.service import ApiService

_METHOD = "POST"


@dataclass(frozen=True, slots=True)
class TicketEndpoint:
    """The ASGI application that issues tickets."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method != _METHOD:
            error = bad_input(f"不支持 {request.method} 方法;请用 POST", f"{request.method} is not answered; use POST")
            return error_response(request, 405, error, {"allow": _METHOD})
        try:
            session = await self.service.authenticator.sign_in(request.headers.get("authorization"))
        except Unauthenticated as error:
            return _unauthenticated_response(request, error)
        if session is None:
            return _unauthenticated_response(request, unauthenticated())
        ticket, expires_at = await self.service.tickets.issue(session)
        # In the body alone: a cookie would be sent by foreign pages too.
        body = encode({"ticket": ticket, "expiresAt": expires_at})
        return Response(body, headers={"cache-control": "no-store"}, media_type="application/json; charset=utf-8")


def _unauthenticated_response(request: Request, error: RequestError) -> Response:
    return error_response(request, 401, error, {"www-authenticate": "Bearer"})
