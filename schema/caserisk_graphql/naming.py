"""Spell names as clients know them."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1024)
def api_name(name: str) -> str:
    """Return the API's name of a field or a command: ``opened_at`` is ``openedAt``, ``open_case`` is ``openCase``."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
