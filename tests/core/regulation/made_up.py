"""Made-up regions, in memory: a plugin of the hooks a test is about."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from caserisk import baseline
from caserisk.domain.refusals import Problem, Refused
from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Reason, Text, hookimpl
from caserisk.regulation.discovery import InstalledPlugin, find_installed_plugins
from caserisk.regulation.layers import Regulation
from caserisk.regulation.registry import LoadedPlugin, Registry, build_registry

CITY, COUNTY, PROVINCE = "371600", "371621", "370000"
"""An invented city, a county of it, and the province they lie in."""

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
REASON = Reason(rule="MUP-01", text=Text("虚构", "made up"), assumed=True)
BASELINE = InstalledPlugin(name="baseline", version="1", jurisdictions=(), load=lambda: baseline.PLUGIN)

Hook = Callable[..., object]


def rules(**hooks: Hook) -> object:
    """Make what an edition points to, of hooks by name, without the project's prefix."""
    return SimpleNamespace(**{f"caserisk_{name}": hookimpl(hook) for name, hook in hooks.items()})


def endless() -> None:
    """Loop for ever: a hook that never ends."""
    while True:
        pass


def endless_and_deaf() -> None:
    """Loop for ever, and ignore the exception that is to end it."""
    while True:
        try:
            endless()
        except Exception:
            continue


def declaration(*, options: tuple[Option, ...] = (), **hooks: Hook) -> Plugin:
    """Make a declaration with one edition, in force from the beginning."""
    return Plugin(api_version=API_VERSION, editions=(Edition(name="only", rules=rules(**hooks)),), options=options)


def plugin(*codes: str, declared: object, name: str = "made-up", version: str = "1.0") -> InstalledPlugin:
    """Make an installed distribution that regulates jurisdictions."""
    return InstalledPlugin(name=name, version=version, jurisdictions=codes, load=lambda: declared)


def region(*codes: str, name: str = "made-up", options: tuple[Option, ...] = (), **hooks: Hook) -> InstalledPlugin:
    """Make an installed distribution of some hooks."""
    return plugin(*codes, declared=declaration(options=options, **hooks), name=name)


def beside_the_others(*made_up: InstalledPlugin) -> Registry:
    """Make a registry of everything that is installed, made-up regions, and the baseline."""
    return build_registry((*find_installed_plugins(), *made_up), baseline=BASELINE)


def loaded(registry: Registry, name: str = "made-up") -> LoadedPlugin:
    """Return the plugin of a registry that has this name."""
    return next(item for item in registry.plugins if item.name == name)


def regulation(registry: Registry, office: str = CITY, *, at: datetime = NOW, **chosen: str) -> Regulation:
    """Return the regulation of an office; ``chosen`` are the options it has set."""
    return Regulation(registry, office, at, chosen)


async def refusal(command: Awaitable[object]) -> Problem:
    """Return why a command is refused."""
    with pytest.raises(Refused) as caught:
        await command
    return caught.value.problems[0]
