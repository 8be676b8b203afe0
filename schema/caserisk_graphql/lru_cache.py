"""What is kept to be used again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """So many things of so much size together: those that were not used for the longest time are forgotten."""

    def __init__(self, *, entries: int, size: int) -> None:
        self._entries, self._most, self.size = entries, size, 0
        self._things: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: K) -> V | None:
        """What is kept under a key, if it still is."""
        if key not in self._things:
            return None
        self._things.move_to_end(key)
        return self._things[key][0]

    def put(self, key: K, thing: V, size: int) -> V:
        """Keep a thing, unless it alone is too large; gives it back."""
        self.discard(key)
        self._things[key] = thing, size
        self.size += size
        while len(self._things) > self._entries or self.size > self._most:
            self.size -= self._things.popitem(last=False)[1][1]
        return thing

    def get_or_create(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under a key, of size 1; where nothing is, it is made."""
        found = self.get(key)
        return self.put(key, make(), 1) if found is None else found

    def discard(self, key: K) -> None:
        """Keep it no longer."""
        if key in self._things:
            self.size -= self._things.pop(key)[1]
