"""The made-up city keeps what every region promises, standing on Shandong."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest

from caserisk.testing import RegionContract
from tests.regions.installing import YANGLI


class TestMadeUpCity(RegionContract):
    """The declaration and every answer of a region that builds on another."""

    jurisdictions = ("371600",)
    above: ClassVar = {"370000": import_module("caserisk_shandong.plugin").PLUGIN}
    source = (YANGLI / "regulation.zh.txt").read_text("utf-8")

    @pytest.fixture(autouse=True)
    def installed(self, yangli: Path) -> None:
        """Take the plugin that is installed."""
        module = import_module("caserisk_yangli.plugin")
        assert str(module.__file__).startswith(str(yangli))
        type(self).plugin = module.PLUGIN
