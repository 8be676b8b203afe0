"""`readers`: list who read the parties of a case."""

from __future__ import annotations

from typing import Annotated

import typer

from caserisk.domain.refusals import invalid
from caserisk.domain.terms import OFFICE_ZONE
from caserisk.domain.texts import Text
from caserisk.store.party_access_log import PartyAccessLog, PartyReader
from caserisk_graphql.application import Application
from caserisk_graphql.cli.output import print_message, print_table
from caserisk_graphql.cli.run import run_job

_HEADINGS = (
    Text("日期", "DAY"),
    Text("首次", "FIRST"),
    Text("人员", "OFFICER"),
    Text("姓名", "NAME"),
    Text("检察院", "OFFICE"),
    Text("角色", "ROLES"),
)


def readers(case_id: Annotated[str, typer.Argument(metavar="CASE_ID", help="案件编号(id)· the id of a case")]) -> None:
    """Print who read the parties of a case: for each officer and day the first time."""
    found = run_job(lambda opened: _load_readers(opened, case_id))
    if not found:
        print_message("无人查阅过该案的当事人信息", "nobody has read the parties of this case")
        return
    print_table(_HEADINGS, [_row(reader) for reader in found])


async def _load_readers(opened: Application, case_id: str) -> list[PartyReader]:
    loaded = await opened.store.load(case_id, ())
    # The id of anything that belongs to a case would load it too.
    if loaded is None or loaded.file is None or loaded.file.case.id != case_id:
        raise invalid(f"未找到案件「{case_id}」", f"there is no case {case_id!r}", "case")
    return await PartyAccessLog(opened.store).readers(case_id)


def _row(reader: PartyReader) -> tuple[str, ...]:
    roles = ", ".join(role.value for role in reader.roles)
    first = reader.first_at.astimezone(OFFICE_ZONE).strftime("%H:%M:%S")
    return (reader.day.isoformat(), first, reader.officer_id, reader.officer, reader.office, roles)
