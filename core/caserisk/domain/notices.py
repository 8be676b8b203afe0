"""Notices: who was told of what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that somebody of an office is told (通知); ``subject`` holds no party data."""

    id: str
    office_id: str
    case_id: str
    assessment_id: str | None
    warning_id: str | None
    subject: Text
    to_role: Role | None
    to_department_id: str | None
    to_officer_id: str | None
    sent_at: datetime
    reasons: tuple[Reason, ...]
    read_at: datetime | None = None
