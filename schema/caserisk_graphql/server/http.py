"""GraphQL over HTTP: POST with a JSON body, GET for queries; the status and the media type as the specification has it.

https://graphql.github.io/graphql-over-http/draft/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import msgspec
from graphql import OperationType
from starlette.requests import Request as HttpRequest
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
from caserisk_graphql.server.disconnect import DisconnectWatcher
from caserisk_graphql.server.graphiql import page
from caserisk_graphql.server.headers import Headers, address_of, header
from caserisk_graphql.server.language import locale_of
from caserisk_graphql.server.service import ApiService
from caserisk_graphql.server.sse import stream

_METHODS = "GET, POST"


class NotAnswered(Exception):
    """A request that is no GraphQL request: its HTTP status, and why."""

    def __init__(self, status: int, error: RequestError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error.message)
        self.status, self.error, self.headers = status, error, headers or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What goes out."""

    status: int
    type: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The HTTP side of the endpoint, as an ASGI application."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GraphQLResponse one request."""
        headers: Headers = dict(scope["headers"])
        accept = header(headers, b"accept")
        if scope["method"] == "GET" and _wants_page(scope, accept):
            await (await page(HttpRequest(scope)))(scope, receive, send)
            return
        type_ = content_negotiation.chosen(accept, (*content_negotiation.ANSWERS, content_negotiation.STREAM))
        try:
            if type_ is None:
                raise _not_acceptable(accept)
            request = await self._request(scope, receive, headers)
            context = await self._context(scope, headers, type_)
            if scope["method"] == "GET":
                await self._refuse_changes(request, context)
            if type_ == content_negotiation.STREAM:
                await self._stream(request, context, receive, send)
                return
            with DisconnectWatcher(receive) as waiting:
                answer = await self.service.operations.execute(request, context)
            if waiting.left:
                return
            wait = {} if answer.retry_after is None else {"retry-after": str(answer.retry_after)}
            response = Response(status=_status(answer, type_), type=type_, body=answer.text, headers=wait)
        except NotAnswered as refused:
            locale = locale_of(header(headers, b"accept-language"))
            body = encode({"errors": [format_error(refused.error, locale)]})
            refused_in = type_ if type_ in content_negotiation.ANSWERS else content_negotiation.JSON
            response = Response(status=refused.status, type=refused_in, body=body, headers=refused.headers)
        await _send(response, send)

    async def _request(self, scope: Scope, receive: Receive, headers: Headers) -> GraphQLRequest:
        """The GraphQL request that is sent.

        Raises:
            NotAnswered: it is none.
        """
        if scope["method"] == "POST":
            return await _posted(receive, headers, self.service.limits)
        if scope["method"] == "GET":
            return _queried(scope)
        raise NotAnswered(405, _method(scope["method"]), {"allow": _METHODS})

    async def _stream(self, request: GraphQLRequest, context: Context, receive: Receive, send: Send) -> None:
        """GraphQLResponse with a stream of events.

        Raises:
            NotAnswered: 429, where the client has as many as it may.
        """
        quota = self.service.quota
        if not quota.acquire(context.caller):
            raise _too_many_streams(self.service.limits)
        try:
            await stream(self.service.operations, request, context, receive, send)
        finally:
            quota.release(context.caller)

    async def _context(self, scope: Scope, headers: Headers, type_: str) -> Context:
        """The context of a request, with where it comes from and where its stream goes on.

        Raises:
            NotAnswered: the ticket lets nobody in, or into nothing but a stream.
        """
        context = await self._asking(scope, headers, type_)
        context.address = address_of(scope)
        seen = header(headers, b"last-event-id")
        context.resume_after = EventCursor(seen) if seen else None
        return context

    async def _asking(self, scope: Scope, headers: Headers, type_: str) -> Context:
        """Who asks: by the header, or by the ticket of a browser that cannot send one.

        Raises:
            NotAnswered: the ticket lets nobody in, or into nothing but a stream.
        """
        language = header(headers, b"accept-language")
        client = client_from_headers(lambda name: header(headers, name.encode()))
        ticket = _ticket(scope)
        if ticket is None:
            return await self.service.context(header(headers, b"authorization"), language, client)
        if type_ != content_negotiation.STREAM:
            raise NotAnswered(400, _ticket_of_streams())
        try:
            return await self.service.context_by_ticket(ticket, language, client)
        except Unauthenticated as refused:
            raise NotAnswered(401, refused, {"www-authenticate": "Bearer"}) from None

    async def _refuse_changes(self, request: GraphQLRequest, context: Context) -> None:
        """Refuse what changes something: links are followed without asking."""
        try:
            operation = await self.service.operations.find_operation(request, context)
        except RequestRejected:
            return
        if operation.kind is OperationType.MUTATION:
            refused = bad_input("GET 不接受 mutation;请用 POST", "a mutation is not taken by GET; send it by POST")
            raise NotAnswered(405, refused, {"allow": "POST"})


def _status(answer: GraphQLResponse, type_: str) -> int:
    """The status of an answer: in JSON whatever GraphQL itself answers is well, in its own type only what ran."""
    if answer.retry_after is not None:
        return 429
    return 400 if answer.data is None and type_ == content_negotiation.GRAPHQL else 200


def _wants_page(scope: Scope, accept: str | None) -> bool:
    """Whether a browser asks for the page, and nothing is queried."""
    offered = (*content_negotiation.ANSWERS, content_negotiation.HTML)
    asked = any(name in scope["query_string"] for name in (b"query=", b"documentId="))
    return not asked and content_negotiation.chosen(accept, offered) == content_negotiation.HTML


# ------------------------------------------------------------------------------------------------ requests


async def _posted(receive: Receive, headers: Headers, limits: Limits) -> GraphQLRequest:
    content_type, encoding = header(headers, b"content-type"), header(headers, b"content-encoding")
    if not content_negotiation.is_json_in_utf8(content_type):
        raise NotAnswered(415, _media_type(content_type))
    if encoding not in {None, "identity"}:
        raise NotAnswered(415, _encoding(encoding))
    if not _may_be_read(header(headers, b"content-length"), limits):
        raise _too_large(limits)
    body = await _body(receive, limits)
    try:
        return parse_request(body)
    except RequestError as error:
        raise NotAnswered(400, error) from None


def _may_be_read(length: str | None, limits: Limits) -> bool:
    """Whether a body is not said to be too large; of so many digits, it is."""
    return length is None or (length.isdecimal() and len(length) < 20 and int(length) <= limits.max_body)


async def _body(receive: Receive, limits: Limits) -> bytes:
    """The whole body.

    Raises:
        NotAnswered: 413, where it is too large.
    """
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise NotAnswered(400, bad_input("请求体不完整", "the body is not complete"))
        body += message.get("body", b"")
        if len(body) > limits.max_body:
            raise _too_large(limits)
        if not message.get("more_body"):
            return body


def _queried(scope: Scope) -> GraphQLRequest:
    try:
        given = parse_qs(scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=20)
        members: dict[str, Any] = {name: values[0] for name, values in given.items()}
        members["operationName"] = members.get("operationName") or None  # an empty one is none
        for name in ("variables", "extensions"):
            if name in members:
                members[name] = msgspec.json.decode(members[name]) if members[name] else None
        return request_from(members)
    except RequestError as error:
        raise NotAnswered(400, error) from None
    except (ValueError, UnicodeError, RecursionError, msgspec.MsgspecError):
        wrong = bad_input(
            "查询参数有误:variables 与 extensions 应为 JSON 对象",
            "the query's parameters are wrong: `variables` and `extensions` have to be JSON objects",
        )
        raise NotAnswered(400, wrong) from None


def _ticket(scope: Scope) -> str | None:
    """The ticket of a GET request."""
    if scope["method"] != "GET" or b"ticket=" not in scope["query_string"]:
        return None
    found = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("ticket")
    return found[0] if found else None


# ------------------------------------------------------------------------------------------------ refusals


def _not_acceptable(accept: str | None) -> NotAnswered:
    types = (*content_negotiation.ANSWERS, content_negotiation.STREAM)
    offered = " 或 ".join(types), " or ".join(types)
    return NotAnswered(
        406,
        bad_input(
            f"Accept「{(accept or '')[:200]}」不含可用的类型;请接受 {offered[0]}",
            f"`Accept` {(accept or '')[:200]!r} names no type that there is; accept {offered[1]}",
        ),
    )


def _method(method: str) -> RequestError:
    return bad_input(f"不支持 {method} 方法;请用 POST 或 GET", f"{method} is not answered; use POST or GET")


def _media_type(content_type: str | None) -> RequestError:
    shown_type = (content_type or "")[:200]
    return bad_input(
        f"Content-Type「{shown_type}」不受支持;应为 application/json(UTF-8)",
        f"the content type {shown_type!r} is not taken; send application/json in UTF-8",
    )


def _encoding(encoding: str | None) -> RequestError:
    shown_encoding = (encoding or "")[:50]
    return bad_input(
        f"Content-Encoding「{shown_encoding}」不受支持;请不压缩发送",
        f"the content encoding {shown_encoding!r} is not taken; send the body as it is",
    )


def _ticket_of_streams() -> RequestError:
    return bad_input(
        "票据只用于事件流(Accept: text/event-stream);其他请求请用 Authorization",
        "a ticket opens event streams alone (Accept: text/event-stream); elsewhere send Authorization",
    )


def _too_large(limits: Limits) -> NotAnswered:
    refused = too_large(
        f"请求体过大,最多 {limits.max_body} 字节", f"the body is too large; it may have {limits.max_body} bytes"
    )
    return NotAnswered(413, refused, {"connection": "close"})


def _too_many_streams(limits: Limits) -> NotAnswered:
    refused = too_complex(
        f"已打开 {limits.max_sockets} 个连接,不能再多;请先关闭其他连接",
        f"you have {limits.max_sockets} connections open, and may have no more; close others first",
    )
    return NotAnswered(429, refused)


# ------------------------------------------------------------------------------------------------ responses


async def _send(response: Response, send: Send) -> None:
    headers = [
        (b"content-type", f"{response.type}; charset=utf-8".encode()),
        (b"content-length", b"%d" % len(response.body)),
        (b"cache-control", b"no-store"),
        *((name.encode(), value.encode()) for name, value in response.headers.items()),
    ]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
