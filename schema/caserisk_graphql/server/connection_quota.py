"""How many sockets and streams each client has open."""

from __future__ import annotations

from collections import Counter


class ConnectionQuota:
    """Places for the sockets and streams of clients, at ``most`` so many for each."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._taken.total()

    def acquire(self, client: str) -> bool:
        """Take a place for a client, if there is one left."""
        if self._taken[client] >= self._most:
            return False
        self._taken[client] += 1
        return True

    def release(self, client: str) -> None:
        """Give a place back."""
        self._taken[client] -= 1
        if not self._taken[client]:
            del self._taken[client]
