"""Terms in Zhuzhou: they run from the receipt of the warning notice and go by the number of the level (ZHU-14).

「分别在半个月、一个月、三个月、半年之内结案,并确保息诉罢访」; nothing is said of a risk without a number.
"""

from caserisk.plugin import ClosureOutcome, DeadlineKind, TermRule, TermStart, Text
from caserisk_zhuzhou.sources import A_02, A_03, A_04, A_05, A_32, ZHU_14

RESOLVE_WITHIN = {1: "P15D", 2: "P1M", 3: "P3M", 4: "P6M"}

ROLLS = {"forward": True, "none": False}
"""By the option ``roll``."""


def _resolution(term: str, *, rolls: bool) -> TermRule:
    return TermRule(
        kind=DeadlineKind.RESOLUTION,
        rule=ZHU_14.rule,
        label=Text("接到预警通知后结案并息诉罢访的期限", "Conclusion and settlement after receipt of the warning"),
        term=term,
        starts=TermStart.RECEIPT,
        rolls=rolls,
        met_by=(ClosureOutcome.SETTLED,),
        reasons=(ZHU_14, A_02, A_03, A_04, A_05, A_32),
    )


TERMS = {
    (number, option): (_resolution(term, rolls=rolls),)
    for number, term in RESOLVE_WITHIN.items()
    for option, rolls in ROLLS.items()
}
"""By the number of the level, and by the option ``roll``."""
