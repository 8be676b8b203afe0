"""The declaration: one option, the rules, and two editions, which differ in the terms of YLI-07.

What is not here is Shandong's.
"""

from dataclasses import replace
from datetime import date

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Rules, Text, by, level_code
from caserisk_yangli import assessment, deadlines, levels, warning
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

RULES_2012 = Rules(
    level_scheme=levels.SCHEME,  # YLI-03
    measures=warning.MEASURES,  # YLI-11, beside the core's own
    review_steps=by(REVIEW_WITHIN, assessment.CHAIN),  # YLI-05
    gates=assessment.gates,  # YLI-10, beside Shandong's own
    terms=by(level_code, deadlines.TERMS_2012, otherwise=deadlines.FROM_ISSUE),  # YLI-07, YLI-08
    closing_conditions=warning.CLOSING_CONDITIONS,  # YLI-09
)
RULES_2026 = replace(RULES_2012, terms=by(level_code, deadlines.TERMS_2026, otherwise=deadlines.FROM_ISSUE))

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(
        Edition(name="2012", rules=RULES_2012, in_force_from=date(2012, 1, 1), cites=(INSTRUMENT,)),
        Edition(name="2026", rules=RULES_2026, in_force_from=date(2026, 7, 1), cites=(INSTRUMENT,)),
    ),
    options=(REVIEW_WITHIN,),
)
