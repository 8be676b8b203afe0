"""Load the plugins that regulate offices, the core's own baseline among them."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version

from caserisk import baseline
from caserisk.regulation.discovery import InstalledPlugin, find_installed_plugins
from caserisk.regulation.registry import Registry, build_registry
from caserisk_graphql.settings import Settings

VERSION = version("caserisk")


def _load_baseline() -> object:
    return baseline.PLUGIN


BASELINE = InstalledPlugin(name="caserisk", version=VERSION, jurisdictions=(), load=_load_baseline)
"""The core's own regulation, as a plugin like the others."""


def load_registry(settings: Settings, plugins: Iterable[InstalledPlugin] | None = None) -> Registry:
    """Load these plugins, by default those installed, and the baseline unless the settings switch it off."""
    return build_registry(
        find_installed_plugins() if plugins is None else plugins, baseline=BASELINE if settings.baseline else None
    )
