"""Record what is known of a request while it is answered; the log line and the metrics are written from it."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from random import getrandbits
from time import perf_counter

import msgspec

from caserisk.store.database.statement_count import StatementCount
from caserisk_graphql.client_info import UNNAMED
from caserisk_graphql.context import Context
from caserisk_graphql.engine.documents import Operation
from caserisk_graphql.engine.response import GraphQLResponse

# What a proxy generates: no character that could break a line of the log or a header.
_VALID_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:=/+-]{1,100}")
_MAX_OPERATION_NAME_LENGTH = 100
_SHOWN_HASH = slice(len("sha256:"), len("sha256:") + 12)
"""The part of a document's id that the log shows."""


# gc=False: the fields cannot form a cycle, so the collector need not track the struct.
class LogFields(msgspec.Struct, omit_defaults=True, frozen=True, gc=False, kw_only=True):
    """The fields of a request's log line; what is not known is left out.

    ``kind`` is ``none`` where no operation was found; ``document`` the beginning of its document's hash. ``outcome`` is
    ``answered``, with ``errors``, ``refused``, or ``left`` by the client. ``executor``: SQL alone (``compiled``),
    graphql-core (``reference``), or ``both``. ``status`` is that of HTTP, or the code a socket was closed with;
    ``bytes`` are those of the body, over a socket of the data. ``operations`` are those of a socket.
    """

    request_id: str
    transport: str
    officer: str | None = None
    client: str | None = None
    operation: str | None = None
    kind: str | None = None
    document: str | None = None
    outcome: str | None = None
    codes: tuple[str, ...] = ()
    executor: str | None = None
    cost: int | None = None
    statements: int = 0
    answers: int = 0
    operations: int = 0
    bytes: int = 0
    status: int | None = None
    duration_ms: float


@dataclass(slots=True, eq=False, kw_only=True)
class RequestRecord(StatementCount):
    """The record of a request over HTTP, a socket, or an operation on one, with its SQL statements; see `LogFields`."""

    id: str
    transport: str
    started_at: float = field(default_factory=perf_counter)
    officer: str | None = None
    client: str | None = None
    operation: Operation | None = None
    executor: str | None = None
    cost: int | None = None
    status: int | None = None
    bytes: int = 0
    answers: int = 0
    operations: int = 0
    refused: bool = False
    complete: bool = False
    codes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind of the operation, ``none`` where none was found."""
        return self.operation.kind.value if self.operation else "none"

    @property
    def outcome(self) -> str:
        """Return how the request ended."""
        if self.refused:
            return "refused"
        if self.codes:
            return "errors"
        return "answered" if self.complete else "left"

    @property
    def seconds(self) -> float:
        """Return the seconds since the request began."""
        return perf_counter() - self.started_at

    def log_fields(self) -> LogFields:
        """Return the fields of the log line, as the request ends now."""
        operation = self.operation
        name = operation.name if operation else None
        # Without an operation and a response the request was refused before GraphQL: an upload, a wrong media type.
        executed = operation is not None or self.answers > 0
        return LogFields(
            request_id=self.id,
            transport=self.transport,
            officer=self.officer,
            client=self.client,
            # The name is the client's text; a long one would only swell the log.
            operation=name[:_MAX_OPERATION_NAME_LENGTH] if name else None,
            kind=self.kind if executed else None,
            document=operation.document_id[_SHOWN_HASH] if operation else None,
            outcome=self.outcome if executed else None,
            codes=self.codes,
            executor=self.executor,
            cost=self.cost,
            statements=self.statements,
            answers=self.answers,
            operations=self.operations,
            bytes=self.bytes,
            status=self.status,
            duration_ms=round(self.seconds * 1000, 2),
        )

    def start_operation(self) -> RequestRecord:
        """Return the record of the next operation on this socket."""
        self.operations += 1
        return RequestRecord(id=f"{self.id}/{self.operations}", transport=self.transport)

    def record_caller(self, context: Context) -> None:
        """Record the officer and the client program."""
        if context.viewer:
            self.officer = context.viewer.officer.id
        if context.client is not UNNAMED:
            self.client = context.client.name

    def record_response(self, response: GraphQLResponse) -> None:
        """Record a response that is sent."""
        self.answers += 1
        self.refused = response.data is None
        if response.cost is not None:
            self.cost = response.cost.requested
        if response.errors:
            codes = [*self.codes, *(error["extensions"]["code"] for error in response.errors)]
            self.codes = tuple(dict.fromkeys(codes))  # each once, in order: a stream may repeat them for hours


CURRENT_REQUEST: ContextVar[RequestRecord | None] = ContextVar("caserisk_request", default=None)
"""The record of the request that this task answers."""


def choose_request_id(sent: bytes) -> str:
    """Return the id that a client sent, where it is safe to log and to send back; else a new one."""
    return sent.decode() if _VALID_REQUEST_ID.fullmatch(sent) else f"{getrandbits(64):016x}"
