"""Hold a page of a list as the reference executor gives it to the types of a connection."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from caserisk.store.database import Row
from caserisk_graphql.reads import cursors
from caserisk_graphql.reads.page_arguments import PageArguments
from caserisk_graphql.reads.reference_sql import sort_labels


@dataclass(frozen=True, slots=True)
class PageRows:
    """The rows of a page in the order of the list; ``more``: there are others further on in the page's direction."""

    window: PageArguments
    rows: Sequence[Row]
    more: bool

    @classmethod
    def from_rows(cls, window: PageArguments, found: Sequence[Row]) -> PageRows:
        """Return the page of rows found in the window's direction, with one row too many where there are more."""
        rows = list(found[: window.size])
        return cls(window, rows[::-1] if window.backward else rows, len(found) > window.size)

    @property
    def edges(self) -> list[Row]:
        """Return the rows with their cursors."""
        return [{"cursor": self._cursor(row), "node": row} for row in self.rows]

    @property
    def page_info(self) -> Row:
        """Tell whether there is more on either side, and where the page ends."""
        # The other side is not read: a cursor that was given stands for a row there, which the client has seen.
        backward, after, before = self.window.backward, self.window.after, self.window.before
        return {
            "has_next_page": before is not None if backward else self.more,
            "has_previous_page": self.more if backward else after is not None,
            "start_cursor": self._cursor(self.rows[0]) if self.rows else None,
            "end_cursor": self._cursor(self.rows[-1]) if self.rows else None,
        }

    def _cursor(self, row: Row) -> str:
        order = self.window.order
        return cursors.encode(order, [row[label] for label in sort_labels(order)])


@dataclass(frozen=True, slots=True)
class LazyPage:
    """A page that is selected: its rows are read when they are selected, and counted when the count is."""

    load_page: Callable[[], Awaitable[PageRows]]
    count: Callable[[], Awaitable[int]]
