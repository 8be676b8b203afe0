"""Disposition plans: made in advance, or after the warning (A-28)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import PlanKind


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSection:
    """A section of a plan as written."""

    key: str
    label: Text
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A disposition plan (处置预案 / 处置方案); ``version`` counts those of its kind in the case."""

    id: str
    case_id: str
    assessment_id: str | None
    warning_id: str | None
    kind: PlanKind
    version: int
    sections: tuple[PlanSection, ...]
    assigned: tuple[str, ...]
    resolution_due_on: date | None
    proposed_by_id: str
    proposed_at: datetime
    adopted_by_id: str | None = None
    adopted_at: datetime | None = None
