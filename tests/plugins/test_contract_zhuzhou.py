"""Zhuzhou keeps what every region promises."""

from caserisk.testing import RegionContract
from caserisk_zhuzhou.plugin import PLUGIN
from tests.plugins.source import SOURCE


class TestZhuzhou(RegionContract):
    """The declaration and every answer of Zhuzhou."""

    plugin = PLUGIN
    jurisdictions = ("430200",)
    source = SOURCE
