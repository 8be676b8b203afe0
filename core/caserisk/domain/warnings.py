"""Warnings: issued, received, disposed of, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.levels import RiskLevel
from caserisk.domain.rules import Measure, Responsibility
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import ACTIVE, ClosureOutcome, Receipt, Role, WarningAct, WarningStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """That a closing condition holds, and who says so."""

    key: str
    label: Text
    note: str | None
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """How a warning ended."""

    outcome: ClosureOutcome
    feedback: str | None
    attestations: tuple[Attestation, ...]
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """An act that can be done next, and the roles that may do it."""

    act: WarningAct
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWarning:
    """A warning on a case (预警); the contract calls it Warning.

    ``scheme_required``: nothing is done to it before a disposition scheme is adopted (ZHU-13). ``due_at`` is the
    earliest deadline still open.
    """

    id: str
    case_id: str
    assessment_id: str | None
    level: RiskLevel | None
    status: WarningStatus
    issued_at: datetime
    issued_by_id: str | None
    receipt: Receipt
    lifted_by: tuple[Role, ...]
    scheme_required: bool
    responsibility: Responsibility
    note: str | None = None
    acknowledged_at: datetime | None = None
    plan_id: str | None = None
    scheme_adopted: bool = False
    closure: Closure | None = None
    report: str | None = None
    archived_at: datetime | None = None
    due_at: datetime | None = None
    version: int = 1

    @property
    def active(self) -> bool:
        """Whether it is still running."""
        return self.status in ACTIVE

    @property
    def severity(self) -> int | None:
        """How grave its level is: 1 to 4, None without one."""
        return self.level.severity.order if self.level else None

    @property
    def received(self) -> bool:
        """Whether work on it may begin: it was received, or need not be."""
        return self.status is not WarningStatus.ISSUED or self.receipt is not Receipt.REQUIRED

    @property
    def next_acts(self) -> tuple[NextAct, ...]:
        """What can be done next, and by whom."""
        return tuple(NextAct(act=act, roles=self.roles_for(act)) for act in WarningAct if self.allows(act))

    def allows(self, act: WarningAct) -> bool:
        """Whether the state it is in lets an act be done."""
        match act:
            case WarningAct.ACKNOWLEDGE:
                return self.active and self.acknowledged_at is None
            case WarningAct.ADOPT_PLAN:
                return self.active and self.received
            case WarningAct.RECORD_DISPOSITION | WarningAct.RESOLVE:
                return self.active and self.received and (self.scheme_adopted or not self.scheme_required)
            case WarningAct.FILE:
                return self.status is WarningStatus.RESOLVED
            case WarningAct.ARCHIVE:
                return self.status is WarningStatus.FILED
            case WarningAct.LIFT | WarningAct.SUPERVISE:
                return self.active

    def roles_for(self, act: WarningAct) -> tuple[Role, ...]:
        """The roles that may do an act, as far as this warning's regulation names them."""
        undertaking = (Role.DEPARTMENT_HEAD, Role.CASE_HANDLER)
        match act:
            case WarningAct.RECORD_DISPOSITION:
                roles = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, *self.responsibility.leads)
            case WarningAct.ARCHIVE:
                roles = (Role.COMPLAINTS_OFFICER,)
            case WarningAct.LIFT:
                roles = self.lifted_by
            case WarningAct.SUPERVISE:
                roles = (Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR)
            case _:
                named = self.responsibility
                roles = (*undertaking, *named.handles, *named.resolves, *named.leads)
        return tuple(dict.fromkeys(roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """Something that was done to resolve the risk (处置)."""

    id: str
    case_id: str
    warning_id: str | None
    measure: Measure
    description: str
    outcome: str | None
    performed_by_id: str
    performed_at: datetime
