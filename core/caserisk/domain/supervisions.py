"""Supervisions: what a regulation or the hub brings to bear on a warning that falls behind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from caserisk.domain.cases import Case
from caserisk.domain.events import Entry, WarningEvent
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import SupervisionKind, SupervisionStatus, WarningChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """A supervision of a warning (督办); REQUIRED ones wait for a person to complete and issue them.

    ``raise_id`` is the assessment by whose raise it was required before that was reviewed (A-51).
    """

    id: str
    case_id: str
    warning_id: str
    kind: SupervisionKind
    status: SupervisionStatus
    reason: Text
    department_id: str | None
    reasons: tuple[Reason, ...] = ()
    raise_id: str | None = None
    leader_id: str | None = None
    members: tuple[str, ...] = ()
    new_limit: date | None = None
    issued_by_id: str | None = None
    issued_at: datetime | None = None
    reply_due_at: datetime | None = None
    reply: str | None = None
    replied_by_id: str | None = None
    replied_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSupervised(WarningEvent):
    """The regulation asks for a supervision, or a person issued one."""

    kind = WarningChangeKind.SUPERVISED
    supervision: Supervision

    @property
    def detail(self) -> Text:
        kind, status = self.supervision.kind, self.supervision.status
        return Text(f"{kind.zh}（{status.zh}）", f"{kind.en} ({status.en})")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionReplied(WarningEvent):
    """The undertaking department replied to a supervision."""

    kind = WarningChangeKind.SUPERVISION_REPLIED
    supervision_id: str
    reply: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionWithdrawn(WarningEvent):
    """A supervision fell away with the raise that asked for it (A-51)."""

    kind = WarningChangeKind.SUPERVISION_WITHDRAWN
    supervision_id: str


def new_supervisions(entry: Entry, _: Case) -> tuple[Supervision, ...]:
    """Return the supervision that an entry asks for or issues."""
    return (entry.event.supervision,) if isinstance(entry.event, WarningSupervised) else ()


def fold_supervision(supervision: Supervision, entry: Entry) -> Supervision:
    """Return the supervision after an entry of its case's file."""
    match entry.event:
        case WarningSupervised(supervision=issued) if issued.id == supervision.id:
            # A REQUIRED supervision that a person completes and issues stays the same record.
            return replace(issued, version=supervision.version + 1)
        case SupervisionReplied(supervision_id=id, reply=reply) if id == supervision.id:
            return replace(
                supervision,
                status=SupervisionStatus.REPLIED,
                reply=reply,
                replied_by_id=entry.actor_id,
                replied_at=entry.at,
                version=supervision.version + 1,
            )
        case SupervisionWithdrawn(supervision_id=id) if id == supervision.id:
            return replace(supervision, status=SupervisionStatus.WITHDRAWN, version=supervision.version + 1)
    return supervision
