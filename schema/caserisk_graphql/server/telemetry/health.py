"""Whether a server is ready: each part that it needs is asked, seldom and briefly, and named where it is not well."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic, time

from sqlalchemy.exc import SQLAlchemyError

from caserisk.domain.texts import Text
from caserisk.store.log_watch import LogWatch
from caserisk.store.migrating import newest_revision
from caserisk_graphql.application import Application

log = logging.getLogger("caserisk.health")

_PATIENCE = 2.0
"""Seconds that a part has to answer in."""

_FRESH = 1.0
"""Seconds for which an answer holds."""

_SILENT = 30.0
_STUCK = 300.0
"""Seconds without a look at the log, or beside its interval without a tick of the clock, after which it is stuck."""

_REVISION = "SELECT version_num FROM alembic_version"

_AWAY = Text("数据库无法访问,或响应过慢", "the database is away, or too slow")
_OTHER_VERSION = Text("数据库结构与本程序版本不符", "the database has the schema of another version")
_NOT_WATCHED = Text("日志监视未在运行", "the log is not watched")
_STANDS_STILL = Text("期限时钟未在运行", "the deadline clock stands still")
_NO_KEYS = Text("没有可核验令牌的公钥", "there is no key to check tokens by")


@dataclass(slots=True)
class Pulse:
    """The ticks of the deadline clock; ``last`` is when the last one ended well, in seconds since 1970."""

    began: float = field(default_factory=monotonic)
    last: float | None = None
    recorded: int = 0
    failed: int = 0

    def beat(self, recorded: int | None) -> None:
        """A tick is over, with so many deadlines put on record; None: it failed."""
        self.began = monotonic()
        if recorded is None:
            self.failed += 1
        else:
            self.last = time()
            self.recorded += recorded

    @property
    def silent(self) -> float:
        """Seconds since a tick ended."""
        return monotonic() - self.began


Part = Callable[[], Awaitable[Text | None]]
"""Tells what is wrong with a part; None: nothing."""


class Health:
    """What a server needs; ``watching`` and ``ticking`` are the tasks that run beside the requests."""

    def __init__(self, application: Application, watch: LogWatch) -> None:
        self.pulse = Pulse()
        self.watching: asyncio.Task[None] | None = None
        self.ticking: asyncio.Task[None] | None = None
        self._application, self._watch = application, watch
        self._revision = newest_revision()
        self._found: Mapping[str, Text | None] = {}
        self._found_at = float("-inf")
        self._lock = asyncio.Lock()

    async def parts(self) -> Mapping[str, Text | None]:
        """What is wrong with each part, None with those that are well; what was found holds for a second."""
        async with self._lock:
            if monotonic() - self._found_at >= _FRESH:
                self._found = await self._look()
                self._found_at = monotonic()
        return self._found

    async def _look(self) -> Mapping[str, Text | None]:
        asked: dict[str, Part] = {"database": self._database, "log": self._log, "keys": self._keys}
        if self._application.settings.clock:
            asked["clock"] = self._clock
        found = await asyncio.gather(*(part() for part in asked.values()))
        return dict(zip(asked, found, strict=True))

    async def _database(self) -> Text | None:
        try:
            row = await asyncio.wait_for(self._application.store.database.read_row(_REVISION, ()), _PATIENCE)
        except (SQLAlchemyError, OSError):  # a time-out is one of them
            return _AWAY
        return None if row and row[0] == self._revision else _OTHER_VERSION

    async def _log(self) -> Text | None:
        return None if _runs(self.watching) and self._watch.seconds_since_poll < _SILENT else _NOT_WATCHED

    async def _clock(self) -> Text | None:
        late = self._application.settings.clock_interval + _STUCK
        return None if _runs(self.ticking) and self.pulse.silent < late else _STANDS_STILL

    async def _keys(self) -> Text | None:
        try:
            # Nobody waits long here, but a fetch that was begun goes on.
            return (
                None
                if await asyncio.wait_for(asyncio.shield(self._application.authenticator.keys.ready()), _PATIENCE)
                else _NO_KEYS
            )
        except TimeoutError:
            return _NO_KEYS


def log_failure(task: asyncio.Task[None]) -> None:
    """Log what ended a task that was to run as long as the server; for its callback."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("a task beside the requests has ended", exc_info=error)


def _runs(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
