"""Shandong keeps what every region promises."""

from caserisk.testing import RegionContract
from caserisk_shandong.plugin import PLUGIN
from tests.plugins.source import SOURCE


class TestShandong(RegionContract):
    """The declaration and every answer of Shandong."""

    plugin = PLUGIN
    jurisdictions = ("370000",)
    source = SOURCE
