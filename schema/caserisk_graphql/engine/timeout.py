"""A time that something may take. As `asyncio.timeout`, at a third of what that costs: every request is timed."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self


class TimedOut(Exception):
    """Something takes longer than it may."""


class Timeout:
    """Cancels what is in it after so many seconds; None: it takes as long as it takes.

    Raises:
        TimedOut: it was cancelled for that.
    """

    __slots__ = ("_doing", "_expired", "_seconds", "_timer")

    def __init__(self, seconds: float | None) -> None:
        self._seconds, self._expired = seconds, False
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Self:
        if self._seconds is not None:
            loop = asyncio.get_running_loop()
            self._doing = asyncio.current_task(loop)
            self._timer = loop.call_later(self._seconds, self._expire)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._expired and kind is asyncio.CancelledError and self._doing and self._doing.uncancel() == 0:
            raise TimedOut from error  # nobody else ends it

    def _expire(self) -> None:
        self._expired = True
        if self._doing is not None:
            self._doing.cancel()
