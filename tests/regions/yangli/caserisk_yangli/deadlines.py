"""Terms in the made-up city, in working days (YLI-07, YLI-08)."""

from collections.abc import Mapping

from caserisk.plugin import DeadlineKind, Reason, RiskLevel, TermRule, TermStart, Text
from caserisk_yangli.sources import YLI_07, YLI_07_2026, YLI_08

FROM_2012 = {
    "level-1": "P20BD",
    "level-2": "P20BD",
    "level-3": "P10BD",
    "level-4": "P10BD",
    "level-5": "P10BD",
}
FROM_2026 = FROM_2012 | {"level-3": "P7BD", "level-4": "P7BD", "level-5": "P7BD"}

REASONS_2012 = (YLI_07,)
REASONS_2026 = (YLI_07, YLI_07_2026)

FROM_ISSUE = (
    TermRule(
        kind=DeadlineKind.ACKNOWLEDGEMENT,
        rule=YLI_08.rule,
        label=Text("签收预警的期限", "Receipt of the warning"),
        term="P1BD",
        starts=TermStart.ISSUE,
        reasons=(YLI_08,),
    ),
    TermRule(
        kind=DeadlineKind.PLAN,
        rule=YLI_08.rule,
        label=Text("制定处置方案的期限", "Adoption of a disposition scheme"),
        term="P5BD",
        starts=TermStart.ISSUE,
        reasons=(YLI_08,),
    ),
)


def terms(level: RiskLevel | None, *, within: Mapping[str, str], reasons: tuple[Reason, ...]) -> tuple[TermRule, ...]:
    """The terms of a level; nothing is said of a risk that another jurisdiction graded."""
    if level is None or level.code not in within:
        return FROM_ISSUE
    resolution = TermRule(
        kind=DeadlineKind.RESOLUTION,
        rule=YLI_07.rule,
        label=Text("接到预警后化解的期限", "Resolution after receipt of the warning"),
        term=within[level.code],
        starts=TermStart.RECEIPT,
        reasons=reasons,
    )
    return (*FROM_ISSUE, resolution)
