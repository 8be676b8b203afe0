"""Listeners to a subscription while others act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from caserisk_graphql.engine.request import GraphQLRequest
from tests.support.api import Answer, Api, Client

EVENT_TIMEOUT = 20.0
"""Seconds that a listener waits for what has to come."""

QUIET_PERIOD = 0.5
"""Seconds without an event that show that none comes; the log is looked at more often than that."""


class Listener:
    """What one subscription has brought so far, with the errors that ended it."""

    def __init__(self, client: Client, document: str, variables: Answer) -> None:
        self.events: list[Answer] = []
        self.errors: list[str] = []
        self._more = asyncio.Event()
        self._task = asyncio.create_task(self._listen(client, document, variables))

    async def _listen(self, client: Client, document: str, variables: Answer) -> None:
        async for answer in client.operations.stream(
            GraphQLRequest(query=document, variables=variables), client.context
        ):
            self.errors += [error["extensions"]["code"] for error in answer.errors]
            self.events += list((msgspec.json.decode(answer.text).get("data") or {}).values())
            self._more.set()

    async def heard(self, count: int) -> list[Answer]:
        """Return its events, once there are so many."""
        return await self.until(lambda events: len(events) >= count)

    async def until(self, enough: Callable[[list[Answer]], bool]) -> list[Answer]:
        """Return its events, once they are enough."""
        async with asyncio.timeout(EVENT_TIMEOUT):
            while not enough(self.events):
                assert not self._task.done(), (self.errors, self.events)
                self._more.clear()
                await self._more.wait()
        return self.events

    async def settled(self) -> list[Answer]:
        """Return its events, once no more come; on a busy machine that may be before the last of them."""
        count = -1
        while count < len(self.events):
            count = len(self.events)
            await asyncio.sleep(QUIET_PERIOD)
        return self.events

    async def silence(self) -> list[Answer]:
        """Check that no event comes for a while, and return those there are."""
        before = len(self.events)
        await asyncio.sleep(QUIET_PERIOD)
        assert len(self.events) == before, self.events[before:]
        return self.events

    async def end(self) -> list[str]:
        """Return the codes of the errors with which the subscription ends by itself."""
        await asyncio.wait_for(self._task, EVENT_TIMEOUT)
        return self.errors

    async def leave(self) -> None:
        """Stop listening."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task


@asynccontextmanager
async def listening(client: Client, document: str, **variables: Any) -> AsyncIterator[Listener]:
    """Listen while the block runs."""
    listener = Listener(client, document, variables)
    try:
        yield listener
    finally:
        await listener.leave()


@asynccontextmanager
async def watching(api: Api) -> AsyncIterator[None]:
    """Watch the log while the block runs, as a server does."""
    watch = asyncio.create_task(api.watch.run())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
