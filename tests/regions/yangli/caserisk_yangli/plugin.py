"""The declaration: two editions, and one option."""

from datetime import date

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Text
from caserisk_yangli import assessment
from caserisk_yangli.rules import RULES_2012, RULES_2026
from caserisk_yangli.sources import INSTRUMENT, YLI_05_CHOICE

REVIEW_WITHIN = Option(
    key="review_within",
    label=Text(
        "部门负责人审核的工作日数(three 三日,five 五日)",
        "Working days of the head's review (three: 3; five: 5)",
    ),
    default="three",
    choices=tuple(assessment.REVIEW_WITHIN),
    reasons=(YLI_05_CHOICE,),
)

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(
        Edition(name="2012", rules=RULES_2012, in_force_from=date(2012, 1, 1), cites=(INSTRUMENT,)),
        Edition(name="2026", rules=RULES_2026, in_force_from=date(2026, 7, 1), cites=(INSTRUMENT,)),
    ),
    options=(REVIEW_WITHIN,),
)
