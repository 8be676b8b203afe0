"""One case, one file (一案一档): a case with everything that belongs to it. It is decided and written as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from caserisk.domain.assessments import Assessment, Review
from caserisk.domain.cases import Case, LevelPeriod
from caserisk.domain.deadlines import Deadline
from caserisk.domain.facts import AssessmentFacts, CaseFacts, WarningFacts
from caserisk.domain.notices import Notice
from caserisk.domain.plans import Plan
from caserisk.domain.supervisions import Supervision
from caserisk.domain.vocabulary import AssessmentStatus, PlanKind
from caserisk.domain.warnings import Disposition, RiskWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case and its assessments, warnings and the rest, each by id in the order they came."""

    case: Case
    assessments: Mapping[str, Assessment] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    warnings: Mapping[str, RiskWarning] = field(default_factory=dict)
    plans: Mapping[str, Plan] = field(default_factory=dict)
    dispositions: Mapping[str, Disposition] = field(default_factory=dict)
    deadlines: Mapping[str, Deadline] = field(default_factory=dict)
    supervisions: Mapping[str, Supervision] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    levels: Mapping[str, LevelPeriod] = field(default_factory=dict)

    @property
    def active_warning(self) -> RiskWarning | None:
        """The warning that is running, if one is."""
        return next((warning for warning in self.warnings.values() if warning.active), None)

    @property
    def current_assessment(self) -> Assessment | None:
        """The latest assessment that was not returned."""
        kept = [item for item in self.assessments.values() if item.status is not AssessmentStatus.RETURNED]
        return kept[-1] if kept else None

    def deadlines_of(self, warning_id: str) -> tuple[Deadline, ...]:
        """The deadlines of a warning that still run."""
        return tuple(item for item in self.deadlines.values() if item.warning_id == warning_id and item.open)

    def due_at(self, warning: RiskWarning) -> datetime | None:
        """The earliest deadline of a running warning that is still open."""
        return min((item.due_at for item in self.deadlines_of(warning.id)), default=None) if warning.active else None

    def plan_in_force(self, warning: RiskWarning) -> Plan | None:
        """The plan of a warning that was adopted last."""
        adopted = [plan for plan in self.plans.values() if plan.warning_id == warning.id and plan.adopted_at]
        return max(
            adopted, key=lambda plan: (plan.adopted_at, plan.kind is PlanKind.SCHEME, plan.version), default=None
        )

    def case_facts(self) -> CaseFacts:
        """The case as a regulation may know it."""
        case = self.case
        return CaseFacts(
            number=case.number,
            cause=case.cause,
            stage=case.stage.key,
            opened_at=case.opened_at,
            closed=case.closed_at is not None,
            level=case.level,
            petition_recorded=case.petition_recorded,
        )

    def assessment_facts(self) -> tuple[AssessmentFacts, ...]:
        """The assessments as a regulation may know them, the latest first."""
        return tuple(
            AssessmentFacts(
                stage=item.stage.key,
                status=item.status,
                has_risk=item.has_risk,
                has_plan=item.plan_id is not None,
                level=item.working_level,
                submitted_at=item.submitted_at,
            )
            for item in reversed(tuple(self.assessments.values()))
        )


def warning_facts(warning: RiskWarning) -> WarningFacts:
    """A warning as a regulation may know it."""
    return WarningFacts(
        status=warning.status,
        level=warning.level,
        issued_at=warning.issued_at,
        acknowledged_at=warning.acknowledged_at,
    )
