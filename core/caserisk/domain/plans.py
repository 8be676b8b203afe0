"""Disposition plans: made in advance, or after the warning (A-28).

How they change stands in `assessments`: a plan made in advance is submitted and adopted with its assessment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caserisk.domain.events import WarningEvent
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import PlanKind, WarningChangeKind


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAdopted(WarningEvent):
    """A plan was adopted for a warning."""

    kind = WarningChangeKind.PLAN_ADOPTED
    plan: Plan

    @property
    def detail(self) -> Text:
        return Text(self.plan.kind.zh, self.plan.kind.en)
