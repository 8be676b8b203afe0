"""The plugins that can be used, and what is wrong with those that cannot.

A bad plugin is named and the others go on. Nobody decides by a plugin that is not sound, and nobody decides without one
that is installed: where it would have been asked, the command is refused.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import pluggy

from caserisk.domain.organisation import jurisdiction_chain
from caserisk.domain.refusals import no_regulation
from caserisk.domain.rules import Edition, Plugin
from caserisk.domain.vocabulary import PluginStatus
from caserisk.regulation import hooks
from caserisk.regulation.declaration_checks import caller_of, check_declaration, hooks_of
from caserisk.regulation.discovery import Installed

log = logging.getLogger("caserisk.plugins")


@dataclass(slots=True, kw_only=True)
class LoadedPlugin:
    """An installed plugin and how it fares.

    One that is not ``usable`` is not asked again until the process starts anew; one that failed to answer once is
    FAULTY and goes on being asked.
    """

    name: str
    version: str
    jurisdictions: tuple[str, ...]
    declared: Plugin | None = None
    hooks: tuple[str, ...] = ()
    status: PluginStatus = PluginStatus.ACTIVE
    problem: str | None = None
    usable: bool = True
    callers: dict[str, pluggy.PluginManager] = field(default_factory=dict)

    def fail(self, problem: str, status: PluginStatus = PluginStatus.FAULTY) -> None:
        """Name what is wrong with it, beside what already is; from now on it is not asked."""
        if self.usable:
            self.usable, self.status, self.problem = False, status, problem
        else:
            self.problem = f"{self.problem}; {problem}"
        log.error("plugin %s %s: %s", self.name, self.version, problem)

    def note(self, problem: str) -> None:
        """Name an answer it failed to give; the traceback of the error being handled goes to the log."""
        self.status, self.problem = PluginStatus.FAULTY, problem
        log.exception("plugin %s %s: %s", self.name, self.version, problem)

    def edition_on(self, day: date) -> Edition | None:
        """The edition in force on a day, the one that came into force last."""
        editions = self.declared.editions if self.declared else ()
        begun = [item for item in editions if item.in_force_from is None or item.in_force_from <= day]
        return max(begun, key=lambda item: item.in_force_from or date.min, default=None)


class Registry:
    """Every installed plugin by the jurisdictions it regulates, and the core's baseline."""

    def __init__(self, plugins: Iterable[LoadedPlugin], baseline: LoadedPlugin | None) -> None:
        self.plugins = tuple(plugins)
        self.baseline = baseline
        self._by_jurisdiction = {code: plugin for plugin in self.plugins for code in plugin.jurisdictions}

    @property
    def faulty(self) -> tuple[LoadedPlugin, ...]:
        """The plugins that cannot be used."""
        return tuple(plugin for plugin in self.plugins if plugin.status is not PluginStatus.ACTIVE)

    def layers(self, office: str, day: date) -> tuple[tuple[LoadedPlugin, Edition | None], ...]:
        """Who answers for an office on a day, nearest first; a plugin that cannot be used has no edition here.

        Raises:
            Refused: NO_REGULATION, where the nearest plugin has no edition in force or nobody answers at all.
        """
        answering: list[tuple[LoadedPlugin, Edition | None]] = []
        for plugin in self._nearest_first(office):
            edition = plugin.edition_on(day)
            if edition or not plugin.usable:
                answering.append((plugin, edition))
            elif not answering:
                raise no_regulation(office)
        if self.baseline:
            answering.append((self.baseline, self.baseline.edition_on(day)))
        if not answering:
            raise no_regulation(office)
        return tuple(answering)

    def _nearest_first(self, office: str) -> tuple[LoadedPlugin, ...]:
        found = (self._by_jurisdiction.get(code) for code in jurisdiction_chain(office))
        return tuple({plugin.name: plugin for plugin in found if plugin}.values())


def build_registry(plugins: Iterable[Installed], *, baseline: Installed | None) -> Registry:
    """Load every plugin, one by one."""
    loaded = [_load(plugin) for plugin in plugins]
    _name_overlaps(loaded)
    return Registry(loaded, _load(baseline) if baseline else None)


def _load(installed: Installed) -> LoadedPlugin:
    plugin = LoadedPlugin(name=installed.name, version=installed.version, jurisdictions=installed.jurisdictions)
    try:
        declared = installed.load()
    except (Exception, SystemExit) as error:  # a stranger's module may raise anything
        plugin.fail(f"cannot be imported: {type(error).__name__}: {error}")
        return plugin
    if not isinstance(declared, Plugin):
        plugin.fail(f"its entry point names {type(declared).__name__}, not a caserisk.plugin.Plugin")
    elif declared.api_version != hooks.API_VERSION:
        problem = f"written for plugin API {declared.api_version}; this core speaks {hooks.API_VERSION}"
        plugin.fail(problem, PluginStatus.INCOMPATIBLE)
    else:
        _declare(plugin, declared)
    return plugin


def _declare(plugin: LoadedPlugin, declared: Plugin) -> None:
    """Take a declaration over where all of it is sound."""
    try:
        check_declaration(declared, plugin.jurisdictions)
    except Exception as error:  # any field may hold any object
        plugin.fail(f"its declaration is wrong: {error}")
        return
    for edition in declared.editions:
        try:
            plugin.callers[edition.name] = caller_of(edition)
        except Exception as error:  # pluggy names what does not fit a hook
            plugin.fail(f"edition {edition.name!r}: {error}")
            return
    names = frozenset[str]().union(*(hooks_of(plugin.callers[item.name], item) for item in declared.editions))
    plugin.declared, plugin.hooks = declared, tuple(sorted(names))


def _name_overlaps(plugins: list[LoadedPlugin]) -> None:
    """Two that claim the same jurisdiction: which is right cannot be known here, so neither is asked."""
    for plugin in plugins:
        for other in plugins:
            shared = sorted(set(plugin.jurisdictions) & set(other.jurisdictions))
            if other is not plugin and shared:
                plugin.fail(f"claims {', '.join(shared)}, which {other.name} claims too; remove one of them")
