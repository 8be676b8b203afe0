"""Who officers are, remembered: whoever uses it sees to it that the organisation has not changed since."""

from __future__ import annotations

from caserisk.store.store import Store
from caserisk.store.viewers import VersionedViewer, load_viewer
from caserisk_graphql.lru_cache import LruCache

_KEPT = {"entries": 10_000, "size": 10_000}


class ViewerCache:
    """The officers of one store, by id."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: LruCache[str, VersionedViewer] = LruCache(**_KEPT)

    async def find(self, officer_id: str) -> VersionedViewer | None:
        """Who an officer was when they were last read, or is, where that is not remembered; None for nobody."""
        return self._kept.get(officer_id) or await self.read(officer_id)

    async def read(self, officer_id: str) -> VersionedViewer | None:
        """Who an active officer is now."""
        known = await load_viewer(self._store, officer_id)
        if known is None:
            self._kept.discard(officer_id)
            return None
        return self._kept.put(officer_id, known, 1)
