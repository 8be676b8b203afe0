"""The core's own regulation keeps what every region promises."""

from caserisk.baseline import PLUGIN
from caserisk.testing import RegionContract
from tests.plugins.source import SOURCE


class TestBaseline(RegionContract):
    """The declaration and every answer of the baseline, for an office that nobody regulates."""

    plugin = PLUGIN
    jurisdictions = ("650100",)
    source = SOURCE
