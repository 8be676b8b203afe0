"""End what outlasts the session of the viewer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from time import time
from typing import TypeVar

from caserisk.domain.texts import Text
from caserisk_graphql.errors import RequestError, RequestErrorCode

T = TypeVar("T")

_SESSION_ENDED = Text("登录已到期,请重新登录", "your sign-in has ended; sign in again")


class SessionExpired(RequestError):
    """The token that the viewer signed in with has expired meanwhile."""

    def __init__(self) -> None:
        super().__init__(RequestErrorCode.UNAUTHENTICATED, _SESSION_ENDED)


@asynccontextmanager
async def until_expiry(expires_at: float | None) -> AsyncIterator[None]:
    """Cancel the block when a session expires: at a moment in seconds since 1970, or never.

    Raises:
        SessionExpired: the block was cancelled, or the session had expired before.
    """
    if expires_at is None:
        yield
        return
    left = expires_at - time()
    if left <= 0:
        raise SessionExpired
    try:
        async with asyncio.timeout(left) as timeout:
            yield
    except TimeoutError:
        if timeout.expired():
            raise SessionExpired from None
        raise  # what is in the block has timeouts of its own


async def stream_until_expiry(stream: AsyncIterator[T], expires_at: float | None) -> AsyncGenerator[T, None]:
    """Yield the items of a stream until a session expires, at a moment in seconds since 1970.

    Raises:
        SessionExpired: see there.
    """
    while True:
        async with until_expiry(expires_at):
            try:
                item = await anext(stream)
            except StopAsyncIteration:
                return
        # Outside of the block, which would cancel the task that takes the items, whatever it does by then.
        yield item
