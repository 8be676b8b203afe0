"""Which plugins are installed, as the environment's metadata says. Nothing is imported to find out.

An entry point of the group ``caserisk`` is named by the division code it regulates, so a plugin that fails on import
still says for whom it would have spoken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import Distribution, EntryPoint, distributions

GROUP = "caserisk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A distribution that regulates jurisdictions; ``load`` imports it and gives what its entry points name."""

    name: str
    version: str
    jurisdictions: tuple[str, ...]
    load: Callable[[], object]


def installed() -> tuple[Installed, ...]:
    """The plugins of this environment, by name; of two of one name the one that would be imported."""
    by_name: dict[str, Installed] = {}
    for dist in distributions():
        entries = _entries(dist)
        if entries:
            by_name.setdefault(dist.metadata["Name"], _installed(dist, entries))
    return tuple(by_name[name] for name in sorted(by_name))


def _entries(dist: Distribution) -> list[EntryPoint]:
    return [entry for entry in dist.entry_points if entry.group == GROUP]


def _installed(dist: Distribution, entries: list[EntryPoint]) -> Installed:
    return Installed(
        name=dist.metadata["Name"],
        version=dist.version,
        jurisdictions=tuple(sorted(entry.name for entry in entries)),
        load=partial(_load, entries),
    )


def _load(entries: list[EntryPoint]) -> object:
    named = sorted({entry.value for entry in entries})
    if len(named) > 1:
        raise ValueError(f"its entry points name {' and '.join(named)}; all have to name the same plugin")
    return entries[0].load()
