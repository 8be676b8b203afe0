"""What each client may spend within a minute."""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from time import monotonic

from caserisk_graphql.errors import RequestError, too_complex

_MINUTE = 60.0
_CLIENTS = 10_000
"""Clients that are remembered: who has not asked for the longest time has spent nothing."""


class RateLimiter:
    """So much cost ``per_minute`` for each client, filled up as time goes by."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._left)

    def spend(self, client: str, cost: int) -> int:
        """Take a cost off what a client has left; gives the seconds to wait where there is not so much, else 0."""
        now = monotonic()
        left, since = self._left.get(client, (self._per_minute, now))
        left = min(left + (now - since) * self._per_minute / _MINUTE, self._per_minute)
        if cost > left:
            return ceil((cost - left) * _MINUTE / self._per_minute)
        self._left[client] = left - cost, now
        self._left.move_to_end(client)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return 0


def rate_limited(per_minute: int, wait: int) -> RequestError:
    """A client has to wait so many seconds."""
    return too_complex(
        f"一分钟内的查询成本超过 {per_minute};请在 {wait} 秒后重试",
        f"within a minute your queries cost more than {per_minute}; try again in {wait} s",
    )
