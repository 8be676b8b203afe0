"""Watching the log: readers wait here until there is more, and read it themselves.

PostgreSQL tells by NOTIFY, which is lost by whoever is not listening; so the end of the log is looked at every now and
then all the same. On SQLite, where another process may write too, looking is all there is.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from caserisk.store import log
from caserisk.store.store import Store

logger = logging.getLogger("caserisk.log")

_LOOK_EVERY = 0.2
_LOOK_EVERY_WHERE_TOLD = 5.0
_AWAY = 1.0
"""Seconds between looks at the end of the log: alone, beside NOTIFY, and while the database is away."""


class LogWatch:
    """One watch of the log for a whole process; any number of readers wait for it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._end = 0
        self._looked_at = monotonic()
        self._more = asyncio.Condition()
        self._told = asyncio.Event()

    @property
    def seen(self) -> int:
        """The position up to which readers were told of the log."""
        return self._end

    @property
    def silent(self) -> float:
        """Seconds since the end of the log was last looked at, or since the watch was made."""
        return monotonic() - self._looked_at

    async def beyond(self, position: int) -> None:
        """Wait until the log reaches beyond a position."""
        async with self._more:
            await self._more.wait_for(lambda: self._end > position)

    async def run(self) -> None:
        """Watch until cancelled; a database that is away for a while is waited for."""
        while True:
            try:
                await self._watch()
            except (SQLAlchemyError, OSError):
                logger.exception("the log cannot be watched; trying again")
                await asyncio.sleep(_AWAY)

    async def _watch(self) -> None:
        if self._store.engine.dialect.name != "postgresql":
            while True:
                await self._look()
                await asyncio.sleep(_LOOK_EVERY)
        async with self._store.engine.connect() as connection:
            await _listen(connection, self._told)
            while True:
                self._told.clear()
                await self._look()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_EVERY_WHERE_TOLD):  # `wait_for` may lose a cancellation
                        await self._told.wait()

    async def _look(self) -> None:
        end = await self._store.end_of_log()
        self._looked_at = monotonic()
        if end > self._end:
            async with self._more:
                self._end = end
                self._more.notify_all()


async def _listen(connection: AsyncConnection, told: asyncio.Event) -> None:
    """Set the event whenever another transaction tells of new entries."""
    await connection.execution_options(isolation_level="AUTOCOMMIT")
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    await driver.add_listener(log.CHANNEL, lambda *_: told.set())
