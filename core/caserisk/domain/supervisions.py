"""Supervisions: what a regulation or the hub brings to bear on a warning that falls behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import SupervisionKind, SupervisionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervision:
    """A supervision of a warning (督办); REQUIRED ones wait for a person to complete and issue them."""

    id: str
    case_id: str
    warning_id: str
    kind: SupervisionKind
    status: SupervisionStatus
    reason: Text
    department_id: str | None
    reasons: tuple[Reason, ...] = ()
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
