"""Which plugins are installed, as the environment's metadata says. Nothing is imported to find out.

An entry point of the group ``caserisk`` is named by the division code it regulates, so a plugin that fails on import still
says for whom it would have spoken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
    """The plugins of this environment, by name."""
    found = [(dist, _entries(dist)) for dist in distributions()]
    by_name = {dist.metadata["Name"]: _installed(dist, entries) for dist, entries in found if entries}
    return tuple(by_name[name] for name in sorted(by_name))


def _entries(dist: Distribution) -> list[EntryPoint]:
    return [entry for entry in dist.entry_points if entry.group == GROUP]


def _installed(dist: Distribution, entries: list[EntryPoint]) -> Installed:
    return Installed(
        name=dist.metadata["Name"],
        version=dist.version,
        jurisdictions=tuple(sorted(entry.name for entry in entries)),
        load=entries[0].load,
    )
