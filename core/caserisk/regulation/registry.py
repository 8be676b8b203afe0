"""The plugins that can be used, and what is wrong with those that cannot.

A bad plugin is named and the others go on. No decision is made by a plugin that is not sound, and none without a plugin
that is installed: where it would have been asked, the command is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

import pluggy

from caserisk.domain.organisation import jurisdiction_chain
from caserisk.domain.refusals import no_regulation
from caserisk.domain.rules import Edition, Plugin
from caserisk.domain.vocabulary import PluginStatus
from caserisk.regulation.declaration_checks import answered_hooks, check_declaration, register_edition
from caserisk.regulation.discovery import InstalledPlugin
from caserisk.regulation.edition_digest import edition_digest
from caserisk.regulation.hooks import API_VERSION

log = logging.getLogger("caserisk.plugins")


@dataclass(slots=True, kw_only=True)
class LoadedPlugin:
    """An installed plugin and its state in this process.

    One that is not ``usable`` is not asked again until the process starts anew; one that failed to answer once is
    FAULTY and goes on being asked. ``managers`` call the hooks of an edition, by its name. ``installed`` is False for
    one that has decided for an office and is gone.
    """

    name: str
    version: str
    jurisdictions: tuple[str, ...]
    declared: Plugin | None = None
    hooks: tuple[str, ...] = ()
    status: PluginStatus = PluginStatus.ACTIVE
    problem: str | None = None
    usable: bool = True
    installed: bool = True
    managers: dict[str, pluggy.PluginManager] = field(default_factory=dict)

    def disable(self, problem: str, status: PluginStatus = PluginStatus.FAULTY) -> None:
        """Stop asking it, and add a problem to those already known."""
        if self.usable:
            self.usable, self.status, self.problem = False, status, problem
        else:
            self.problem = f"{self.problem}; {problem}"
        log.error("plugin %s %s: %s", self.name, self.version, problem)

    def record_fault(self, problem: str) -> None:
        """Mark it as FAULTY for an answer it failed to give; the traceback of the error being handled is logged."""
        self.status, self.problem = PluginStatus.FAULTY, problem
        log.exception("plugin %s %s: %s", self.name, self.version, problem)

    def digest(self, edition: Edition) -> str:
        """Return the digest of the content of one of its editions."""
        return edition_digest(edition, self.declared.options if self.declared else ())

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in force on a day: the one that came into force last."""
        editions = self.declared.editions if self.declared else ()
        in_force = [item for item in editions if item.in_force_from is None or item.in_force_from <= day]
        return max(in_force, key=lambda item: item.in_force_from or date.min, default=None)


class Registry:
    """Every installed plugin by the jurisdictions it regulates, and the core's baseline."""

    def __init__(self, plugins: Iterable[LoadedPlugin], baseline: LoadedPlugin | None) -> None:
        self.plugins = tuple(plugins)
        self.baseline = baseline
        self._by_jurisdiction = {code: plugin for plugin in self.plugins for code in plugin.jurisdictions}

    @property
    def all(self) -> tuple[LoadedPlugin, ...]:
        """Return every plugin, the baseline last."""
        return (*self.plugins, *((self.baseline,) if self.baseline else ()))

    @property
    def faulty(self) -> tuple[LoadedPlugin, ...]:
        """Return the plugins that are not ACTIVE."""
        return tuple(plugin for plugin in self.plugins if plugin.status is not PluginStatus.ACTIVE)

    def layers(
        self, office: str, day: date, bound: Collection[str] = ()
    ) -> tuple[tuple[LoadedPlugin, Edition | None], ...]:
        """Return who answers for an office on a day, nearest first; a plugin that cannot be used has no edition here.

        A plugin that is not yet in force is passed over, unless it is among those that the office is ``bound`` to: they
        have decided for it. One of these that does not speak for it any more comes first of all.

        Raises:
            Refused: NO_REGULATION, where plugins speak for the office and none is in force, or nobody answers at all.
        """
        claiming = self._nearest_first(office)
        answering: list[tuple[LoadedPlugin, Edition | None]] = [
            (removed_plugin(name), None) for name in self.removed(office, bound)
        ]
        answering += [
            (plugin, edition)
            for plugin in claiming
            if (edition := plugin.edition_on(day)) or not plugin.usable or plugin.name in bound
        ]
        # The core does not decide by rules of its own until a region's come into force.
        if claiming and not answering:
            raise no_regulation(office)
        if self.baseline:
            answering.append((self.baseline, self.baseline.edition_on(day)))
        if not answering:
            raise no_regulation(office)
        return tuple(answering)

    def removed(self, office: str, bound: Collection[str]) -> tuple[str, ...]:
        """Return the names of the plugins that an office is bound to and that do not speak for it any more."""
        return tuple(sorted(set(bound) - {plugin.name for plugin in self._nearest_first(office)}))

    def _nearest_first(self, office: str) -> tuple[LoadedPlugin, ...]:
        found = (self._by_jurisdiction.get(code) for code in jurisdiction_chain(office))
        # A plugin may regulate a county and its city; it is one layer, in the nearer place.
        return tuple({plugin.name: plugin for plugin in found if plugin}.values())


def removed_plugin(name: str) -> LoadedPlugin:
    """Return what stands for a plugin that has decided for an office and is gone: it cannot be asked."""
    return LoadedPlugin(
        name=name,
        version="",
        jurisdictions=(),
        status=PluginStatus.FAULTY,
        problem=f"has decided for offices and is gone: install it again, or caserisk plugins retire {name}",
        usable=False,
        installed=False,
    )


def build_registry(plugins: Iterable[InstalledPlugin], *, baseline: InstalledPlugin | None) -> Registry:
    """Load every plugin, one by one, so that a bad one stops no other."""
    loaded = [_load(plugin) for plugin in plugins]
    _disable_overlapping(loaded)
    return Registry(loaded, _load(baseline) if baseline else None)


def _load(installed: InstalledPlugin) -> LoadedPlugin:
    plugin = LoadedPlugin(name=installed.name, version=installed.version, jurisdictions=installed.jurisdictions)
    try:
        declared = installed.load()
    except (Exception, SystemExit) as error:  # a stranger's module may raise anything
        plugin.disable(f"cannot be imported: {type(error).__name__}: {error}")
        return plugin
    if not isinstance(declared, Plugin):
        plugin.disable(f"its entry point names {type(declared).__name__}, not a caserisk.plugin.Plugin")
    elif declared.api_version != API_VERSION:
        problem = f"written for plugin API {declared.api_version}; this core speaks {API_VERSION}"
        plugin.disable(problem, PluginStatus.INCOMPATIBLE)
    else:
        _adopt(plugin, declared)
    return plugin


def _adopt(plugin: LoadedPlugin, declared: Plugin) -> None:
    """Adopt a declaration where all of it is sound."""
    try:
        check_declaration(declared, plugin.jurisdictions)
    except Exception as error:  # any field may hold any object
        plugin.disable(f"its declaration is wrong: {error}")
        return
    for edition in declared.editions:
        try:
            plugin.managers[edition.name] = register_edition(edition)
        except Exception as error:  # pluggy names what does not fit a hook
            plugin.disable(f"edition {edition.name!r}: {error}")
            return
    names = frozenset[str]().union(*map(answered_hooks, plugin.managers.values()))
    plugin.declared, plugin.hooks = declared, tuple(sorted(names))


def _disable_overlapping(plugins: list[LoadedPlugin]) -> None:
    """Disable plugins that claim the same jurisdiction: which of them is right cannot be known here."""
    for plugin in plugins:
        for other in plugins:
            shared = sorted(set(plugin.jurisdictions) & set(other.jurisdictions))
            if other is not plugin and shared:
                plugin.disable(f"claims {', '.join(shared)}, which {other.name} claims too; remove one of them")
