"""Serve GraphQL over HTTP: POST with a JSON body, GET for queries, statuses and media types as specified.

https://graphql.github.io/graphql-over-http/draft/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import msgspec
from graphql import OperationType
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from caserisk_graphql.auth import Unauthenticated
from caserisk_graphql.client_info import client_from_headers
from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import RequestRejected
from caserisk_graphql.engine.error_format import format_error
from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.engine.request import GraphQLRequest, parse_request, request_from
from caserisk_graphql.engine.response import GraphQLResponse, encode
from caserisk_graphql.errors import RequestError, bad_input, too_complex, too_large
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.server import content_negotiation
from caserisk_graphql.server.content_negotiation import EVENT_STREAM, RESPONSE_TYPES, choose_media_type
from caserisk_graphql.server.disconnect import DisconnectWatcher
from caserisk_graphql.server.graphiql import page
from caserisk_graphql.server.headers import Headers, client_address, get_header
from caserisk_graphql.server.language import choose_locale
from caserisk_graphql.server.service import ApiService
from caserisk_graphql.server.sse import stream_events

_ALLOWED_METHODS = "GET, POST"
_MAX_PARAMETERS = 20
"""Parameters of a query string that are parsed."""

_MAX_LENGTH_DIGITS = 20
"""Digits of a ``Content-Length`` that are read: a longer one is too large in any case, and slow to convert."""


class HttpError(Exception):
    """A request that is refused before it reaches the engine: its HTTP status, and the error to send."""

    def __init__(self, status: int, error: RequestError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.message)
        self.status, self.error, self.headers = status, error, headers or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """A response with its whole body."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HttpEndpoint:
    """The ASGI application for GraphQL requests over HTTP."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: with GraphiQL, a response, or a stream of events."""
        headers: Headers = dict(scope["headers"])
        accept = get_header(headers, b"accept")
        if scope["method"] == "GET" and _wants_graphiql(scope, accept):
            graphiql = await page(Request(scope))
            await graphiql(scope, receive, send)
            return
        type_ = choose_media_type(accept, (*RESPONSE_TYPES, EVENT_STREAM))
        try:
            if type_ is None:
                raise _not_acceptable(accept)
            request = await self._read_request(scope, receive, headers)
            context = await self._create_context(scope, headers, type_)
            if scope["method"] == "GET":
                await self._refuse_mutation(request, context)
            if type_ == EVENT_STREAM:
                await self._stream(request, context, receive=receive, send=send)
                return
            # Only now: the watcher takes messages from `receive`, and would have taken those of the body.
            with DisconnectWatcher(receive) as watcher:
                result = await self.service.engine.execute(request, context)
            if watcher.disconnected:
                return  # nobody would receive a response
            retry = {} if result.retry_after is None else {"retry-after": str(result.retry_after)}
            response = HttpResponse(status=_status(result, type_), type=type_, body=result.text, headers=retry)
        except HttpError as refused:
            locale = choose_locale(get_header(headers, b"accept-language"))
            body = encode({"errors": [format_error(refused.error, locale)]})
            # What was to be a stream is refused in JSON: EventSource reads only the status.
            error_type = type_ if type_ in RESPONSE_TYPES else content_negotiation.JSON
            response = HttpResponse(status=refused.status, type=error_type, body=body, headers=refused.headers)
        await _send(response, send)

    async def _read_request(self, scope: Scope, receive: Receive, headers: Headers) -> GraphQLRequest:
        """Read the GraphQL request from the body or the query string.

        Raises:
            HttpError: there is none.
        """
        if scope["method"] == "POST":
            return await _read_post(receive, headers, self.service.limits)
        if scope["method"] == "GET":
            return _parse_query_string(scope)
        raise HttpError(405, _method_not_allowed(scope["method"]), {"allow": _ALLOWED_METHODS})

    async def _stream(self, request: GraphQLRequest, context: Context, *, receive: Receive, send: Send) -> None:
        """Answer with a stream of events.

        Raises:
            HttpError: 429, where the client has reached its quota of connections.
        """
        quota = self.service.quota
        if not quota.acquire(context.caller):
            raise _too_many_streams(self.service.limits)
        try:
            await stream_events(self.service.engine, request, context, receive=receive, send=send)
        finally:
            quota.release(context.caller)

    async def _create_context(self, scope: Scope, headers: Headers, type_: str) -> Context:
        """Create the context of a request, with its client's address and the event its stream resumes after.

        Raises:
            HttpError: the ticket is not valid, or the request is not for a stream.
        """
        context = await self._authenticate(scope, headers, type_)
        context.address = client_address(scope)
        last_event_id = get_header(headers, b"last-event-id")
        context.resume_after = EventCursor(last_event_id) if last_event_id else None
        return context

    async def _authenticate(self, scope: Scope, headers: Headers, type_: str) -> Context:
        """Create the context by the ``Authorization`` header, or by the ticket of a browser that cannot send one.

        Raises:
            HttpError: the ticket is not valid, or the request is not for a stream.
        """
        language = get_header(headers, b"accept-language")
        client = client_from_headers(lambda name: get_header(headers, name.encode()))
        ticket = _ticket(scope)
        if ticket is None:
            return await self.service.context_by_token(get_header(headers, b"authorization"), language, client)
        if type_ != EVENT_STREAM:
            raise HttpError(400, _ticket_without_stream())
        try:
            return await self.service.context_by_ticket(ticket, language, client)
        except Unauthenticated as error:
            raise HttpError(401, error, {"www-authenticate": "Bearer"}) from None

    async def _refuse_mutation(self, request: GraphQLRequest, context: Context) -> None:
        """Refuse a mutation over GET: a browser follows links from other pages without asking.

        Raises:
            HttpError: 405, for a mutation.
        """
        try:
            operation = await self.service.engine.find_operation(request, context)
        except RequestRejected:
            return  # the engine finds the same fault again, and formats it
        if operation.kind is OperationType.MUTATION:
            error = bad_input("GET 不接受 mutation;请用 POST", "a mutation is not taken by GET; send it by POST")
            raise HttpError(405, error, {"allow": "POST"})


def _status(result: GraphQLResponse, type_: str) -> int:
    """Return the HTTP status of a result: in JSON a refused document is 200 too, in GraphQL's own type it is 400."""
    if result.retry_after is not None:
        return 429
    return 400 if result.data is None and type_ == content_negotiation.GRAPHQL else 200


def _wants_graphiql(scope: Scope, accept: str | None) -> bool:
    """Tell whether a browser asks for a page, and sends no query."""
    sends_query = any(name in scope["query_string"] for name in (b"query=", b"documentId="))
    # HTML last, as the first of equal weight is chosen: a program that accepts anything (`*/*`) gets JSON.
    offered = (*RESPONSE_TYPES, content_negotiation.HTML)
    return not sends_query and choose_media_type(accept, offered) == content_negotiation.HTML


# ------------------------------------------------------------------------------------------------ requests


async def _read_post(receive: Receive, headers: Headers, limits: Limits) -> GraphQLRequest:
    content_type, encoding = get_header(headers, b"content-type"), get_header(headers, b"content-encoding")
    # Forms and text/plain are what a foreign page may post without a preflight request: they must not get through.
    if not content_negotiation.is_json_in_utf8(content_type):
        raise HttpError(415, _unsupported_media_type(content_type))
    if encoding not in {None, "identity"}:
        raise HttpError(415, _unsupported_encoding(encoding))
    if not _is_length_allowed(get_header(headers, b"content-length"), limits):
        raise _body_too_large(limits)
    body = await _read_body(receive, limits)
    try:
        return parse_request(body)
    except RequestError as error:
        raise HttpError(400, error) from None


def _is_length_allowed(length: str | None, limits: Limits) -> bool:
    """Tell whether the ``Content-Length``, where there is one, is within the limit."""
    return length is None or (
        length.isdecimal() and len(length) < _MAX_LENGTH_DIGITS and int(length) <= limits.max_body
    )


async def _read_body(receive: Receive, limits: Limits) -> bytes:
    """Read the whole body.

    Raises:
        HttpError: 413, where it is too large; 400, where the client disconnects before its end.
    """
    body: bytes = b""  # nearly all bodies come in one message, so joining them as they come costs nothing
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise HttpError(400, bad_input("请求体不完整", "the body is not complete"))
        body += message.get("body", b"")
        # Counted while it is read: the header may be missing, or lie.
        if len(body) > limits.max_body:
            raise _body_too_large(limits)
        if not message.get("more_body"):
            return body


def _parse_query_string(scope: Scope) -> GraphQLRequest:
    try:
        query = scope["query_string"].decode("ascii")  # anything else is escaped in a URL
        parameters = parse_qs(query, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)
        members: dict[str, Any] = {name: values[0] for name, values in parameters.items()}
        members["operationName"] = members.get("operationName") or None  # an empty one counts as not sent
        for name in ("variables", "extensions"):
            if name in members:
                members[name] = msgspec.json.decode(members[name]) if members[name] else None
        return request_from(members)
    except RequestError as error:
        raise HttpError(400, error) from None
    except (ValueError, UnicodeError, RecursionError, msgspec.MsgspecError):
        wrong = bad_input(
            "查询参数有误:variables 与 extensions 应为 JSON 对象",
            "the query's parameters are wrong: `variables` and `extensions` have to be JSON objects",
        )
        raise HttpError(400, wrong) from None


def _ticket(scope: Scope) -> str | None:
    """Return the ticket of a GET request, where it sends one."""
    if scope["method"] != "GET" or b"ticket=" not in scope["query_string"]:
        return None
    tickets = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("ticket")
    return tickets[0] if tickets else None


# ------------------------------------------------------------------------------------------------ errors


def _not_acceptable(accept: str | None) -> HttpError:
    types = (*RESPONSE_TYPES, EVENT_STREAM)
    offered = " 或 ".join(types), " or ".join(types)
    return HttpError(
        406,
        bad_input(
            f"Accept「{(accept or '')[:200]}」不含可用的类型;请接受 {offered[0]}",
            f"`Accept` {(accept or '')[:200]!r} names no type that there is; accept {offered[1]}",
        ),
    )


def _method_not_allowed(method: str) -> RequestError:
    return bad_input(f"不支持 {method} 方法;请用 POST 或 GET", f"{method} is not answered; use POST or GET")


def _unsupported_media_type(content_type: str | None) -> RequestError:
    shown_type = (content_type or "")[:200]
    return bad_input(
        f"Content-Type「{shown_type}」不受支持;应为 application/json(UTF-8)",
        f"the content type {shown_type!r} is not taken; send application/json in UTF-8",
    )


def _unsupported_encoding(encoding: str | None) -> RequestError:
    shown_encoding = (encoding or "")[:50]
    return bad_input(
        f"Content-Encoding「{shown_encoding}」不受支持;请不压缩发送",
        f"the content encoding {shown_encoding!r} is not taken; send the body as it is",
    )


def _ticket_without_stream() -> RequestError:
    return bad_input(
        "票据只用于事件流(Accept: text/event-stream);其他请求请用 Authorization",
        "a ticket opens event streams alone (Accept: text/event-stream); elsewhere send Authorization",
    )


def _body_too_large(limits: Limits) -> HttpError:
    error = too_large(
        f"请求体过大,最多 {limits.max_body} 字节", f"the body is too large; it may have {limits.max_body} bytes"
    )
    return HttpError(413, error, {"connection": "close"})  # the rest of the body is not read


def _too_many_streams(limits: Limits) -> HttpError:
    error = too_complex(
        f"已打开 {limits.max_sockets} 个连接,不能再多;请先关闭其他连接",
        f"you have {limits.max_sockets} connections open, and may have no more; close others first",
    )
    return HttpError(429, error)


# ------------------------------------------------------------------------------------------------ responses


async def _send(response: HttpResponse, send: Send) -> None:
    headers = [
        (b"content-type", f"{response.type}; charset=utf-8".encode()),
        (b"content-length", b"%d" % len(response.body)),
        (b"cache-control", b"no-store"),  # responses may hold parties, and depend on who asks
        *((name.encode(), value.encode()) for name, value in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
