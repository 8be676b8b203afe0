"""Tell a case's file as facts: what a regulation may know of it, and nothing of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from caserisk.domain.casefile import CaseFile
from caserisk.domain.deadlines import Deadline
from caserisk.domain.facts import (
    AssessmentFacts,
    CaseFacts,
    DeadlineFacts,
    DispositionFacts,
    Facts,
    SupervisionFacts,
    WarningFacts,
)
from caserisk.domain.organisation import Roster
from caserisk.domain.rules import Occasion
from caserisk.domain.terms import WorkCalendar, WorkingDays, office_day
from caserisk.domain.warnings import RiskWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """A file as it stands at a moment, with the office it is decided in; ``warning`` is the one that it is about."""

    file: CaseFile
    roster: Roster
    options: Mapping[str, str]
    calendar: WorkCalendar
    at: datetime
    warning: RiskWarning | None

    def facts(self, *, occasion: Occasion | None, passed: Deadline | None) -> Facts:
        """Return all the facts; ``passed`` is the deadline that has just passed."""
        return Facts(
            at=self.at,
            office=self.roster.office.code,
            options=self.options,
            case=self._case(),
            assessments=self._assessments(),
            warning=_warning(self.warning) if self.warning else None,
            dispositions=self._dispositions(),
            deadlines=tuple(self._deadline(item) for item in reversed(tuple(self.file.deadlines.values()))),
            supervisions=self._supervisions(),
            occasion=occasion,
            deadline=self._deadline(passed) if passed else None,
            calendar=WorkingDays(self.calendar),
        )

    def _case(self) -> CaseFacts:
        case, department = self.file.case, self.roster.department(self.file.case.department_id)
        return CaseFacts(
            number=case.number,
            cause=case.cause,
            stage=case.stage.key,
            opened_at=case.opened_at,
            closed=case.closed_at is not None,
            level=case.level,
            petition_recorded=case.petition_recorded,
            department=department.function if department else None,
            parties=len(case.parties),
        )

    def _assessments(self) -> tuple[AssessmentFacts, ...]:
        return tuple(
            AssessmentFacts(
                stage=item.stage.key,
                status=item.status,
                has_risk=item.has_risk,
                has_plan=item.plan_id is not None,
                level=item.working_level,
                submitted_at=item.submitted_at,
                answers=MappingProxyType({answer.factor.key: answer.value for answer in item.answers}),
            )
            for item in reversed(tuple(self.file.assessments.values()))
        )

    def _dispositions(self) -> tuple[DispositionFacts, ...]:
        return tuple(
            DispositionFacts(
                measure=item.measure.key,
                performed_on=office_day(item.performed_at),
                of_warning=self._is_of_warning(item.warning_id),
            )
            for item in reversed(tuple(self.file.dispositions.values()))
        )

    def _deadline(self, item: Deadline) -> DeadlineFacts:
        return DeadlineFacts(
            kind=item.kind,
            rule=item.rule,
            starts_on=item.starts_on,
            due_on=item.due_on,
            status=item.status,
            passed=item.passed_at is not None,
            of_warning=self._is_of_warning(item.warning_id),
        )

    def _supervisions(self) -> tuple[SupervisionFacts, ...]:
        return tuple(
            SupervisionFacts(
                kind=item.kind,
                status=item.status,
                issued_at=item.issued_at,
                of_warning=self._is_of_warning(item.warning_id),
            )
            for item in reversed(tuple(self.file.supervisions.values()))
        )

    def _is_of_warning(self, warning_id: str | None) -> bool:
        return self.warning is not None and warning_id == self.warning.id


def _warning(warning: RiskWarning) -> WarningFacts:
    return WarningFacts(
        status=warning.status,
        level=warning.level,
        issued_at=warning.issued_at,
        acknowledged_at=warning.acknowledged_at,
    )
