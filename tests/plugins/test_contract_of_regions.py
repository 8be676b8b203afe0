"""Every region under ``plugins/`` keeps what a region promises; they are found, not listed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from caserisk.domain.organisation import jurisdiction_chain
from caserisk.plugin import Plugin
from caserisk.testing import RegionContract
from tests.plugins.source import SOURCE

REGIONS = Path(__file__).parents[2] / "plugins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A folder of ``plugins/``, as its ``pyproject.toml`` describes it."""

    folder: Path
    jurisdictions: tuple[str, ...]
    entry_point: str

    @property
    def plugin(self) -> Plugin:
        """Return the declaration, imported as the core would."""
        module, _, name = self.entry_point.partition(":")
        declared = getattr(import_module(module), name)
        assert isinstance(declared, Plugin)
        return declared

    @property
    def source(self) -> str:
        """Return the text its quotations come from: its own, where the folder has one, beside the newspaper's."""
        own = self.folder / "regulation.zh.txt"
        return SOURCE + (own.read_text("utf-8") if own.is_file() else "")

    @property
    def above(self) -> Mapping[str, Plugin]:
        """Return the plugins of the jurisdictions it lies in, by code."""
        containing = {code for own in self.jurisdictions for code in jurisdiction_chain(own)}
        return {
            code: other.plugin
            for other in regions()
            if other.folder != self.folder
            for code in other.jurisdictions
            if code in containing
        }


@cache
def regions() -> tuple[Region, ...]:
    """Return every region there is."""
    return tuple(region(path.parent) for path in sorted(REGIONS.glob("*/pyproject.toml")))


def region(folder: Path) -> Region:
    """Return the region of a folder."""
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    entries: Mapping[str, str] = project["entry-points"]["caserisk"]
    (target,) = set(entries.values())
    return Region(folder=folder, jurisdictions=tuple(entries), entry_point=target)


def contract(region: Region) -> type[RegionContract]:
    """Return the contract of a region, as the class that pytest runs."""
    promised = {
        "plugin": region.plugin,
        "jurisdictions": region.jurisdictions,
        "above": region.above,
        "source": region.source,
    }
    return type(f"Test{region.folder.name.title()}", (RegionContract,), promised)


globals().update({tested.__name__: tested for tested in map(contract, regions())})


def test_the_first_three_regions_are_found() -> None:
    assert {"huizhou", "shandong", "zhuzhou"} <= {found.folder.name for found in regions()}
