"""Cache the viewers of officers. Each has the version of the organisation it was read at; users compare it."""

from __future__ import annotations

from caserisk.store.store import Store
from caserisk.store.viewers import VersionedViewer, load_viewer
from caserisk_graphql.lru_cache import LruCache

_VIEWER_CACHE_SIZE = {"entries": 10_000, "size": 10_000}


class ViewerCache:
    """The viewers of one store, by the ids of their officers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._viewers: LruCache[str, VersionedViewer] = LruCache(**_VIEWER_CACHE_SIZE)

    async def find(self, officer_id: str) -> VersionedViewer | None:
        """Return the cached viewer of an officer, or read it; None where the officer is unknown or retired."""
        return self._viewers.get(officer_id) or await self.read(officer_id)

    async def read(self, officer_id: str) -> VersionedViewer | None:
        """Read the viewer of an active officer, and cache it; None where the officer is unknown or retired."""
        viewer = await load_viewer(self._store, officer_id)
        if viewer is None:
            self._viewers.discard(officer_id)
            return None
        return self._viewers.put(officer_id, viewer, 1)
