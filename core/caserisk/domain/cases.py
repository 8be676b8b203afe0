"""A case and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Gate
from caserisk.domain.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseParty:
    """A party of one case: a label and a role, and nothing that could join it to another case."""

    label: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStage:
    """A stage as it was named when the case entered it."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case being handled (案件).

    ``version`` moves with every change of the case, its assessments and warnings; ``revision`` counts the entries of
    its file, a notice read included.
    """

    id: str
    office_id: str
    number: str
    title: str
    cause: str
    department_id: str | None
    handler_id: str | None
    parties: tuple[CaseParty, ...]
    stage: CaseStage
    next_stages: tuple[CaseStage, ...]
    opened_at: datetime
    closed_at: datetime | None = None
    level: RiskLevel | None = None
    gates: tuple[Gate, ...] = ()
    petition_recorded: bool = False
    current_assessment_id: str | None = None
    active_warning_id: str | None = None
    due_at: datetime | None = None
    version: int = 1
    revision: int = 1

    @property
    def severity(self) -> int | None:
        """How grave the level in force is: 1 to 4, None without one."""
        return self.level.severity.order if self.level else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPeriod:
    """From when on a case had a level; None: no level (no risk, or a level taken back)."""

    id: str
    case_id: str
    since: datetime
    revision: int
    level: RiskLevel | None
