"""Levels of risk: rows where something was decided by them, values where a regulation is asked."""

from __future__ import annotations

from caserisk.store import tables as t
from caserisk_graphql.api.enums import Severity
from caserisk_graphql.api.reasons import Reason
from caserisk_graphql.api.type_references import LevelSchemeRef, RiskLevelRef
from caserisk_graphql.reads.fields import attribute, column, document, localised, localised_attribute, many, one
from caserisk_graphql.reads.stored_types import embedded, stored


@embedded("The colour a level is shown in (颜色).")
class Colour:
    """A colour."""

    name: str = localised_attribute("Its name (颜色名称).")
    hex: str = attribute("`#rrggbb`.")


@stored(
    t.levels,
    "A level of risk (风险等级) of one region. Compare levels by `rank` within a scheme, by `severity` across.",
)
class RiskLevel:
    """A level."""

    code: str = column(t.levels.c.code, "The region's own code (等级代码), such as `red` or `level-2`.")
    label: str = localised(
        t.levels.c.label,
        "What people call it (等级名称): 红色预警 / Red warning. In the request's language unless `locale` is given.",
        choosable=True,
    )
    number: int | None = column(
        t.levels.c.number, "The number in its name (级数): 一级 is 1; null for none. Never compare levels by it."
    )
    rank: int = column(t.levels.c.rank, "Its place in its scheme (轻重次序): 1 is the mildest.")
    severity: Severity = column(t.levels.c.severity, "How grave it is, comparable between regions (严重程度).")
    colour: Colour | None = document(t.levels.c.colour, "Its colour; null where the region uses none.")
    scheme: LevelSchemeRef = one(t.level_schemes, t.levels.c.scheme_id, "The scheme it belongs to.")


@stored(t.level_schemes, "The levels of risk that a region uses (等级划分).")
class LevelScheme:
    """A scheme; one that changed is another scheme."""

    key: str = column(t.level_schemes.c.key, "The scheme's key; `key:code` names a level in filters.")
    name: str = localised(t.level_schemes.c.name, "The scheme's name (名称).")
    version: str = column(t.level_schemes.c.version, "The scheme's version (版本).")
    levels: list[RiskLevelRef] = many(
        t.levels,
        t.levels.c.scheme_id,
        "The levels, mildest first; none where there is only risk or no risk.",
        order=(t.levels.c.rank,),
    )
    reasons: list[Reason] = document(t.level_schemes.c.reasons, "Why the levels are these.")
