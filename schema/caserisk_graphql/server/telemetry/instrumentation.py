"""Record each request: at the endpoint, which gives it an id, and around the engine that executes its operations."""

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
from caserisk_graphql.server.telemetry.logs import log_request
from caserisk_graphql.server.telemetry.metrics import Metrics
from caserisk_graphql.server.telemetry.request_record import CURRENT_REQUEST, RequestRecord, choose_request_id

_REQUEST_ID_HEADER = b"x-request-id"
_INTERNAL_ERROR = 500

_METRICS: ContextVar[Metrics] = ContextVar("caserisk_metrics")
"""The metrics of the server whose request this task answers."""


@dataclass(frozen=True, slots=True)
class InstrumentedEndpoint:
    """ASGI middleware that gives each request an id, and logs and counts it at its end."""

    endpoint: ASGIApp
    metrics: Metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and record its response."""
        sent_id = next((value for name, value in scope["headers"] if name == _REQUEST_ID_HEADER), b"")
        record = RequestRecord(id=choose_request_id(sent_id), transport=scope["type"])
        header = _REQUEST_ID_HEADER, record.id.encode()

        async def send_and_record(message: Message) -> None:
            type_ = message["type"]
            if type_ == "http.response.body":
                record.bytes += len(message.get("body", b""))
            elif type_ == "http.response.start":
                record.status = message["status"]
                message["headers"] = [*message["headers"], header]
            elif type_ == "websocket.accept":
                message["headers"] = [*message.get("headers", ()), header]
            elif type_ == "websocket.close":
                record.status = message["code"]
            await send(message)

        # Never reset: the server runs each request in a task of its own, and the variables end with it.
        CURRENT_REQUEST.set(record)
        CURRENT_COUNT.set(record)
        _METRICS.set(self.metrics)
        try:
            if scope["type"] == "websocket":
                with self.metrics.track_open("socket"):
                    await self.endpoint(scope, receive, send_and_record)
            else:
                await self.endpoint(scope, receive, send_and_record)
        finally:  # a client that leaves cancels the task; its request is logged all the same
            self._finish(record)

    def _finish(self, record: RequestRecord) -> None:
        if record.transport == "websocket":
            log_request("socket", record.log_fields())
            return
        record.status = record.status or _INTERNAL_ERROR  # nothing was sent: Starlette will answer the exception
        self.metrics.count_response(record.status)
        if record.answers or record.operation:
            _finish_operation(record, self.metrics)
        else:
            log_request("request", record.log_fields())


class RequestObserver:
    """An observer of the engine that writes into the record of the current request."""

    def operation_found(self, operation: Operation) -> None:
        """Record the operation of the request."""
        record = CURRENT_REQUEST.get()
        if record is not None:
            record.operation = operation

    def executed_by(self, executor: ExecutorName) -> None:
        """Record the executor of the operation."""
        record = CURRENT_REQUEST.get()
        if record is not None:
            record.executor = executor


class InstrumentedEngine(Engine):
    """An engine that records who sends each operation, and its results."""

    async def execute(self, request: GraphQLRequest, context: Context) -> GraphQLResponse:
        """Execute an operation with one result, and record it."""
        record = CURRENT_REQUEST.get()
        response = await super().execute(request, context)
        if record is not None:
            record.record_caller(context)
            record.record_response(response)
            record.complete = True
        return response

    async def stream(self, request: GraphQLRequest, context: Context) -> AsyncGenerator[GraphQLResponse, None]:
        """Execute an operation with any number of results, and record each.

        An operation on a socket has a record of its own; its task does nothing else. An event stream is one operation,
        and has the record of its request.
        """
        outer = CURRENT_REQUEST.get()
        if outer is None:  # used without a server, as tests do
            async with aclosing(super().stream(request, context)) as responses:
                async for response in responses:
                    yield response
            return
        on_socket, metrics = outer.transport == "websocket", _METRICS.get()
        record = outer.start_operation() if on_socket else outer
        if on_socket:
            outer.record_caller(context)
            CURRENT_REQUEST.set(record)
            CURRENT_COUNT.set(record)
        else:
            record.transport = "sse"
        record.record_caller(context)
        try:
            with metrics.track_open("stream"):
                async with aclosing(super().stream(request, context)) as responses:
                    async for response in responses:
                        record.record_response(response)
                        if on_socket:
                            record.bytes += len(response.data or b"")
                        yield response
            record.complete = True
        finally:
            if on_socket:  # of an event stream the endpoint does it, with the status and the bytes
                _finish_operation(record, metrics)


def _finish_operation(record: RequestRecord, metrics: Metrics) -> None:
    metrics.count_operation(record)
    log_request("operation", record.log_fields())
