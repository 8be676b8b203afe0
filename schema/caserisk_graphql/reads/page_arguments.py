"""Check the arguments of a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from caserisk_graphql.errors import bad_input
from caserisk_graphql.reads import cursors
from caserisk_graphql.reads.orders import Order

DEFAULT_PAGE_SIZE = 20
MAX_PAGE_SIZE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class PageArguments:
    """A page of a sorted list: ``size`` rows from its start, or from its end where ``backward``.

    ``after`` and ``before`` are the sort values it lies between.
    """

    order: Order
    size: int
    backward: bool
    after: tuple[Any, ...] | None
    before: tuple[Any, ...] | None

    @classmethod
    def parse(cls, order: Order, arguments: Mapping[str, Any]) -> Self:
        """Return the page that ``first``, ``after``, ``last`` and ``before`` ask for.

        Raises:
            RequestError: BAD_INPUT, for a wrong size or cursor.
        """
        first, last = arguments.get("first"), arguments.get("last")
        # Relay discourages both together, and what they would mean is a surprise.
        if first is not None and last is not None:
            raise bad_input("参数 first 与 last 不能同时使用", "give `first` or `last`, not both")
        after, before = arguments.get("after"), arguments.get("before")
        return cls(
            order=order,
            size=checked_size(first, "first") if last is None else checked_size(last, "last"),
            backward=last is not None,
            after=None if after is None else cursors.decode(order, after, argument="after"),
            before=None if before is None else cursors.decode(order, before, argument="before"),
        )


def checked_size(size: int | None, argument: str, *, default: int = DEFAULT_PAGE_SIZE) -> int:
    """Return the size of a page.

    Raises:
        RequestError: BAD_INPUT, where it is less than 1 or more than 100.
    """
    if size is None:
        return default
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise bad_input(
            f"参数 {argument} 须在 1 至 {MAX_PAGE_SIZE} 之间,收到 {size}",
            f"`{argument}` must be 1 to {MAX_PAGE_SIZE}, not {size}",
        )
    return size
