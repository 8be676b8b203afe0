"""Whether somebody still waits for an answer."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from starlette.types import Receive

_LONG = 0.1
"""Seconds after which it is looked whether the client is still there; most answers are there sooner."""


class DisconnectWatcher:
    """Lets what is in it go on while the client waits; where the client has ``left``, it is cancelled."""

    __slots__ = ("_answering", "_looking", "_receive", "_timer", "left")

    def __init__(self, receive: Receive) -> None:
        self._receive, self.left = receive, False
        self._looking: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._answering = asyncio.current_task(loop)
        self._timer = loop.call_later(_LONG, self._look)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._timer.cancel()
        if self._looking is not None:
            self._looking.cancel()
        if self.left and kind is asyncio.CancelledError and self._answering is not None:
            return self._answering.uncancel() == 0  # unless somebody else ends it too
        return False

    def _look(self) -> None:
        self._looking = asyncio.ensure_future(self._until_left())

    async def _until_left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.left = True
        if self._answering is not None:
            self._answering.cancel()
