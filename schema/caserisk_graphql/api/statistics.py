"""Statistics of an office over a period."""

from __future__ import annotations

from datetime import date

from caserisk.store import tables as t
from caserisk_graphql.api.statistics_queries import Period
from caserisk_graphql.api.type_references import OfficeRef, RiskLevelRef
from caserisk_graphql.reads.fields import argument, attribute, counted, one
from caserisk_graphql.reads.stored_types import embedded

ARGUMENTS = (
    argument("office", str, "The office's code (检察院代码); of an unknown one all counts are 0."),
    argument("from", date, "The first day (起始日)."),
    argument("to", date, "The last day (截止日), included."),
)


@embedded("Warnings of a level (按等级统计).")
class LevelCount:
    """Counts of a level."""

    level: RiskLevelRef | None = one(t.levels, "level_id", "The level the warnings have now (风险等级); null for none.")
    warnings: int = attribute("Warnings issued (预警数).")
    warned_cases: int = attribute("Distinct cases in which they were (预警案件数).")


@embedded("What happened in an office (按单位统计).")
class OfficeCount:
    """Counts of an office."""

    office: OfficeRef = one(t.offices, "office_id", "The office (检察院), without those below it.")
    cases: int = attribute("Cases opened (受理案件数).")
    warnings: int = attribute("Warnings issued (预警数).")
    overdue: int = attribute("Warnings overdue at the end of the period (逾期预警数).")


@embedded("What happened in a month (按月统计).")
class MonthCount:
    """Counts of a month."""

    month: str = attribute("The month at +08:00 (月份): `2011-11`.")
    cases: int = attribute("Cases opened (受理案件数).")
    warnings: int = attribute("Warnings issued (预警数).")
    resolved: int = attribute("Warnings resolved (化解数).")


@embedded("Counts of the cases that the viewer may see, of an office and those below it, over a period (统计).")
class Statistics:
    """The counts of a period."""

    cases: int = attribute("Cases opened in the period (受理案件数).")
    assessed: int = attribute("Of these, those with a confirmed assessment (已评估案件数).")
    warnings: int = attribute("Warnings issued in the period (预警数).")
    warned_cases: int = attribute("Distinct cases in which a warning was issued in the period (预警案件数).")
    resolved: int = attribute("Warnings resolved in the period, whenever they were issued (化解数).")
    overdue: int = attribute(
        "Warnings overdue at the end of `to`, or now where that is earlier, whenever they were issued (逾期预警数)."
    )
    by_level: list[LevelCount] = counted(Period.by_level, "By level, the gravest first; only levels with a warning.")
    by_office: list[OfficeCount] = counted(
        Period.by_office, "By office, in the order of their ids; only offices with something to count."
    )
    by_month: list[MonthCount] = counted(Period.by_month, "By month; only months with something to count.")
