"""The declaration: one option, the rules, and the edition of 2008 in which they are in force."""

from datetime import date

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Rules, Text, by
from caserisk_shandong import assessment, deadlines, levels, warning
from caserisk_shandong.sources import INSTRUMENT, SD_14

ONLINE_GATE = Option(
    key="online_gate",
    label=Text(
        "风险评估是否为网上办案的必经程序(off 否,on 是)",
        "Whether assessment is a mandatory step of on-line case handling (off: no; on: yes)",
    ),
    default="off",
    choices=tuple(assessment.GATED),
    reasons=(SD_14,),
)

RULES = Rules(
    level_scheme=levels.SCHEME,  # SD-15, with Longkou's colours
    factors=assessment.FACTORS,  # SD-05
    plan=by("kind", "has_risk", assessment.PLANS),  # SD-12
    review_steps=by("has_risk", assessment.CHAIN),  # SD-15, with Longkou's tiers
    gates=assessment.gates,  # SD-07, SD-14
    issuing=warning.ISSUING,  # SD-11
    responsibility=by(warning.petitioned, warning.RESPONSIBILITY),  # SD-17, SD-18; SD-12 once there is a petition
    terms=deadlines.TERMS,
    notices=by("occasion", warning.NOTICES),  # SD-11, SD-12
)

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(Edition(name="2008", rules=RULES, in_force_from=date(2008, 4, 1), cites=(INSTRUMENT,)),),
    options=(ONLINE_GATE,),
)
