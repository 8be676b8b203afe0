"""The declaration: two options, the rules, and one edition, whose first day is not known."""

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Rules, Text, by, level_number
from caserisk_zhuzhou import assessment, deadlines, levels, warning
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

RULES = Rules(
    level_scheme=by(NUMBERING, levels.SCHEMES),  # ZHU-07, in the office's reading of A-01
    factors=assessment.FACTORS,  # ZHU-07
    derived_level=assessment.derived_level,  # ZHU-08
    plan=by("kind", "has_risk", assessment.PLANS),  # ZHU-03 beforehand, ZHU-11 and ZHU-13 after the warning
    review_steps=by("has_risk", assessment.CHAIN),  # ZHU-06, ZHU-09
    gates=assessment.gates,  # ZHU-03
    issuing=warning.ISSUING,  # ZHU-10
    responsibility=by(warning.red, warning.RESPONSIBILITY),  # ZHU-05, ZHU-06, ZHU-11, ZHU-12; ZHU-19 where it is red
    terms=by(level_number, ROLL, deadlines.TERMS, otherwise=()),  # ZHU-14
    notices=by("occasion", warning.NOTICES),  # ZHU-10, ZHU-12, ZHU-18, ZHU-19
    supervision=by(warning.red, "occasion", warning.SUPERVISION, otherwise=()),  # ZHU-18; ZHU-19 where it is red
)

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(Edition(name="undated", rules=RULES, cites=(SUMMARY,)),),
    options=(NUMBERING, ROLL),
)
