"""One case, one file (一案一档): a case with everything that belongs to it. It is decided and written as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.assessments import (
    Assessment,
    Review,
    fold_assessment,
    fold_plan,
    new_assessments,
    new_plans,
    new_reviews,
)
from caserisk.domain.case_file_parts import Loading, part, parts_of
from caserisk.domain.cases import Case, LevelPeriod, new_level_periods
from caserisk.domain.deadlines import Deadline, fold_deadline, new_deadlines
from caserisk.domain.dispositions import Disposition, new_dispositions
from caserisk.domain.notices import Notice, NoticeReading, new_notice_readings, new_notices
from caserisk.domain.plans import Plan
from caserisk.domain.supervisions import Supervision, fold_supervision, new_supervisions
from caserisk.domain.vocabulary import STANDING_ASSESSMENT_STATUSES, DeadlineKind, PlanKind
from caserisk.domain.warnings import RiskWarning, fold_warning, new_warnings


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case and its assessments, warnings and the rest, each by id in the order they came.

    The parts stand in an order in which rows may refer to earlier ones, for they are written in it.
    """

    case: Case
    assessments: Mapping[str, Assessment] = part(
        Assessment, fold_assessment, new=new_assessments, sort_key=lambda item: item.ordinal, is_target=True
    )
    reviews: Mapping[str, Review] = part(Review, new=new_reviews, sort_key=lambda item: (item.assessment_id, item.turn))
    warnings: Mapping[str, RiskWarning] = part(RiskWarning, fold_warning, new=new_warnings, is_target=True)
    plans: Mapping[str, Plan] = part(Plan, fold_plan, new=new_plans)
    dispositions: Mapping[str, Disposition] = part(Disposition, new=new_dispositions)
    supervisions: Mapping[str, Supervision] = part(Supervision, fold_supervision, new=new_supervisions, is_target=True)
    deadlines: Mapping[str, Deadline] = part(Deadline, fold_deadline, new=new_deadlines, is_target=True)
    notices: Mapping[str, Notice] = part(Notice, new=new_notices, loading=Loading.ONLY_TARGET, is_target=True)
    notice_reads: Mapping[str, NoticeReading] = part(
        NoticeReading, new=new_notice_readings, loading=Loading.WITH_TARGET
    )
    case_levels: Mapping[str, LevelPeriod] = part(LevelPeriod, new=new_level_periods, loading=Loading.NEVER)

    @property
    def active_warning(self) -> RiskWarning | None:
        """Return the warning that is running, if one is."""
        return next((warning for warning in self.warnings.values() if warning.active), None)

    @property
    def current_assessment(self) -> Assessment | None:
        """Return the latest assessment that was neither returned nor withdrawn."""
        # The next assessment is submitted while an older one is still confirmed, so the latest counts.
        standing = [item for item in self.assessments.values() if item.status in STANDING_ASSESSMENT_STATUSES]
        return standing[-1] if standing else None

    def open_deadlines(self, warning_id: str, kind: DeadlineKind | None = None) -> tuple[Deadline, ...]:
        """Return the deadlines of a warning whose duty is still to be done, all of them or those of a kind."""
        open_ = (item for item in self.deadlines.values() if item.warning_id == warning_id and item.open)
        return tuple(item for item in open_ if kind in (None, item.kind))

    def earliest_due_at(self, warning: RiskWarning) -> datetime | None:
        """Return the earliest deadline of a running warning that is still open."""
        if not warning.active:
            return None
        return min((item.due_at for item in self.open_deadlines(warning.id)), default=None)

    def plan_in_force(self, warning: RiskWarning) -> Plan | None:
        """Return the plan of a warning that was adopted last."""
        adopted = [plan for plan in self.plans.values() if plan.warning_id == warning.id and plan.adopted_at]
        # A contingency plan and a scheme may be adopted at the same moment; then the scheme is in force.
        return max(
            adopted, key=lambda plan: (plan.adopted_at, plan.kind is PlanKind.SCHEME, plan.version), default=None
        )


PARTS = parts_of(CaseFile)
"""The kinds of record that a file holds beside its case, by attribute; each is the name of its table too."""
