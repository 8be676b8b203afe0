"""What is known of a request while it is answered; at its end the log and the metrics are written from it."""

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

_SANE_ID = re.compile(rb"[A-Za-z0-9._:=/+-]{1,100}")
_LONGEST_NAME = 100
_HASH = slice(len("sha256:"), len("sha256:") + 12)
"""As much of a document's hash as is shown."""


class Fields(msgspec.Struct, omit_defaults=True, frozen=True, gc=False, kw_only=True):
    """What the log says of a request; what is not known is left out.

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
class Exchange(StatementCount):
    """A request over HTTP, a socket, or an operation on one, and the statements of it; see `Fields`."""

    id: str
    transport: str
    began: float = field(default_factory=perf_counter)
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
        """What is asked."""
        return self.operation.kind.value if self.operation else "none"

    @property
    def outcome(self) -> str:
        """How it ended."""
        if self.refused:
            return "refused"
        if self.codes:
            return "errors"
        return "answered" if self.complete else "left"

    @property
    def seconds(self) -> float:
        """How long it has taken by now."""
        return perf_counter() - self.began

    def fields(self) -> Fields:
        """What the log says of it as it ends."""
        operation = self.operation
        name = operation.name if operation else None
        asked = operation is not None or self.answers > 0
        return Fields(
            request_id=self.id,
            transport=self.transport,
            officer=self.officer,
            client=self.client,
            operation=name[:_LONGEST_NAME] if name else None,
            kind=self.kind if asked else None,
            document=operation.document_id[_HASH] if operation else None,
            outcome=self.outcome if asked else None,
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

    def next_operation(self) -> Exchange:
        """An operation on this socket."""
        self.operations += 1
        return Exchange(id=f"{self.id}/{self.operations}", transport=self.transport)

    def by(self, context: Context) -> None:
        """Note who asks."""
        if context.viewer:
            self.officer = context.viewer.officer.id
        if context.client is not UNNAMED:
            self.client = context.client.name

    def take(self, answer: GraphQLResponse) -> None:
        """Note an answer that goes out."""
        self.answers += 1
        self.refused = answer.data is None
        if answer.cost is not None:
            self.cost = answer.cost.requested
        if answer.errors:
            found = [*self.codes, *(error["extensions"]["code"] for error in answer.errors)]
            self.codes = tuple(dict.fromkeys(found))


EXCHANGE: ContextVar[Exchange | None] = ContextVar("caserisk_exchange", default=None)
"""What this task is answering."""


def request_id(sent: bytes) -> str:
    """The id of a request: the one that was sent, where it is sane, or one of our own."""
    return sent.decode() if _SANE_ID.fullmatch(sent) else f"{getrandbits(64):016x}"
