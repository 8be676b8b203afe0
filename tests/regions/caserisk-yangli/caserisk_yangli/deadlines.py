"""Terms in the made-up city, in working days (YLI-07, YLI-08)."""

from caserisk.plugin import DeadlineKind, Reason, TermRule, TermStart, Text
from caserisk_yangli.sources import YLI_07, YLI_07_2026, YLI_08

RESOLVE_WITHIN_2012 = {
    "level-1": "P20BD",
    "level-2": "P20BD",
    "level-3": "P10BD",
    "level-4": "P10BD",
    "level-5": "P10BD",
}
RESOLVE_WITHIN_2026 = RESOLVE_WITHIN_2012 | {"level-3": "P7BD", "level-4": "P7BD", "level-5": "P7BD"}

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


def _resolution(term: str, *reasons: Reason) -> TermRule:
    return TermRule(
        kind=DeadlineKind.RESOLUTION,
        rule=YLI_07.rule,
        label=Text("接到预警后化解的期限", "Resolution after receipt of the warning"),
        term=term,
        starts=TermStart.RECEIPT,
        reasons=reasons,
    )


TERMS_2012 = {code: (*FROM_ISSUE, _resolution(term, YLI_07)) for code, term in RESOLVE_WITHIN_2012.items()}
TERMS_2026 = {code: (*FROM_ISSUE, _resolution(term, YLI_07, YLI_07_2026)) for code, term in RESOLVE_WITHIN_2026.items()}
"""By the code of the level; of a risk that another jurisdiction graded only `FROM_ISSUE` is said."""
