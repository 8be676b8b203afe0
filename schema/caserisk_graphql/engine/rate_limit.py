"""The rate limit: the cost that each client may spend within a minute."""

from __future__ import annotations

from collections import OrderedDict
from math import ceil
from time import monotonic

from caserisk_graphql.errors import RequestError, too_complex

_MINUTE = 60.0
_MAX_CLIENTS = 10_000
"""Clients whose budgets are stored; the one that sent nothing for the longest time is forgotten, with a full budget."""


class RateLimiter:
    """A token bucket for each client: it holds the cost of a minute, and fills up continuously."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._budgets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._budgets)

    def charge(self, client: str, cost: int) -> int:
        """Charge a client and return 0; where less than the cost is left, return the seconds to wait instead."""
        now = monotonic()
        left, updated_at = self._budgets.get(client, (self._per_minute, now))
        left = min(left + (now - updated_at) * self._per_minute / _MINUTE, self._per_minute)
        if cost > left:  # a refused request costs nothing, or a client that keeps trying would never get through
            return ceil((cost - left) * _MINUTE / self._per_minute)
        # Moved to the end with each charge, so that the first is the one that was charged the longest ago.
        self._budgets[client] = left - cost, now
        self._budgets.move_to_end(client)
        if len(self._budgets) > _MAX_CLIENTS:
            self._budgets.popitem(last=False)
        return 0


def rate_limited(per_minute: int, retry_after: int) -> RequestError:
    """Return the error for a client that has to wait so many seconds."""
    return too_complex(
        f"一分钟内的查询成本超过 {per_minute};请在 {retry_after} 秒后重试",
        f"within a minute your queries cost more than {per_minute}; try again in {retry_after} s",
    )
