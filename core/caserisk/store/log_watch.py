"""The watch of the log: readers wait here until there are new entries, and read those themselves.

PostgreSQL wakes the watch by NOTIFY, which is lost by a connection that is not listening at that moment; so the end of
the log is polled now and then all the same. On SQLite, where another process may write too, there is only polling.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from caserisk.store import log
from caserisk.store.store import Store

logger = logging.getLogger("caserisk.log")

_POLL_INTERVAL = 0.2
_POLL_INTERVAL_BESIDE_NOTIFY = 5.0
_RETRY_WATCH_INTERVAL = 1.0
"""Seconds: between polls without and with NOTIFY, and after an error of the database."""


class LogWatch:
    """One watch of the log for a whole process; any number of readers wait for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._end = 0
        self._polled_at = monotonic()
        self._grown = asyncio.Condition()
        self._notified = asyncio.Event()

    @property
    def end(self) -> int:
        """Return the position of the last entry as of the last poll."""
        return self._end

    @property
    def seconds_since_poll(self) -> float:
        """Return the seconds since the end of the log was last read, or since the watch was made."""
        return monotonic() - self._polled_at

    async def wait_beyond(self, position: int) -> None:
        """Wait until the log has an entry beyond a position."""
        async with self._grown:
            await self._grown.wait_for(lambda: self._end > position)

    async def run(self) -> None:
        """Watch until cancelled; after an error of the database, try again."""
        while True:
            try:
                await self._watch()
            except (SQLAlchemyError, OSError):
                logger.exception("the log cannot be watched; trying again")
                await asyncio.sleep(_RETRY_WATCH_INTERVAL)

    async def _watch(self) -> None:
        async with self._store.database.listen(log.CHANNEL, self._notified.set) as listening:
            interval = _POLL_INTERVAL_BESIDE_NOTIFY if listening else _POLL_INTERVAL
            while True:
                # Before the poll: a notification that comes while it runs then leads to another one.
                self._notified.clear()
                await self._poll()
                with suppress(TimeoutError):
                    async with asyncio.timeout(interval):  # `asyncio.wait_for` may lose a cancellation
                        await self._notified.wait()

    async def _poll(self) -> None:
        end = await self._store.end_of_log()
        self._polled_at = monotonic()
        if end > self._end:
            async with self._grown:
                self._end = end
                self._grown.notify_all()
