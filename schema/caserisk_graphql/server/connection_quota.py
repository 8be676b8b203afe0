"""Limit how many sockets and event streams each client has open."""

from __future__ import annotations

from collections import Counter


class ConnectionQuota:
    """The open sockets and event streams of each client, at most ``limit`` per client.

    Not locked: it is used by the event loop alone, and no method waits.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._open.total()

    def acquire(self, client: str) -> bool:
        """Count a connection of a client; return False, and count nothing, where the client has reached the limit."""
        if self._open[client] >= self._limit:
            return False
        self._open[client] += 1
        return True

    def release(self, client: str) -> None:
        """Count one connection of a client less."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]  # clients come and go: the counter must not grow with each of them
