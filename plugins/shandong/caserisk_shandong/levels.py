"""Levels in Shandong (370000): three colours without numbers, none of them named in the text (SD-15, A-17, A-18)."""

from caserisk.plugin import Colour, Level, LevelScheme, Severity, Text
from caserisk_shandong.sources import A_17_COLOURS, A_18, SD_15

BLUE = Colour(name=Text("蓝色", "blue"), hex="#1f6fd6")
ORANGE = Colour(name=Text("橙色", "orange"), hex="#f07d00")
RED = Colour(name=Text("红色", "red"), hex="#d7191c")

SCHEME = LevelScheme(
    key="shandong",
    name=Text("山东三色预警", "Shandong, three colours"),
    version="1",
    levels=(
        Level(code="blue", label=Text("蓝色预警", "Blue warning"), severity=Severity.MODERATE, colour=BLUE),
        Level(code="orange", label=Text("橙色预警", "Orange warning"), severity=Severity.HIGH, colour=ORANGE),
        Level(code="red", label=Text("红色预警", "Red warning"), severity=Severity.CRITICAL, colour=RED),
    ),
    reasons=(SD_15, A_17_COLOURS, A_18),
)
