"""Warnings: issued, received, disposed of, closed; the events about them, and how they change a warning."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from caserisk.domain.cases import Case
from caserisk.domain.dispositions import DispositionRecorded
from caserisk.domain.events import Entry, Event, WarningEvent
from caserisk.domain.levels import RiskLevel, level_text
from caserisk.domain.plans import PlanAdopted
from caserisk.domain.rules import Responsibility
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import (
    ACTIVE_WARNING_STATUSES,
    CaseChangeKind,
    ClosureOutcome,
    PlanKind,
    Receipt,
    Role,
    WarningAct,
    WarningChangeKind,
    WarningStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation:
    """The statement of an officer that a closing condition holds."""

    key: str
    label: Text
    note: str | None
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """The end of a warning: its outcome, and what was attested."""

    outcome: ClosureOutcome
    feedback: str | None
    attestations: tuple[Attestation, ...]
    by_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedReceipt:
    """When a warning was received; ``assumed``: its delivery was put on record instead (A-03)."""

    at: datetime
    assumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NextAct:
    """An act that can be done next, and the roles that may do it."""

    act: WarningAct
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskWarning:
    """A warning on a case (预警); the contract calls it Warning.

    ``level_since``: when it was given its level. ``scheme_required``: nothing is done to it before a disposition scheme
    is adopted (ZHU-13). ``delivered_by`` are the roles that may put on record that it was delivered, beside the hub;
    ``receipt_assumed``: its receipt is such a delivery, and nobody's word that it was received (A-03).
    ``displaced_receipt`` is the receipt of the level that a raise has displaced (A-51). ``due_at`` is the earliest
    deadline still open.
    """

    id: str
    case_id: str
    assessment_id: str | None
    level: RiskLevel | None
    level_since: datetime
    status: WarningStatus
    issued_at: datetime
    issued_by_id: str | None
    receipt: Receipt
    lifted_by: tuple[Role, ...]
    scheme_required: bool
    responsibility: Responsibility
    delivered_by: tuple[Role, ...] = ()
    note: str | None = None
    acknowledged_at: datetime | None = None
    receipt_assumed: bool = False
    displaced_receipt: RecordedReceipt | None = None
    plan_id: str | None = None
    scheme_adopted: bool = False
    closure: Closure | None = None
    report: str | None = None
    archived_at: datetime | None = None
    archive_note: str | None = None
    lifted_at: datetime | None = None
    lift_reason: Text | None = None
    due_at: datetime | None = None
    version: int = 1

    @property
    def active(self) -> bool:
        """Tell whether it is still running."""
        return self.status in ACTIVE_WARNING_STATUSES

    @property
    def severity(self) -> int | None:
        """Return how grave its level is: 1 to 4, None without one."""
        return self.level.severity.order if self.level else None

    @property
    def received(self) -> bool:
        """Tell whether work on it may begin: it was received, or need not be."""
        return self.status is not WarningStatus.ISSUED or self.receipt is not Receipt.REQUIRED

    @property
    def recorded_receipt(self) -> RecordedReceipt | None:
        """Return the receipt of its level, if it is on record."""
        if self.acknowledged_at is None:
            return None
        return RecordedReceipt(at=self.acknowledged_at, assumed=self.receipt_assumed)

    @property
    def next_acts(self) -> tuple[NextAct, ...]:
        """Return what can be done next, and by whom."""
        return tuple(NextAct(act=act, roles=self.roles_for(act)) for act in WarningAct if self.allows(act))

    def allows(self, act: WarningAct) -> bool:
        """Tell whether the state it is in lets an act be done."""
        match act:
            # As long as it runs: an optional receipt may come after work has begun.
            case WarningAct.ACKNOWLEDGE | WarningAct.RECORD_DELIVERY:
                return self.active and self.acknowledged_at is None
            case WarningAct.ADOPT_PLAN:
                return self.active and self.received
            # Where a scheme is required, work waits for it (ZHU-13).
            case WarningAct.RECORD_DISPOSITION | WarningAct.RESOLVE:
                return self.active and self.received and (self.scheme_adopted or not self.scheme_required)
            case WarningAct.FILE:
                return self.status is WarningStatus.RESOLVED
            case WarningAct.ARCHIVE:
                return self.status is WarningStatus.FILED
            case WarningAct.LIFT | WarningAct.SUPERVISE:
                return self.active

    def roles_for(self, act: WarningAct) -> tuple[Role, ...]:
        """Return the roles that may do an act, as far as this warning's regulation names them."""
        undertaking = (Role.DEPARTMENT_HEAD, Role.CASE_HANDLER)
        match act:
            case WarningAct.RECORD_DISPOSITION:
                roles = (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD, *self.responsibility.leads)
            case WarningAct.ARCHIVE:
                roles = (Role.COMPLAINTS_OFFICER,)
            # By whom it came, or by the hub: the department may not withhold the receipt for ever.
            case WarningAct.RECORD_DELIVERY:
                roles = (*self.delivered_by, Role.COMPLAINTS_OFFICER)
            case WarningAct.LIFT:
                roles = self.lifted_by
            # All who issue some kind of supervision; who issues which kind stands in `policy.SUPERVISED_BY`.
            case WarningAct.SUPERVISE:
                roles = (Role.COMPLAINTS_OFFICER, Role.CHIEF_PROCURATOR, Role.DEPUTY_CHIEF_PROCURATOR)
            case _:
                # Who only leads does not receive, plan, resolve or report in the department's place (A-03, ZHU-11).
                roles = (*undertaking, *self.responsibility.handles, *self.responsibility.resolves)
        return tuple(dict.fromkeys(roles))  # each once, in the order in which they are named


# ------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningIssued(Event):
    """A warning was issued."""

    kind = WarningChangeKind.ISSUED
    warning: RiskWarning

    @property
    def warning_id(self) -> str:
        """Return the id of the warning."""
        return self.warning.id

    @property
    def detail(self) -> Text:
        return level_text(self.warning.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningAcknowledged(WarningEvent):
    """The undertaking department received the warning; periods that run from receipt start (A-03)."""

    kind = WarningChangeKind.ACKNOWLEDGED


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningDelivered(WarningEvent):
    """A warning counts as received because its issuer or the hub put its delivery on record (A-03)."""

    kind = WarningChangeKind.DELIVERED


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelAdjusted(WarningEvent):
    """A running warning has another level; a new receipt is due, unless the level is only given back (A-51).

    ``raise_id`` is the assessment whose raise takes effect before its review; ``returned_raise_id`` the one whose raise
    was returned, so that the level and the receipt from before it hold again.
    """

    kind = WarningChangeKind.LEVEL_ADJUSTED
    level: RiskLevel | None
    receipt: Receipt
    lifted_by: tuple[Role, ...]
    scheme_required: bool
    responsibility: Responsibility
    delivered_by: tuple[Role, ...] = ()
    raise_id: str | None = None
    returned_raise_id: str | None = None

    @property
    def detail(self) -> Text:
        return level_text(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityDecided(WarningEvent):
    """Others answer for a running warning than before (SD-12)."""

    kind = CaseChangeKind.RESPONSIBILITY_DECIDED
    responsibility: Responsibility


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningResolved(WarningEvent):
    """The risk was resolved."""

    kind = WarningChangeKind.RESOLVED
    closure: Closure

    @property
    def detail(self) -> Text:
        return Text(self.closure.outcome.zh, self.closure.outcome.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningFiled(WarningEvent):
    """The closing report went to the hub (ZHU-12)."""

    kind = WarningChangeKind.FILED
    report: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningArchived(WarningEvent):
    """The hub archived the warning."""

    kind = WarningChangeKind.ARCHIVED
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningLifted(WarningEvent):
    """The warning was withdrawn; it stays on record."""

    kind = WarningChangeKind.LIFTED
    reason: Text


# ------------------------------------------------------------------------------------------------ folding


def new_warnings(entry: Entry, _: Case) -> tuple[RiskWarning, ...]:
    """Return the warning that an entry issues."""
    return (entry.event.warning,) if isinstance(entry.event, WarningIssued) else ()


def fold_warning(warning: RiskWarning, entry: Entry) -> RiskWarning:
    """Return the warning after an entry of its case's file."""
    event = entry.event
    if not isinstance(event, WarningEvent) or event.warning_id != warning.id:
        return warning  # the same object, so that the store does not write it
    warning = replace(warning, version=warning.version + 1)
    match event:
        case WarningAcknowledged():
            # Under an adjusted level work may be under way already: the new receipt does not take it back.
            return _receive(warning, RecordedReceipt(at=entry.at, assumed=False))
        case WarningDelivered():
            return _receive(warning, RecordedReceipt(at=entry.at, assumed=True))
        case LevelAdjusted():
            return _adjust_level(warning, event, entry.at)
        case ResponsibilityDecided(responsibility=responsibility):
            return replace(warning, responsibility=responsibility)
        case PlanAdopted(plan=plan):
            adopted = warning.scheme_adopted or plan.kind is PlanKind.SCHEME
            return replace(warning, status=WarningStatus.IN_DISPOSITION, scheme_adopted=adopted)
        case DispositionRecorded():
            return replace(warning, status=WarningStatus.IN_DISPOSITION)
        case WarningResolved(closure=closure):
            return replace(warning, status=WarningStatus.RESOLVED, closure=closure)
        case WarningFiled(report=report):
            return replace(warning, status=WarningStatus.FILED, report=report)
        case WarningArchived(note=note):
            return replace(warning, status=WarningStatus.ARCHIVED, archived_at=entry.at, archive_note=note)
        case WarningLifted(reason=reason):
            return replace(warning, status=WarningStatus.LIFTED, lifted_at=entry.at, lift_reason=reason)
    return warning


def _receive(warning: RiskWarning, receipt: RecordedReceipt) -> RiskWarning:
    # Under an adjusted level work may be under way already: the new receipt does not take it back.
    status = WarningStatus.ACKNOWLEDGED if warning.status is WarningStatus.ISSUED else warning.status
    return replace(warning, status=status, acknowledged_at=receipt.at, receipt_assumed=receipt.assumed)


def _adjust_level(warning: RiskWarning, event: LevelAdjusted, at: datetime) -> RiskWarning:
    # A receipt of the old level is no receipt of the new one; work that was under way goes on.
    status = WarningStatus.ISSUED if warning.status is WarningStatus.ACKNOWLEDGED else warning.status
    adjusted = replace(
        warning,
        status=status,
        level=event.level,
        level_since=at,
        receipt=event.receipt,
        lifted_by=event.lifted_by,
        scheme_required=event.scheme_required,
        responsibility=event.responsibility,
        delivered_by=event.delivered_by,
        acknowledged_at=None,
        receipt_assumed=False,
        displaced_receipt=warning.recorded_receipt if event.raise_id else None,
    )
    # The level from before a raise holds again: what was received is not received again.
    received = warning.displaced_receipt or warning.recorded_receipt
    return _receive(adjusted, received) if event.returned_raise_id and received else adjusted
