"""The declaration: the edition of 2008, and one option."""

from datetime import date

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Text
from caserisk_shandong import assessment, rules
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

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(Edition(name="2008", rules=rules, in_force_from=date(2008, 4, 1), cites=(INSTRUMENT,)),),
    options=(ONLINE_GATE,),
)
