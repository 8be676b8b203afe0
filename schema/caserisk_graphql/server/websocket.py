"""Serve GraphQL over WebSocket: the protocol graphql-transport-ws, with its close codes.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import msgspec
from starlette.types import Message as AsgiMessage
from starlette.types import Receive, Scope, Send

from caserisk_graphql.client_info import client_from_headers
from caserisk_graphql.context import Context
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import encode
from caserisk_graphql.engine.session_expiry import SessionExpired, until_expiry
from caserisk_graphql.server.cors import may_open_socket
from caserisk_graphql.server.headers import Headers, client_address, get_header
from caserisk_graphql.server.service import ApiService

log = logging.getLogger("caserisk.graphql")

PROTOCOL = "graphql-transport-ws"

_POLICY_VIOLATION = 1008
"""The close code of WebSocket itself (RFC 6455); before the handshake is accepted it is answered with 403."""

_CONNECTION_INIT_TIMEOUT = 10.0
"""Seconds that a client has to send ``connection_init``."""

_EXPIRY_GRACE = 10.0
"""Seconds that operations have to send their last result, once the session has expired."""


class CloseCode(Enum):
    """The close codes of the protocol, with their reasons."""

    BAD_REQUEST = 4400, "Invalid message"
    UNAUTHORIZED = 4401, "Unauthorized"
    FORBIDDEN = 4403, "Forbidden"
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406, "Subprotocol not acceptable"
    CONNECTION_INITIALISATION_TIMEOUT = 4408, "Connection initialisation timeout"
    SUBSCRIBER_ALREADY_EXISTS = 4409, "Subscriber already exists"
    TOO_MANY_INITIALISATION_REQUESTS = 4429, "Too many initialisation requests"
    # The protocol has no codes for these two limits, so they share that of the one above.
    TOO_MANY_OPERATIONS = 4429, "Too many operations"
    TOO_MANY_CONNECTIONS = 4429, "Too many connections"
    INTERNAL_SERVER_ERROR = 4500, "Internal error"


class _CloseConnection(Exception):
    """The server has to close the connection with a code."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class _Disconnected(Exception):
    """The connection is closed already: nothing can be sent any more."""


class _ConnectionInit(msgspec.Struct, frozen=True, tag="connection_init"):
    payload: dict[str, Any] | None = None


class _Ping(msgspec.Struct, frozen=True, tag="ping"):
    payload: dict[str, Any] | None = None


class _Pong(msgspec.Struct, frozen=True, tag="pong"):
    payload: dict[str, Any] | None = None


class _Subscribe(msgspec.Struct, frozen=True, tag="subscribe"):
    id: str
    payload: GraphQLRequest


class _Complete(msgspec.Struct, frozen=True, tag="complete"):
    id: str


_ClientMessage = _ConnectionInit | _Ping | _Pong | _Subscribe | _Complete

_DECODER: msgspec.json.Decoder[_ClientMessage] = msgspec.json.Decoder(_ClientMessage)


@dataclass(frozen=True, slots=True)
class WebSocketEndpoint:
    """The ASGI application for GraphQL requests over WebSocket."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection until either side closes it."""
        with suppress(_Disconnected):
            await self._serve(scope, receive, _raise_when_disconnected(send))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if not may_open_socket(scope, self.service.settings.cors_origins):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})  # a close code can only be sent once the handshake is accepted
            await send(_close_message(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE))
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = _Connection(
            service=self.service,
            headers=dict(scope["headers"]),
            address=client_address(scope),
            receive=receive,
            send=send,
        )
        try:
            await connection.serve()
        except _CloseConnection as closing:
            await send(_close_message(closing.code))
        except _Disconnected:
            raise
        except Exception:
            log.exception("a socket is closed by an unexpected fault")
            await send(_close_message(CloseCode.INTERNAL_SERVER_ERROR))
        finally:
            await connection.end()


@dataclass(slots=True, kw_only=True)
class _Connection:
    """One connection, with its running operations by the ids that the client chose; no context before the init."""

    service: ApiService
    headers: Headers
    address: str
    receive: Receive
    send: Send
    context: Context | None = None
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def serve(self) -> None:
        """Handle messages until the client disconnects.

        Raises:
            _CloseConnection: the client breaks the protocol, or its session has expired.
        """
        try:
            # One timeout around all messages until then: a client that only sends pings does not prolong it.
            async with asyncio.timeout(_CONNECTION_INIT_TIMEOUT):
                message = await self.receive_message(wait_for_init=True)
        except TimeoutError:
            raise _CloseConnection(CloseCode.CONNECTION_INITIALISATION_TIMEOUT) from None
        while message is not None:
            await self.handle(message)
            message = await self.receive_message()

    async def receive_message(self, *, wait_for_init: bool = False) -> _ClientMessage | None:
        """Return the next message, None where the client has disconnected; before the init, answer pings meanwhile."""
        while True:
            received = await self.receive_until_expiry()
            if received["type"] == "websocket.disconnect":
                return None
            message = _decode(received)
            if not (wait_for_init and isinstance(message, _Ping | _Pong)):
                return message
            await self.handle(message)

    async def receive_until_expiry(self) -> AsgiMessage:
        """Return what the server receives next, while the session lasts.

        Raises:
            _CloseConnection: the session has expired; running operations were given time to say so.
        """
        try:
            async with until_expiry(self.context.session_expires_at if self.context else None):
                return await self.receive()
        except SessionExpired:
            if self.running:
                await asyncio.wait(self.running.values(), timeout=_EXPIRY_GRACE)
            raise _CloseConnection(CloseCode.FORBIDDEN) from None

    async def handle(self, message: _ClientMessage) -> None:
        """Do what a message asks for."""
        # Nothing is done for a pong: the protocol lets a client send one at any time, as a heartbeat.
        match message:
            case _ConnectionInit(payload=payload):
                await self.initialise(payload or {})
            case _Ping():
                await self.send_message({"type": "pong"})
            case _Subscribe(id=id, payload=request):
                self.subscribe(id, request)
            # An id that is not running is none of the client's mistake: its operation may just have ended.
            case _Complete(id=id) if id in self.running:
                # Taken out at once: nothing answers a `complete`, so the client may use the id again.
                self.running.pop(id).cancel()

    async def initialise(self, payload: dict[str, Any]) -> None:
        """Authenticate the client by the payload of ``connection_init``, or else by the headers of the handshake."""
        if self.context is not None:
            raise _CloseConnection(CloseCode.TOO_MANY_INITIALISATION_REQUESTS)
        # The members stand for headers, which a browser cannot set on a socket; names of headers may have any case.
        parameters = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}

        def get(name: str) -> str | None:
            return parameters.get(name, get_header(self.headers, name.encode()))

        context = await self.service.context_by_token(
            get("authorization"), get("accept-language"), client_from_headers(get)
        )
        if context.viewer is None:
            # The protocol has no message that refuses a connection; it recommends this code.
            raise _CloseConnection(CloseCode.FORBIDDEN)
        context.address = self.address
        if not self.service.quota.acquire(context.caller):
            raise _CloseConnection(CloseCode.TOO_MANY_CONNECTIONS)
        self.context = context  # from here on, `end` releases the quota
        await self.send_message({"type": "connection_ack"})

    def subscribe(self, id: str, request: GraphQLRequest) -> None:
        """Start an operation: a subscription, or a query or mutation with one result.

        Raises:
            _CloseConnection: the client is not authenticated, uses an id twice, or runs too many operations.
        """
        if self.context is None:
            raise _CloseConnection(CloseCode.UNAUTHORIZED)
        if id in self.running:
            raise _CloseConnection(CloseCode.SUBSCRIBER_ALREADY_EXISTS)
        if len(self.running) >= self.service.limits.max_operations:
            raise _CloseConnection(CloseCode.TOO_MANY_OPERATIONS)
        self.running[id] = asyncio.create_task(self.run(id, request, self.context))

    async def run(self, id: str, request: GraphQLRequest, context: Context) -> None:
        """Execute an operation and send its results, until the client disconnects."""
        with suppress(_Disconnected):
            await self.send_results(id, request, context)

    async def send_results(self, id: str, request: GraphQLRequest, context: Context) -> None:
        """Execute an operation and send its results."""
        key = encode(id)  # the result is encoded already, so the message is joined around it
        async with aclosing(self.service.engine.stream(request, context)) as results:
            async for result in results:
                if result.data is None:  # it was refused before it ran, and the protocol has a message for that
                    # An `error` ends the operation by itself: the protocol has no `complete` after it.
                    self.forget(id)
                    await self.send_text(b'{"type":"error","id":%s,"payload":%s}' % (key, encode(result.errors)))
                    return
                await self.send_text(b'{"type":"next","id":%s,"payload":%s}' % (key, result.text))
        # Forgotten first: the client may use the id again as soon as it has the message.
        self.forget(id)
        await self.send_text(b'{"type":"complete","id":%s}' % key)

    def forget(self, id: str) -> None:
        """Free the id of the operation that ends, unless the client has given it to another in the meantime."""
        if self.running.get(id) is asyncio.current_task():
            del self.running[id]

    async def send_message(self, message: dict[str, Any]) -> None:
        """Send a message of the server's own."""
        await self.send_text(encode(message))

    async def send_text(self, text: bytes) -> None:
        """Send an encoded message."""
        await self.send({"type": "websocket.send", "text": text.decode()})

    async def end(self) -> None:
        """Cancel all operations, and release the quota."""
        if self.context is not None:
            self.service.quota.release(self.context.caller)
        running = list(self.running.values())
        for task in running:
            task.cancel()
        # Waited for, so that their snapshots are closed before the connection counts as gone.
        await asyncio.gather(*running, return_exceptions=True)


def _decode(received: AsgiMessage) -> _ClientMessage:
    text = received.get("text")
    if text is None:  # binary messages are not part of the protocol
        raise _CloseConnection(CloseCode.BAD_REQUEST)
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _CloseConnection(CloseCode.BAD_REQUEST) from None


def _raise_when_disconnected(send: Send) -> Send:
    """Wrap ``send`` so that it raises `_Disconnected`, whatever the server raises on a closed connection."""

    async def send_or_raise(message: AsgiMessage) -> None:
        try:
            await send(message)
        except (OSError, RuntimeError) as closed:  # uvicorn raises either, by how the connection ended
            raise _Disconnected from closed

    return send_or_raise


def _close_message(code: CloseCode) -> AsgiMessage:
    number, reason = code.value
    return {"type": "websocket.close", "code": number, "reason": reason}
