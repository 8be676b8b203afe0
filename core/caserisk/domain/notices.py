"""Notices: whom the regulation has told of what, and who has read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from caserisk.domain.cases import Case
from caserisk.domain.events import Entry, Event
from caserisk.domain.texts import Reason, Text
from caserisk.domain.vocabulary import CaseChangeKind, Role


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


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeReading:
    """That an officer has read a notice: each reads for themselves what a department or a role is told."""

    id: str
    notice_id: str
    officer_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesSent(Event):
    """People were notified."""

    kind = CaseChangeKind.NOTICES_SENT
    bumps_version = False  # nobody has to see a notice before they change the case
    notices: tuple[Notice, ...]

    @property
    def detail(self) -> Text:
        return Text(
            "、".join(notice.subject.zh for notice in self.notices),
            ", ".join(notice.subject.en for notice in self.notices),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead(Event):
    """A notice was read by the officer who acts."""

    kind = CaseChangeKind.NOTICE_READ
    bumps_version = False
    notice_id: str


def new_notices(entry: Entry, _: Case) -> tuple[Notice, ...]:
    """Return the notices that an entry sends."""
    return entry.event.notices if isinstance(entry.event, NoticesSent) else ()


def new_notice_readings(entry: Entry, _: Case) -> tuple[NoticeReading, ...]:
    """Return the reading that an entry puts on record."""
    if not isinstance(entry.event, NoticeRead) or entry.actor_id is None:
        return ()
    return (NoticeReading(id=entry.id, notice_id=entry.event.notice_id, officer_id=entry.actor_id, at=entry.at),)
