"""Reading notices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from caserisk.commands.command import Changed, Command
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.notices import NoticeRead
from caserisk.domain.refusals import forbidden


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkNoticeRead(Command):
    """Put on record that a notice was read; a second time changes nothing."""

    mutation: ClassVar[str] = "markNoticeRead"
    moves_gates: ClassVar[bool] = False

    notice: str

    @property
    def target(self) -> str:
        """The notice."""
        return self.notice

    def decide(self, work: UnitOfWork) -> Changed:
        """Mark it."""
        notice = work.file.notices[self.notice]
        if work.viewer and not work.viewer.scope.is_addressee_of(notice):
            raise forbidden("该通知不是发给您的", "this notice is not addressed to you")
        if notice.read_at is None:
            work.record(NoticeRead(notice_id=notice.id))
        return Changed(case=notice.case_id, notice=notice.id)
