"""Levels in the made-up city: five, numbered, mildest first (YLI-03)."""

from caserisk.plugin import Level, LevelScheme, Severity, Text
from caserisk_yangli.sources import YLI_03

NUMERALS = ("一", "二", "三", "四", "五")
SEVERITIES = (Severity.LOW, Severity.LOW, Severity.MODERATE, Severity.HIGH, Severity.CRITICAL)

SCHEME = LevelScheme(
    key="yangli",
    name=Text("样例市五级风险", "Yangli, five levels"),
    version="1",
    levels=tuple(
        Level(
            code=f"level-{number}",
            label=Text(f"{numeral}级风险", f"Level {number} risk"),
            severity=severity,
            number=number,
        )
        for number, (numeral, severity) in enumerate(zip(NUMERALS, SEVERITIES, strict=True), start=1)
    ),
    reasons=(YLI_03,),
)
