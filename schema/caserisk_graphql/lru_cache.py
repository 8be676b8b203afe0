"""A cache of bounded size that forgets what was not used for the longest time."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """A least-recently-used cache, bounded by the number of its entries and by their sizes together.

    The unit of the sizes is the caller's: tokens, characters, or one for each entry.
    """

    def __init__(self, *, entries: int, size: int) -> None:
        self._max_entries = entries
        self._entries: LRUCache[K, tuple[V, int]] = LRUCache(size, getsizeof=_size_of)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Return the sizes of all entries together."""
        return int(self._entries.currsize)

    def get(self, key: K) -> V | None:
        """Return the value under a key and mark it as used; None where there is none."""
        try:  # quicker than LRUCache.get(), which looks a key up twice
            return self._entries[key][0]
        except KeyError:
            return None

    def put(self, key: K, value: V, size: int) -> V:
        """Store a value under a key and return it; a value that alone exceeds the bound is not stored."""
        if size > self._entries.maxsize:
            self.discard(key)  # what was stored there is not the value any more
            return value
        self._entries[key] = value, size
        if len(self._entries) > self._max_entries:  # cachetools bounds the size alone
            self._entries.popitem()
        return value

    def get_or_create(self, key: K, create: Callable[[], V]) -> V:
        """Return the value under a key; where there is none, create it and store it with size 1."""
        found = self.get(key)
        return self.put(key, create(), 1) if found is None else found

    def discard(self, key: K) -> None:
        """Remove the value under a key, if there is one."""
        self._entries.pop(key, None)


def _size_of(entry: tuple[object, int]) -> int:
    return entry[1]
