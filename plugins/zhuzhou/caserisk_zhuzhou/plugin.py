"""The declaration: one edition, whose first day is not known, and two options."""

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Text
from caserisk_zhuzhou import deadlines, levels, rules
from caserisk_zhuzhou.sources import A_01, A_05, SUMMARY

NUMBERING = Option(
    key="numbering",
    label=Text(
        "级数与颜色的对应(positional 一级为蓝色,national 一级为红色)",
        "Numbers and colours (positional: level 1 is blue; national: level 1 is red)",
    ),
    default="positional",
    choices=tuple(levels.SCHEMES),
    reasons=(A_01,),
)
ROLL = Option(
    key="roll",
    label=Text(
        "最后一日不是工作日时(forward 顺延,none 不顺延)",
        "A last day that is no working day (forward: moves on to the next; none: stays)",
    ),
    default="forward",
    choices=tuple(deadlines.ROLLS),
    reasons=(A_05,),
)

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(Edition(name="undated", rules=rules, cites=(SUMMARY,)),),
    options=(NUMBERING, ROLL),
)
