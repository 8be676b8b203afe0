"""Whoever is signed in is so until a moment: what goes on beyond it is ended there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from time import time
from typing import TypeVar

from caserisk.domain.texts import Text
from caserisk_graphql.errors import RequestError, RequestErrorCode

T = TypeVar("T")

_ENDED = Text("登录已到期,请重新登录", "your sign-in has ended; sign in again")


class SessionExpired(RequestError):
    """The token by which somebody signed in has expired meanwhile."""

    def __init__(self) -> None:
        super().__init__(RequestErrorCode.UNAUTHENTICATED, _ENDED)


@asynccontextmanager
async def until_expiry(expires: float | None) -> AsyncIterator[None]:
    """Let something go on until a moment, in seconds since 1970; None: as long as it takes.

    Raises:
        SessionExpired: the moment has come.
    """
    if expires is None:
        yield
        return
    left = expires - time()
    if left <= 0:
        raise SessionExpired
    try:
        async with asyncio.timeout(left) as timeout:
            yield
    except TimeoutError:
        if timeout.expired():
            raise SessionExpired from None
        raise


async def stream_until_expiry(stream: AsyncIterator[T], expires: float | None) -> AsyncGenerator[T, None]:
    """Hand on what a stream gives, until a moment.

    Raises:
        SessionExpired: the moment has come.
    """
    while True:
        async with until_expiry(expires):
            try:
                item = await anext(stream)
            except StopAsyncIteration:
                return
        yield item
