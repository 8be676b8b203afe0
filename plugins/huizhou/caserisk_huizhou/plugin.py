"""The declaration: two options, the rules, and one edition, whose first day is not known."""

from caserisk.plugin import API_VERSION, Edition, Option, Plugin, Rules, Text, by
from caserisk_huizhou import assessment, deadlines, levels, warning
from caserisk_huizhou.sources import A_12, A_25, SUMMARY

GATE = Option(
    key="gate",
    label=Text(
        "何时算完成风险评估(confirmed 审批通过,submitted 提交)",
        "When an assessment is complete (confirmed: once approved; submitted: once submitted)",
    ),
    default="confirmed",
    choices=tuple(assessment.COMPLETE),
    reasons=(A_12,),
)
ALSO_WARN = Option(
    key="also_warn",
    label=Text(
        "除控申部门外还向哪个部门发送一级、二级风险预警信息",
        "Which department is warned of levels 1 and 2 beside complaints and appeals",
    ),
    default="none",
    choices=tuple(warning.ALSO_WARN),
    reasons=(A_25,),
)

RULES = Rules(
    level_scheme=levels.SCHEME,  # HUI-08, A-10
    plan=by("kind", "has_risk", assessment.PLANS),  # HUI-02
    review_steps=by("has_risk", assessment.CHAIN),  # HUI-03
    gates=assessment.gates,  # HUI-04
    issuing=by(levels.automatic, warning.ISSUING),  # HUI-08 for levels 1 and 2, else HUI-05
    responsibility=warning.RESPONSIBILITY,  # HUI-05
    terms=deadlines.TERMS,
    notices=warning.notices,  # HUI-06, HUI-08, A-13
)

PLUGIN = Plugin(
    api_version=API_VERSION,
    editions=(Edition(name="undated", rules=RULES, cites=(SUMMARY,)),),
    options=(GATE, ALSO_WARN),
)
