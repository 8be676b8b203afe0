"""Huizhou keeps what every region promises."""

from caserisk.testing import RegionContract
from caserisk_huizhou.plugin import PLUGIN
from tests.plugins.source import SOURCE


class TestHuizhou(RegionContract):
    """The declaration and every answer of Huizhou."""

    plugin = PLUGIN
    jurisdictions = ("441300",)
    source = SOURCE
