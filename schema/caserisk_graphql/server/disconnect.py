"""Cancel the work for a client that has disconnected."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

_WATCH_DELAY = 0.1
"""Seconds until the connection is watched. Most requests are answered sooner, and are spared the task for it."""


class DisconnectWatcher:
    """A context manager that cancels its body when the client disconnects; ``disconnected`` tells whether it did."""

    __slots__ = ("_body", "_receive", "_timer", "_watching", "disconnected")

    def __init__(self, receive: Receive) -> None:
        self._receive, self.disconnected = receive, False
        self._watching: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._body = asyncio.current_task(loop)
        self._timer = loop.call_later(_WATCH_DELAY, self._watch)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._timer.cancel()
        if self._watching is not None:
            self._watching.cancel()
        if self.disconnected and kind is asyncio.CancelledError and self._body is not None:
            # Swallow only the cancellation of our own: somebody else may have cancelled the task as well.
            return self._body.uncancel() == 0
        return False

    def _watch(self) -> None:
        self._watching = asyncio.ensure_future(self._cancel_on_disconnect())

    async def _cancel_on_disconnect(self) -> None:
        await wait_for_disconnect(self._receive)
        self.disconnected = True
        if self._body is not None:
            self._body.cancel()


async def wait_for_disconnect(receive: Receive) -> None:
    """Return when the client has disconnected."""
    while (await receive())["type"] != "http.disconnect":
        pass
