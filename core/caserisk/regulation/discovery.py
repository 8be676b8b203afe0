"""Which plugins are installed, as the environment's metadata says. Nothing is imported to find out.

An entry point of the group ``caserisk`` is named by the division code it regulates, so a plugin that fails on import
still says for whom it would have spoken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import Distribution, EntryPoint, distributions

ENTRY_POINT_GROUP = "caserisk"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPlugin:
    """A distribution that regulates jurisdictions; ``load`` imports it and returns what its entry points name."""

    name: str
    version: str
    jurisdictions: tuple[str, ...]
    load: Callable[[], object]


def find_installed_plugins() -> tuple[InstalledPlugin, ...]:
    """Find the plugins of this environment, sorted by name; of two of one name the one that would be imported."""
    by_name: dict[str, InstalledPlugin] = {}
    for dist in distributions():
        entries = _entry_points(dist)
        if entries:
            # Distributions come in the order of sys.path, so the first of a name shadows the others.
            by_name.setdefault(dist.metadata["Name"], _describe(dist, entries))
    return tuple(by_name[name] for name in sorted(by_name))


def _entry_points(dist: Distribution) -> list[EntryPoint]:
    return [entry for entry in dist.entry_points if entry.group == ENTRY_POINT_GROUP]


def _describe(dist: Distribution, entries: list[EntryPoint]) -> InstalledPlugin:
    return InstalledPlugin(
        name=dist.metadata["Name"],
        version=dist.version,
        jurisdictions=tuple(sorted(entry.name for entry in entries)),
        load=partial(_load, entries),
    )


def _load(entries: list[EntryPoint]) -> object:
    targets = sorted({entry.value for entry in entries})
    if len(targets) > 1:
        raise ValueError(f"its entry points name {' and '.join(targets)}; all have to name the same plugin")
    return entries[0].load()
