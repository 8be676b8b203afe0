"""Levels in Huizhou (441300): numbered, without colours; level 1 is the gravest (A-10).

The text names 一级 and 二级 only, as those that warn by themselves. That set is written out, not compared: the reading
with two levels in all needs no other code.
"""

from caserisk.plugin import Level, LevelScheme, RiskLevel, Severity, Text
from caserisk_huizhou.sources import A_10, HUI_08

SCHEME = LevelScheme(
    key="huizhou",
    name=Text("惠州三级风险", "Huizhou, three levels"),
    version="1",
    levels=(
        Level(code="level-3", label=Text("三级风险", "Level 3 risk"), severity=Severity.MODERATE, number=3),
        Level(code="level-2", label=Text("二级风险", "Level 2 risk"), severity=Severity.HIGH, number=2),
        Level(code="level-1", label=Text("一级风险", "Level 1 risk"), severity=Severity.CRITICAL, number=1),
    ),
    reasons=(HUI_08, A_10),
)

AUTOMATIC = frozenset({"level-1", "level-2"})


def automatic(level: RiskLevel | None) -> bool:
    """Tell whether a level warns by itself: 「…被评为一级、二级后,系统会自动向控申等相关部门发送预警信息」"""
    return level is not None and level.code in AUTOMATIC
