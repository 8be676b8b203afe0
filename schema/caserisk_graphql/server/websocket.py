"""GraphQL over WebSocket: the protocol graphql-transport-ws, with its close codes.

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
from caserisk_graphql.server.cors import may_open_sockets
from caserisk_graphql.server.headers import Headers, address_of, header
from caserisk_graphql.server.service import ApiService

log = logging.getLogger("caserisk.graphql")

PROTOCOL = "graphql-transport-ws"

_PATIENCE = 10.0
"""Seconds that a client has to send ``connection_init`` in."""

_LAST_WORDS = 10.0
"""Seconds that operations have to end in, once the sign-in has ended."""


class Close(Enum):
    """The close codes of the protocol, with their reasons."""

    INVALID = 4400, "Invalid message"
    UNAUTHORIZED = 4401, "Unauthorized"
    FORBIDDEN = 4403, "Forbidden"
    NO_PROTOCOL = 4406, "Subprotocol not acceptable"
    NO_INIT = 4408, "Connection initialisation timeout"
    KNOWN_ID = 4409, "Subscriber already exists"
    SECOND_INIT = 4429, "Too many initialisation requests"
    TOO_MANY = 4429, "Too many operations"
    NO_PLACE = 4429, "Too many connections"
    FAULT = 4500, "Internal error"


class _Closing(Exception):
    """The connection is to be closed."""

    def __init__(self, close: Close) -> None:
        super().__init__(close.name)
        self.close = close


class _Gone(Exception):
    """Nobody hears what is sent: the client has left, or the server has hung up on it."""


class _Init(msgspec.Struct, frozen=True, tag="connection_init"):
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


_Message = _Init | _Ping | _Pong | _Subscribe | _Complete
"""What a client sends."""

_DECODER: msgspec.json.Decoder[_Message] = msgspec.json.Decoder(_Message)


@dataclass(frozen=True, slots=True)
class Socket:
    """The WebSocket side of the endpoint, as an ASGI application."""

    service: ApiService

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket until either side closes it."""
        with suppress(_Gone):
            await self._serve(scope, receive, _to_whoever_listens(send))

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if not may_open_sockets(scope, self.service.application.settings.cors_origins):
            await send({"type": "websocket.close", "code": 1008})  # not accepted: the handshake is answered with 403
            return
        if PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            await send(_close(Close.NO_PROTOCOL))
            return
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL})
        connection = _Connection(self.service, dict(scope["headers"]), address_of(scope), receive, send)
        try:
            await connection.serve()
        except _Closing as closing:
            await send(_close(closing.close))
        except _Gone:
            raise
        except Exception:
            log.exception("a socket is closed by an unexpected fault")
            await send(_close(Close.FAULT))
        finally:
            await connection.end()


@dataclass(slots=True)
class _Connection:
    """One socket, with the operations that run on it by the ids that the client gave them."""

    service: ApiService
    headers: Headers
    address: str
    receive: Receive
    send: Send
    context: Context | None = None
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    async def serve(self) -> None:
        """Take messages until the client leaves.

        Raises:
            _Closing: the protocol is not kept to.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                first = await self.next_message(wait_for_init=True)
        except TimeoutError:
            raise _Closing(Close.NO_INIT) from None
        while first is not None:
            await self.take(first)
            first = await self.next_message()

    async def next_message(self, *, wait_for_init: bool = False) -> _Message | None:
        """The next message, None where the client has left; before ``connection_init``, pings are answered at once."""
        while True:
            received = await self.receive_while_signed_in()
            if received["type"] == "websocket.disconnect":
                return None
            message = _read(received)
            if not (wait_for_init and isinstance(message, _Ping | _Pong)):
                return message
            await self.take(message)

    async def receive_while_signed_in(self) -> AsgiMessage:
        """What comes next, while the client is signed in: then what runs says that it is over, and so does the socket.

        Raises:
            _Closing: the sign-in has ended.
        """
        try:
            async with until_expiry(self.context.session_expires_at if self.context else None):
                return await self.receive()
        except SessionExpired:
            if self.running:
                await asyncio.wait(self.running.values(), timeout=_LAST_WORDS)
            raise _Closing(Close.FORBIDDEN) from None

    async def take(self, message: _Message) -> None:
        """Do what a message says."""
        match message:
            case _Init(payload=payload):
                await self.initialise(payload or {})
            case _Ping():
                await self.tell({"type": "pong"})
            case _Subscribe(id=id, payload=request):
                self.begin(id, request)
            case _Complete(id=id) if id in self.running:
                self.running.pop(id).cancel()

    async def initialise(self, given: dict[str, Any]) -> None:
        """Find who asks, and in which language, by ``connection_init`` or else by the headers."""
        if self.context is not None:
            raise _Closing(Close.SECOND_INIT)
        said = {name.lower(): value for name, value in given.items() if isinstance(value, str)}
        context = await self.service.context(
            said.get("authorization", header(self.headers, b"authorization")),
            said.get("accept-language", header(self.headers, b"accept-language")),
            client_from_headers(lambda name: said.get(name, header(self.headers, name.encode()))),
        )
        if context.viewer is None:
            raise _Closing(Close.FORBIDDEN)
        context.address = self.address
        if not self.service.quota.acquire(context.caller):
            raise _Closing(Close.NO_PLACE)
        self.context = context
        await self.tell({"type": "connection_ack"})

    def begin(self, id: str, request: GraphQLRequest) -> None:
        """Begin an operation."""
        if self.context is None:
            raise _Closing(Close.UNAUTHORIZED)
        if id in self.running:
            raise _Closing(Close.KNOWN_ID)
        if len(self.running) >= self.service.limits.max_operations:
            raise _Closing(Close.TOO_MANY)
        self.running[id] = asyncio.create_task(self.run(id, request, self.context))

    async def run(self, id: str, request: GraphQLRequest, context: Context) -> None:
        """Execute an operation and send what it answers, while somebody listens."""
        with suppress(_Gone):
            await self.answer(id, request, context)

    async def answer(self, id: str, request: GraphQLRequest, context: Context) -> None:
        """Execute an operation and send what it answers."""
        key = encode(id)
        async with aclosing(self.service.operations.stream(request, context)) as answers:
            async for answer in answers:
                if answer.data is None:
                    self.forget(id)
                    await self.say(b'{"type":"error","id":%s,"payload":%s}' % (key, encode(answer.errors)))
                    return
                await self.say(b'{"type":"next","id":%s,"payload":%s}' % (key, answer.text))
        self.forget(id)
        await self.say(b'{"type":"complete","id":%s}' % key)

    def forget(self, id: str) -> None:
        """An operation is over: its id may be given to another."""
        if self.running.get(id) is asyncio.current_task():
            del self.running[id]

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a message of our own."""
        await self.say(encode(message))

    async def say(self, text: bytes) -> None:
        """Send a text."""
        await self.send({"type": "websocket.send", "text": text.decode()})

    async def end(self) -> None:
        """End all operations, and give the place back."""
        if self.context is not None:
            self.service.quota.release(self.context.caller)
        running = list(self.running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _read(received: AsgiMessage) -> _Message:
    text = received.get("text")
    if text is None:
        raise _Closing(Close.INVALID)
    try:
        return _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise _Closing(Close.INVALID) from None


def _to_whoever_listens(send: Send) -> Send:
    """The same, but raises `_Gone` whatever a server raises where the socket is closed already."""

    async def send_or_be_gone(message: AsgiMessage) -> None:
        try:
            await send(message)
        except (OSError, RuntimeError) as closed:
            raise _Gone from closed

    return send_or_be_gone


def _close(close: Close) -> AsgiMessage:
    code, reason = close.value
    return {"type": "websocket.close", "code": code, "reason": reason}
