"""What a request carries: who asks, in which language, as of when, and what answers."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, Self

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.command_runner import CommandRunner
from caserisk.domain.policy import Viewer
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale, PlanKind
from caserisk.store.watching import LogWatch
from caserisk_graphql.auth.authenticator import UNKNOWN_OFFICER
from caserisk_graphql.auth.viewer_cache import ViewerCache
from caserisk_graphql.client_info import UNNAMED, ClientInfo
from caserisk_graphql.errors import unauthenticated
from caserisk_graphql.reads.computed import ComputedValues
from caserisk_graphql.reads.cursors import EventCursor
from caserisk_graphql.reads.declarations import Log
from caserisk_graphql.reads.read_context import ReadContext
from caserisk_graphql.reads.reference import ReferenceReader
from caserisk_graphql.reads.snapshot import Row, Snapshot

Value = Mapping[str, Any]
"""A value as builtins: its keys are the attributes of the domain, its texts ``{"zh": …, "en": …}``."""


Conditions = Callable[[ReadContext], Sequence[ColumnElement[bool]]]
"""Makes the conditions by which entries of the log are narrowed."""


class EntryStream(Protocol):
    """Streams entries of the log, for subscriptions."""

    def __call__(
        self, context: Context, log: Log, after: EventCursor | None, conditions: Conditions, /
    ) -> AsyncGenerator[Row, None]:
        """Yield the entries after a cursor that fulfil conditions, then those still to come."""
        ...


class Regulations(Protocol):
    """The regulations in force, asked for their rules."""

    async def describe(self, office: str, day: date) -> Value | None:
        """All of the type `Regulation` but its office and the two below; None where nothing regulates the office."""
        ...

    async def review_steps(self, office: str, day: date, *, level: str | None, has_risk: bool) -> Sequence[Value]:
        """The steps an assessment of that level passes."""
        ...

    async def plan_sections(self, office: str, day: date, *, kind: PlanKind, level: str | None) -> Sequence[Value]:
        """The sections of a plan of that kind at that level."""
        ...

    def plugins(self) -> Sequence[Value]:
        """What is installed, and what is wrong with it."""
        ...


@dataclass(kw_only=True)
class Context:
    """The context of one request; what it opened is closed when it is left.

    ``viewer`` None: nobody known asks; ``nobody`` says why, where something was shown. ``version`` is that of the
    organisation where the viewer is only remembered from it; None: they were just read. ``runner`` carries out
    commands; ``watch`` tells when the log has grown. ``live`` holds the values of live root fields. ``client`` is the
    program that asks; ``expires`` when the sign-in ends, in seconds since 1970. ``address`` is where the request comes
    from; a stream goes on after ``resume``, whatever its own argument says. ``parties_shown`` are the ids of the cases
    whose parties the answer shows.
    """

    engine: AsyncEngine
    viewer: Viewer | None
    locale: Locale
    now: datetime
    regulations: Regulations
    runner: CommandRunner
    watch: LogWatch
    viewers: ViewerCache
    stream_entries: EntryStream
    version: int | None = None
    nobody: Text | None = None
    client: ClientInfo = UNNAMED
    expires: float | None = None
    address: str = ""
    resume: EventCursor | None = None
    live: ComputedValues = field(default_factory=ComputedValues)
    parties_shown: set[str] = field(default_factory=set)
    _reads: ReferenceReader | None = field(default=None, init=False, repr=False)
    _over: bool = field(default=False, init=False, repr=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.end()

    def for_operation(self) -> Context:
        """A context for one operation of the same caller: many share a socket, none shares a view of the data."""
        return replace(self, now=self.runner.clock(), live=ComputedValues(), parties_shown=set())

    @property
    def caller(self) -> str:
        """Whose budget is spent: the officer's, or that of the address where nobody known asks."""
        return self.address if self.viewer is None else self.viewer.officer.id

    def require_viewer(self) -> Viewer:
        """Who asks.

        Raises:
            RequestError: UNAUTHENTICATED, where nobody known does.
        """
        if self.viewer is None:
            raise unauthenticated(self.nobody) if self.nobody else unauthenticated()
        return self.viewer

    def follow(self, log: Log, after: EventCursor | None, conditions: Conditions) -> AsyncGenerator[Row, None]:
        """Yield the entries of a log after a cursor that fulfil conditions, then those still to come."""
        return self.stream_entries(self, log, after, conditions)

    @property
    def reads(self) -> ReferenceReader:
        """What answers the stored fields of this request, all in one snapshot.

        Raises:
            RequestError: UNAUTHENTICATED, where nobody known asks.
            RuntimeError: the operation is over; after an error, fields beside it may still be at work.
        """
        if self._over:
            raise RuntimeError("this operation is over")
        if self._reads is None:
            reading = ReadContext.for_viewer(self.require_viewer(), now=self.now, locale=self.locale)
            self._reads = ReferenceReader(reading, Snapshot(self.engine), self.parties_shown)
        return self._reads

    @property
    def reading(self) -> ReadContext:
        """The parameters of this request's reads."""
        return self.reads.reading

    @property
    def snapshot(self) -> Snapshot:
        """The view of the data that this request has."""
        return self.reads.snapshot

    async def refresh(self, *, now: datetime) -> None:
        """Read anew from here on: after a change was committed, or for another event of a stream."""
        await self.close()
        self.now = now

    async def renew(self) -> None:
        """Read anew who asks, as the officer's record is now; somebody who is no longer active is nobody."""
        await self.close()
        known = await self.viewers.read(self.require_viewer().officer.id)
        self.viewer, self.version = known.viewer if known else None, None
        self.nobody = None if known else UNKNOWN_OFFICER

    async def settle(self) -> None:
        """Make sure of who asks, where that was only remembered."""
        if self.version is not None:
            await self.renew()

    async def end(self) -> None:
        """Close it for good: nothing is read any more."""
        self._over = True
        await self.close()

    async def close(self) -> None:
        """End the snapshot, if one was taken."""
        reads, self._reads = self._reads, None
        if reads is not None:
            await reads.snapshot.close()
