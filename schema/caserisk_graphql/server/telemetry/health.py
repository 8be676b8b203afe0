"""Check whether a server is ready: each component it needs is checked, at most once a second and with a timeout.

Plugins that are gone are told of, and keep no server from being ready: only the offices they decided for wait for them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic, time

from sqlalchemy.exc import SQLAlchemyError

from caserisk.domain.refusals import key_list
from caserisk.domain.texts import Text
from caserisk.plugin_record import removed_plugins
from caserisk.store.log_watch import LogWatch
from caserisk.store.migrating import newest_revision
from caserisk_graphql.application import Application
from caserisk_graphql.auth import KeyRing

log = logging.getLogger("caserisk.health")

_CHECK_TIMEOUT = 2.0
"""Seconds that a component has to answer."""

_CHECK_TTL = 1.0
"""Seconds for which the outcome of a check is reused: many probes ask the database once."""

_MAX_LOG_SILENCE = 30.0
"""Seconds since the log was last read, after which the watch counts as stopped."""

_MAX_CLOCK_DELAY = 300.0
"""Seconds that a tick of the clock may take beside its interval: one after a long stop has much to record."""

_REVISION = "SELECT version_num FROM alembic_version"

_DATABASE_UNAVAILABLE = Text("数据库无法访问,或响应过慢", "the database is away, or too slow")
_WRONG_SCHEMA_VERSION = Text("数据库结构与本程序版本不符", "the database has the schema of another version")
_LOG_NOT_WATCHED = Text("日志监视未在运行", "the log is not watched")
_CLOCK_STOPPED = Text("期限时钟未在运行", "the deadline clock stands still")
_NO_KEYS = Text("没有可核验令牌的公钥", "there is no key to check tokens by")


@dataclass(slots=True)
class ClockTicks:
    """The ticks of the deadline clock; ``last_success_at`` is in seconds since 1970."""

    ended_at: float = field(default_factory=monotonic)
    last_success_at: float | None = None
    recorded: int = 0
    failed: int = 0

    def tick_ended(self, recorded: int | None) -> None:
        """Count a tick that recorded so many missed deadlines; None for one that failed."""
        self.ended_at = monotonic()
        if recorded is None:
            self.failed += 1
        else:
            self.last_success_at = time()
            self.recorded += recorded

    @property
    def seconds_since_last(self) -> float:
        """Return the seconds since a tick ended."""
        return monotonic() - self.ended_at


Check = Callable[[], Awaitable[Text | None]]
"""Returns what is wrong with a component; None where nothing is."""


class Health:
    """The checks of a server; ``watch_task`` and ``clock_task`` run beside the requests.

    ``removed_plugins`` names the plugins that were gone and not retired when `problems` last looked.
    """

    def __init__(self, application: Application, *, watch: LogWatch, keys: KeyRing) -> None:
        self.ticks = ClockTicks()
        self.watch_task: asyncio.Task[None] | None = None
        self.clock_task: asyncio.Task[None] | None = None
        self._application, self._watch, self._keys = application, watch, keys
        self._revision = newest_revision()  # reads a folder: once, not with every probe
        self.removed_plugins: Text | None = None
        self._problems: Mapping[str, Text | None] = {}
        self._checked_at = float("-inf")
        self._lock = asyncio.Lock()

    async def problems(self) -> Mapping[str, Text | None]:
        """Return what is wrong with each component, None for a healthy one; the outcome is reused for a second."""
        async with self._lock:  # probes that come at once wait for one check, and share its outcome
            if monotonic() - self._checked_at >= _CHECK_TTL:
                self._problems = await self._check_all()
                self.removed_plugins = await self._find_removed_plugins()
                self._checked_at = monotonic()
        return self._problems

    async def _check_all(self) -> Mapping[str, Text | None]:
        checks: dict[str, Check] = {"database": self._check_database, "log": self._check_log, "keys": self._check_keys}
        if self._application.settings.clock:
            checks["clock"] = self._check_clock
        problems = await asyncio.gather(*(check() for check in checks.values()))
        return dict(zip(checks, problems, strict=True))

    async def _find_removed_plugins(self) -> Text | None:
        try:
            found = removed_plugins(self._application.registry, self._application.store)
            removed = await asyncio.wait_for(found, _CHECK_TIMEOUT)
        except (SQLAlchemyError, OSError):  # the check of the database says so
            return None
        names = key_list(item.name for item in removed)
        return Text(f"已卸载而未停用:{names.zh}", f"gone and not retired: {names.en}") if removed else None

    async def _check_database(self) -> Text | None:
        try:
            # A read, not a transaction: long commands may hold all connections of those.
            row = await asyncio.wait_for(self._application.store.database.read_row(_REVISION, ()), _CHECK_TIMEOUT)
        except (SQLAlchemyError, OSError):  # TimeoutError is an OSError
            return _DATABASE_UNAVAILABLE
        return None if row and row[0] == self._revision else _WRONG_SCHEMA_VERSION

    async def _check_log(self) -> Text | None:
        return (
            None
            if _is_running(self.watch_task) and self._watch.seconds_since_poll < _MAX_LOG_SILENCE
            else _LOG_NOT_WATCHED
        )

    async def _check_clock(self) -> Text | None:
        limit = self._application.settings.clock_interval + _MAX_CLOCK_DELAY
        return None if _is_running(self.clock_task) and self.ticks.seconds_since_last < limit else _CLOCK_STOPPED

    async def _check_keys(self) -> Text | None:
        try:
            # Shielded: the check times out, but a fetch that has begun goes on for the requests that wait for it.
            has_keys = await asyncio.wait_for(asyncio.shield(self._keys.has_keys()), _CHECK_TIMEOUT)
        except TimeoutError:
            return _NO_KEYS
        return None if has_keys else _NO_KEYS


def log_failure(task: asyncio.Task[None]) -> None:
    """Log the error of a background task that should have run as long as the server; a callback of the task."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("a task beside the requests has ended", exc_info=error)


def _is_running(task: asyncio.Task[None] | None) -> bool:
    return task is not None and not task.done()
