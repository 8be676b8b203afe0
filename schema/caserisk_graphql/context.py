"""The context of a request: its viewer, language and moment, and the services that answer it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy import ColumnElement

from caserisk.command_runner import CommandRunner
from caserisk.domain.policy import Viewer
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale, PlanKind
from caserisk.store.database import Database, Row, Snapshot
from caserisk.store.log_watch import LogWatch
from caserisk_graphql.auth.authenticator import UNKNOWN_OFFICER
from caserisk_graphql.auth.viewer_cache import ViewerCache
from caserisk_graphql.client_info import UNNAMED, ClientInfo
from caserisk_graphql.errors import unauthenticated
from caserisk_graphql.reads.computed import ComputedValues
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.declarations import Log
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.reference_resolvers import ReferenceReader

Value = Mapping[str, Any]
"""A value as builtins: its keys are the attributes of the domain, its texts ``{"zh": …, "en": …}``."""


Conditions = Callable[[ReadContext], Sequence[ColumnElement[bool]]]
"""Build the conditions that narrow the entries of the log."""


class EntryStream(Protocol):
    """A source of log entries for subscriptions."""

    def __call__(
        self, context: Context, log: Log, after: EventCursor | None, conditions: Conditions, /
    ) -> AsyncGenerator[Row, None]:
        """Yield the entries after a cursor that fulfil conditions, then those still to come."""
        ...


class Regulations(Protocol):
    """The regulations in force, asked for their rules."""

    async def describe(self, office: str, day: date) -> Value | None:
        """Return a `Regulation` without its office and what its arguments decide; None where nothing regulates."""
        ...

    async def review_steps(self, office: str, day: date, *, level: str | None, has_risk: bool) -> Sequence[Value]:
        """Return the steps that an assessment of a level passes."""
        ...

    async def plan_sections(self, office: str, day: date, *, kind: PlanKind, level: str | None) -> Sequence[Value]:
        """Return the sections of a plan of a kind at a level."""
        ...

    async def closing_conditions(self, office: str, day: date, *, level: str | None) -> Sequence[Value]:
        """Return what is attested when a warning of a level is resolved."""
        ...

    async def issuing(self, office: str, day: date, *, level: str | None) -> Value:
        """Return whether there is a warning at a level, and who issues and lifts it."""
        ...

    async def plugins(self) -> Sequence[Value]:
        """Return the installed plugins with their faults."""
        ...


@dataclass(kw_only=True)
class Context:
    """The context of one request; leaving it releases the snapshot it has opened."""

    database: Database
    regulations: Regulations
    runner: CommandRunner  # carries out commands
    watch: LogWatch  # wakes subscriptions when the log has grown
    viewers: ViewerCache
    stream_entries: EntryStream

    viewer: Viewer | None  # None for a request without a valid sign-in
    viewer_version: int | None = None  # of the organisation the viewer was cached from; None: read just now
    sign_in_problem: Text | None = None  # why there is no viewer, where a token was sent
    session_expires_at: float | None = None  # seconds since 1970
    client: ClientInfo = UNNAMED  # the program that sends the request
    address: str = ""  # where the request comes from

    locale: Locale
    now: datetime  # the moment that everything is read as of
    resume_after: EventCursor | None = None  # takes precedence over a subscription's own argument
    computed_values: ComputedValues = field(default_factory=ComputedValues)
    parties_shown: set[str] = field(default_factory=set)  # ids of the cases whose parties the response shows
    _reader: ReferenceReader | None = field(default=None, init=False, repr=False)
    _finished: bool = field(default=False, init=False, repr=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.finish()

    def for_operation(self) -> Context:
        """Return a context for one operation of the same caller: operations of a socket share no snapshot."""
        # `replace` copies no field that the constructor does not take: the new context has no snapshot yet.
        return replace(self, now=self.runner.clock(), computed_values=ComputedValues(), parties_shown=set())

    @property
    def caller(self) -> str:
        """Return the key that quotas are counted under: the officer's id, or the address of an anonymous request."""
        return self.address if self.viewer is None else self.viewer.officer.id

    def require_viewer(self) -> Viewer:
        """Return the viewer.

        Raises:
            RequestError: UNAUTHENTICATED, for a request without a valid sign-in.
        """
        if self.viewer is None:
            raise unauthenticated(self.sign_in_problem) if self.sign_in_problem else unauthenticated()
        return self.viewer

    def stream_log(self, log: Log, after: EventCursor | None, conditions: Conditions) -> AsyncGenerator[Row, None]:
        """Yield the entries of a log after a cursor that fulfil conditions, then those still to come."""
        return self.stream_entries(self, log, after, conditions)

    @property
    def reader(self) -> ReferenceReader:
        """Return the reader of stored fields; all that it reads is of one snapshot.

        Raises:
            RequestError: UNAUTHENTICATED, for a request without a valid sign-in.
            RuntimeError: the operation is finished.
        """
        if self._finished:  # after an error graphql-core may still be resolving fields beside it
            raise RuntimeError("this operation is over")
        if self._reader is None:
            read_context = ReadContext.for_viewer(self.require_viewer(), now=self.now, locale=self.locale)
            self._reader = ReferenceReader(read_context, self.database.snapshot(), self.parties_shown)
        return self._reader

    @property
    def read_context(self) -> ReadContext:
        """Return the parameters of this request's reads."""
        return self.reader.reading

    @property
    def snapshot(self) -> Snapshot:
        """Return the snapshot of the database that this request reads."""
        return self.reader.snapshot

    async def refresh(self, *, now: datetime) -> None:
        """Take a new snapshot at the next read: after a commit, or for another event of a stream."""
        await self.release_snapshot()
        self.now = now

    async def reload_viewer(self) -> None:
        """Read the viewer's record again; an officer who is no longer active leaves the request without a viewer."""
        # The reader goes too: it reads with the authority that the viewer had so far.
        await self.release_snapshot()
        known = await self.viewers.read(self.require_viewer().officer.id)
        self.viewer, self.viewer_version = known.viewer if known else None, None
        self.sign_in_problem = None if known else UNKNOWN_OFFICER

    async def ensure_current_viewer(self) -> None:
        """Read the viewer's record again where it comes from the cache."""
        if self.viewer_version is not None:
            await self.reload_viewer()

    async def finish(self) -> None:
        """Release the snapshot and refuse any further read."""
        # Before the snapshot is released: a field that is resolved meanwhile must not open another.
        self._finished = True
        await self.release_snapshot()

    async def release_snapshot(self) -> None:
        """Close the snapshot, if one was taken."""
        reader, self._reader = self._reader, None
        if reader is not None:
            await reader.snapshot.close()
