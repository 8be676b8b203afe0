"""Plugins are found by the environment's metadata; each says for whom it speaks before anything is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from caserisk.domain.vocabulary import PluginStatus
from caserisk.regulation.discovery import InstalledPlugin, find_installed_plugins
from caserisk.regulation.registry import build_registry
from tests.core.regulation.conftest import forget_modules
from tests.core.regulation.made_up import CITY, beside_the_others, loaded

PACKAGE = "caserisk_found"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a directory in which distributions are found."""
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    forget_modules(PACKAGE)


def distribution(site: Path, module: str, *, entries: str, version: str = "1.0") -> None:
    """Put a distribution there as pip leaves one."""
    (site / f"{PACKAGE}.py").write_text(module, "utf-8")
    metadata = site / f"{PACKAGE}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: caserisk-found\nVersion: {version}\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[caserisk]\n{entries}\n", "utf-8")


def found() -> InstalledPlugin:
    """Return the distribution that was put there."""
    return next(item for item in find_installed_plugins() if item.name == "caserisk-found")


def test_an_installed_region_names_its_jurisdictions(site: Path) -> None:
    distribution(
        site, "raise AssertionError('imported')", entries=f"{CITY} = {PACKAGE}:PLUGIN\n371700 = {PACKAGE}:PLUGIN"
    )

    plugin = found()

    assert (plugin.name, plugin.version, plugin.jurisdictions) == ("caserisk-found", "1.0", (CITY, "371700"))


@pytest.mark.parametrize(
    ("module", "problem"),
    [
        ("raise RuntimeError('no such table')", "cannot be imported: RuntimeError: no such table"),
        ("import nothing_of_that_name", "cannot be imported: ModuleNotFoundError"),
        ("import sys; sys.exit('licence expired')", "cannot be imported: SystemExit: licence expired"),
        ("def half(", "cannot be imported: SyntaxError"),
        ("PLUGINS = ()", "cannot be imported: AttributeError"),
        ("PLUGIN = {'editions': []}", "its entry point names dict, not a caserisk.plugin.Plugin"),
    ],
)
def test_a_region_that_fails_on_import_is_named(site: Path, module: str, problem: str) -> None:
    distribution(site, module, entries=f"{CITY} = {PACKAGE}:PLUGIN")

    registry = beside_the_others()

    broken = loaded(registry, "caserisk-found")
    assert (broken.status, broken.jurisdictions) == (PluginStatus.FAULTY, (CITY,))
    assert broken.problem is not None
    assert broken.problem.startswith(problem)
    assert loaded(registry, "caserisk-zhuzhou").status is PluginStatus.ACTIVE


def test_of_two_of_one_name_the_imported_one_counts(
    site: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    distribution(site, "", entries=f"{CITY} = {PACKAGE}:PLUGIN", version="1.0")
    nearer = tmp_path_factory.mktemp("nearer")
    monkeypatch.syspath_prepend(str(nearer))
    distribution(nearer, "", entries=f"{CITY} = {PACKAGE}:PLUGIN", version="2.0")

    assert found().version == "2.0"


def test_entry_points_name_one_plugin_together(site: Path) -> None:
    distribution(site, "FIRST = SECOND = None", entries=f"{CITY} = {PACKAGE}:FIRST\n371700 = {PACKAGE}:SECOND")

    registry = build_registry([found()], baseline=None)

    assert registry.plugins[0].problem is not None
    assert f"its entry points name {PACKAGE}:FIRST and {PACKAGE}:SECOND" in registry.plugins[0].problem
    assert PACKAGE not in sys.modules
