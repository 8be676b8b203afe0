"""Statistics of an office over a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import argument

from caserisk.store import tables as t
from caserisk_graphql.context import Context
from caserisk_graphql.reads.fields import one, plain
from caserisk_graphql.reads.snapshot import Row
from caserisk_graphql.reads.stored import embedded
from caserisk_graphql.types.counting import Period
from caserisk_graphql.types.refs import OfficeRef, RiskLevelRef


@embedded("Warnings of a level (按等级统计).")
class LevelCount:
    """Counts of a level."""

    level: RiskLevelRef | None = one(t.levels, "level_id", "The level the warnings have now (风险等级); null for none.")
    warnings: int = plain("Warnings issued (预警数).")
    warned_cases: int = plain("Distinct cases in which they were (预警案件数).")


@embedded("What happened in an office (按单位统计).")
class OfficeCount:
    """Counts of an office."""

    office: OfficeRef = one(t.offices, "office_id", "The office (检察院), without those below it.")
    cases: int = plain("Cases opened (受理案件数).")
    warnings: int = plain("Warnings issued (预警数).")
    overdue: int = plain("Warnings overdue at the end of the period (逾期预警数).")


@embedded("What happened in a month (按月统计).")
class MonthCount:
    """Counts of a month."""

    month: str = plain("The month at +08:00 (月份): `2011-11`.")
    cases: int = plain("Cases opened (受理案件数).")
    warnings: int = plain("Warnings issued (预警数).")
    resolved: int = plain("Warnings resolved (化解数).")


@embedded("Counts of the cases that the viewer may see, of an office and those below it, over a period (统计).")
class Statistics:
    """The counts of a period."""

    cases: int = plain("Cases opened in the period (受理案件数).")
    assessed: int = plain("Of these, those with a confirmed assessment (已评估案件数).")
    warnings: int = plain("Warnings issued in the period (预警数).")
    warned_cases: int = plain("Distinct cases in which a warning was issued in the period (预警案件数).")
    resolved: int = plain("Warnings resolved in the period, whenever they were issued (化解数).")
    overdue: int = plain(
        "Warnings overdue at the end of `to`, or now where that is earlier, whenever they were issued (逾期预警数)."
    )
    by_level: list[LevelCount] = plain("By level, the gravest first; only levels with a warning.")
    by_office: list[OfficeCount] = plain("By office, in the order of their ids; only offices with something to count.")
    by_month: list[MonthCount] = plain("By month; only months with something to count.")


async def statistics(
    info: strawberry.Info[Context, None],
    office: Annotated[str, argument(description="The office's code (检察院代码); of an unknown one all counts are 0.")],
    from_: Annotated[date, argument(name="from", description="The first day (起始日).")],
    to: Annotated[date, argument(description="The last day (截止日), included.")],
) -> Any:
    """The counts of a period."""
    snapshot = info.context.snapshot
    period = Period.of(info.context.reading, office, from_, to)
    cases, issued = await snapshot.rows(period.cases()), await snapshot.rows(period.issued())
    resolved, overdue = await snapshot.rows(period.resolved()), await snapshot.rows(period.overdue())
    [warned] = await snapshot.rows(period.warned())
    levels = await snapshot.rows(period.issued_by_level())
    return {
        "cases": _sum(cases),
        "assessed": _sum(cases, "assessed"),
        "warnings": _sum(issued),
        "warned_cases": warned["count"],
        "resolved": _sum(resolved),
        "overdue": _sum(overdue),
        "by_level": [
            {"level_id": row["level_id"], "warnings": row["count"], "warned_cases": row["cases"]} for row in levels
        ],
        "by_office": _by("office_id", cases=cases, warnings=issued, overdue=overdue),
        "by_month": _by("month", cases=cases, warnings=issued, resolved=resolved),
    }


def _sum(rows: Iterable[Row], name: str = "count") -> int:
    return sum(row[name] for row in rows)


def _by(key: str, **counted: Iterable[Row]) -> list[Row]:
    """The counts side by side, by office or by month."""
    counts = {name: _counted(key, rows) for name, rows in counted.items()}
    found = sorted(set().union(*counts.values()))
    return [{key: item, **{name: count[item] for name, count in counts.items()}} for item in found]


def _counted(key: str, rows: Iterable[Row]) -> Counter[str]:
    counter: Counter[str] = Counter()
    for row in rows:
        counter[row[key]] += row["count"]
    return counter
