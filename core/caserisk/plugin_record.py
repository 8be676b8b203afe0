"""Compare the plugins that are installed with what is on record of those that have decided."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from caserisk.domain.organisation import BoundEdition, office_code
from caserisk.domain.refusals import Refused
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.registry import LoadedPlugin, Registry, removed_plugin
from caserisk.regulation.self_check import level_codes
from caserisk.store.store import Store

log = logging.getLogger("caserisk.plugins")


async def removed_plugins(registry: Registry, store: Store) -> list[LoadedPlugin]:
    """Return what stands for the plugins that have decided for offices, are gone, and were not retired."""
    bound = await store.bound_editions()
    names = {name for item in bound for name in registry.removed(office_code(item.office_id), [item.plugin])}
    return [removed_plugin(name) for name in sorted(names)]


async def compare_plugins(registry: Registry, store: Store) -> None:
    """Compare the plugins of a registry with the record, before they decide anything; what differs is logged.

    A plugin whose edition has another content than when it first decided, in the same version, has a problem and goes
    on. One that lacks a level which an open case carries is FAULTY and is not asked.
    """
    bound = await store.bound_editions()
    for plugin in registry.plugins:
        _compare_contents(plugin, [item for item in bound if item.plugin == plugin.name])
    carried = await store.carried_levels()
    for plugin in registry.plugins:
        if plugin.usable and plugin.name in carried:
            await _compare_levels(plugin, registry, carried[plugin.name])
    for plugin in await removed_plugins(registry, store):
        log.error("plugin %s: %s", plugin.name, plugin.problem)


def _compare_contents(plugin: LoadedPlugin, bound: Iterable[BoundEdition]) -> None:
    """Name the editions that state something else than when they first decided, under the same version."""
    editions = plugin.declared.editions if plugin.declared else ()
    stated = {edition.name: plugin.digest(edition) for edition in editions}
    changed = sorted(
        {
            item.edition
            for item in bound
            if item.version == plugin.version and item.digest != stated.get(item.edition, item.digest)
        }
    )
    if changed:
        plugin.problem = (
            f"version {plugin.version} has decided with another content of edition {', '.join(changed)}; "
            "a plugin that changes gets a new version"
        )
        log.warning("plugin %s %s: %s", plugin.name, plugin.version, plugin.problem)


async def _compare_levels(plugin: LoadedPlugin, registry: Registry, carried: set[str]) -> None:
    """Disable a plugin that lacks levels which open cases carry: what hangs on them would be dropped without a word."""
    try:
        known = await run_decision(lambda: level_codes(plugin, registry))
    except Refused:  # a hook fails, or took too long: its offices' commands are refused, and name it
        return
    lacking = sorted(carried - known)
    if lacking:
        plugin.disable(
            f"open cases carry levels that this version does not have: {', '.join(lacking)}; "
            "install the earlier version, or one in which an edition keeps them"
        )
