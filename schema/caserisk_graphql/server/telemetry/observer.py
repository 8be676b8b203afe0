"""Observes what is asked and answered: at the door, where requests are given their ids, and before the executors."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from caserisk.store.database.statement_count import CURRENT_COUNT
from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import Operation
from caserisk_graphql.engine.engine import Engine
from caserisk_graphql.engine.observer import ExecutorName
from caserisk_graphql.engine.request import GraphQLRequest
from caserisk_graphql.engine.response import GraphQLResponse
from caserisk_graphql.server.telemetry.exchange import EXCHANGE, Exchange, request_id
from caserisk_graphql.server.telemetry.logs import tell
from caserisk_graphql.server.telemetry.metrics import Metrics

_REQUEST_ID = b"x-request-id"
_INTERNAL = 500

_METRICS: ContextVar[Metrics] = ContextVar("caserisk_metrics")
"""Where the operations of this task are counted."""


@dataclass(frozen=True, slots=True)
class Observed:
    """An endpoint, observed: what it lets in has an id, and is logged and counted at its end."""

    endpoint: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """GraphQLResponse as the endpoint does."""
        sent = next((value for name, value in scope["headers"] if name == _REQUEST_ID), b"")
        exchange = Exchange(id=request_id(sent), transport=scope["type"])
        header = _REQUEST_ID, exchange.id.encode()

        async def observed(message: Message) -> None:
            type_ = message["type"]
            if type_ == "http.response.body":
                exchange.bytes += len(message.get("body", b""))
            elif type_ == "http.response.start":
                exchange.status = message["status"]
                message["headers"] = [*message["headers"], header]
            elif type_ == "websocket.accept":
                message["headers"] = [*message.get("headers", ()), header]
            elif type_ == "websocket.close":
                exchange.status = message["code"]
            await send(message)

        EXCHANGE.set(exchange)  # for as long as the task of this request lives
        CURRENT_COUNT.set(exchange)
        _METRICS.set(self.metrics)
        try:
            if scope["type"] == "websocket":
                with self.metrics.open("socket"):
                    await self.endpoint(scope, receive, observed)
            else:
                await self.endpoint(scope, receive, observed)
        finally:
            self._ended(exchange)

    def _ended(self, exchange: Exchange) -> None:
        if exchange.transport == "websocket":
            tell("socket", exchange.fields())
            return
        exchange.status = exchange.status or _INTERNAL
        self.metrics.response(exchange.status)
        if exchange.answers or exchange.operation:
            _operation_ended(exchange, self.metrics)
        else:
            tell("request", exchange.fields())


class RequestObserver:
    """Notes what the engine reports in the record of the current request."""

    def operation_found(self, operation: Operation) -> None:
        """Note the operation that was asked for."""
        exchange = EXCHANGE.get()
        if exchange is not None:
            exchange.operation = operation

    def executed_by(self, executor: ExecutorName) -> None:
        """Note what answers it."""
        exchange = EXCHANGE.get()
        if exchange is not None:
            exchange.executor = executor


class ObservedEngine(Engine):
    """Operations, observed: what they are, who asks for them, and how they end."""

    async def execute(self, request: GraphQLRequest, context: Context) -> GraphQLResponse:
        """Execute it, and note how it went."""
        exchange = EXCHANGE.get()
        answer = await super().execute(request, context)
        if exchange is not None:
            exchange.by(context)
            exchange.take(answer)
            exchange.complete = True
        return answer

    async def stream(self, request: GraphQLRequest, context: Context) -> AsyncGenerator[GraphQLResponse, None]:
        """Execute it, and note how each part of it went; of a socket it is the one thing that its task does."""
        door = EXCHANGE.get()
        if door is None:
            async with aclosing(super().stream(request, context)) as answers:
                async for answer in answers:
                    yield answer
            return
        on_socket, metrics = door.transport == "websocket", _METRICS.get()
        exchange = door.next_operation() if on_socket else door
        if on_socket:
            door.by(context)
            EXCHANGE.set(exchange)
            CURRENT_COUNT.set(exchange)
        else:
            exchange.transport = "sse"
        exchange.by(context)
        try:
            with metrics.open("stream"):
                async with aclosing(super().stream(request, context)) as answers:
                    async for answer in answers:
                        exchange.take(answer)
                        if on_socket:
                            exchange.bytes += len(answer.data or b"")
                        yield answer
            exchange.complete = True
        finally:
            if on_socket:
                _operation_ended(exchange, metrics)


def _operation_ended(exchange: Exchange, metrics: Metrics) -> None:
    metrics.operation(exchange)
    tell("operation", exchange.fields())
