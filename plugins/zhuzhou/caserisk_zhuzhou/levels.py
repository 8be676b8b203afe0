"""Levels in Zhuzhou (430200): four, shown in blue, yellow, orange and red (ZHU-07).

A-01 is open: no sentence ties a number to a colour. `NUMBERS` is the only place where its two readings differ; every
other rule is keyed as the text keys it, the terms on the number, special supervision on the colour.
"""

from caserisk.plugin import Colour, Level, LevelScheme, Severity, Text
from caserisk_zhuzhou.sources import A_01, ZHU_07

BLUE = Colour(name=Text("蓝色", "blue"), hex="#1f6fd6")
YELLOW = Colour(name=Text("黄色", "yellow"), hex="#f2c200")
ORANGE = Colour(name=Text("橙色", "orange"), hex="#f07d00")
RED = Colour(name=Text("红色", "red"), hex="#d7191c")

COLOURS = (BLUE, YELLOW, ORANGE, RED)
SEVERITIES = (Severity.LOW, Severity.MODERATE, Severity.HIGH, Severity.CRITICAL)
NUMBERS = {  # of blue, yellow, orange, red
    "positional": (1, 2, 3, 4),
    "national": (4, 3, 2, 1),
}
NUMERALS = {1: "一", 2: "二", 3: "三", 4: "四"}


def _level(number: int, colour: Colour, *, severity: Severity) -> Level:
    return Level(
        code=f"level-{number}",
        label=Text(f"{NUMERALS[number]}级({colour.name.zh}预警)", f"Level {number} ({colour.name.en} warning)"),
        severity=severity,
        number=number,
        colour=colour,
    )


def _scheme(key: str, name: Text, *, numbers: tuple[int, ...]) -> LevelScheme:
    mildest_first = zip(numbers, COLOURS, SEVERITIES, strict=True)
    levels = tuple(_level(number, colour, severity=severity) for number, colour, severity in mildest_first)
    return LevelScheme(key=key, name=name, version="1", levels=levels, reasons=(ZHU_07, A_01))


SCHEMES = {
    "positional": _scheme(
        "zhuzhou", Text("株洲四级四色(一级为蓝色)", "Zhuzhou, level 1 is blue"), numbers=NUMBERS["positional"]
    ),
    "national": _scheme(
        "zhuzhou-national", Text("株洲四级四色(一级为红色)", "Zhuzhou, level 1 is red"), numbers=NUMBERS["national"]
    ),
}
"""By the option ``numbering``."""

SCHEME_KEYS = frozenset(scheme.key for scheme in SCHEMES.values())
"""The schemes whose ranks the degrees of reaction stand for."""
