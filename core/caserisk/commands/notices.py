"""Mark notices as read."""

from __future__ import annotations

from typing import ClassVar

from caserisk.commands.command import Changed, Command
from caserisk.commands.input_fields import declare_input, id_field
from caserisk.commands.unit_of_work import UnitOfWork
from caserisk.domain.notices import NoticeRead
from caserisk.domain.refusals import forbidden


@declare_input("A notice that was read.")
class MarkNoticeRead(Command):
    """Put on record that an officer has read a notice; a second time changes nothing."""

    target_field: ClassVar[str] = "notice"
    decides_gates: ClassVar[bool] = False  # whoever reads a notice changes nothing of the case

    notice: str = id_field("notice", "The notice, addressed to who marks it.")

    def decide(self, work: UnitOfWork) -> Changed:
        """Mark it."""
        notice, reader = work.file.notices[self.notice], work.require_officer()
        if work.viewer and not work.viewer.scope.is_addressee_of(notice):
            raise forbidden("该通知不是发给您的", "this notice is not addressed to you")
        if reader.id not in {reading.officer_id for reading in work.file.notice_reads.values()}:
            work.record(NoticeRead(notice_id=notice.id))
        return Changed(case=notice.case_id, notice=notice.id)
