"""Which cases of a file are there already, which are not, and which are others under the same number."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import RowMapping, select

from caserisk.commands.checks import KEY
from caserisk.domain.texts import Text
from caserisk.importing.columns import Column
from caserisk.importing.drafts import Draft
from caserisk.store.store import Store
from caserisk.store.tables import cases

_BATCH = 500
"""Numbers asked for at once."""


async def known_cases(store: Store, drafts: Sequence[Draft]) -> dict[str, RowMapping]:
    """The cases that are there already, by number."""
    numbers = [draft.command.number for draft in drafts]
    known: dict[str, RowMapping] = {}
    async with store.reading() as connection:
        for start in range(0, len(numbers), _BATCH):
            there = select(cases.c.number, cases.c.title, cases.c.cause, cases.c.office_id)
            found = await connection.execute(there.where(cases.c.number.in_(numbers[start : start + _BATCH])))
            known.update({row["number"]: row for row in found.mappings()})
    return known


def new_drafts(drafts: Sequence[Draft], known: dict[str, RowMapping]) -> list[Draft]:
    """The drafts of cases that are not there yet; a number that another case has is noted."""
    new: list[Draft] = []
    lines: dict[str, int] = {}
    for draft in drafts:
        number = draft.command.number
        there = known.get(number)
        clash = _twice(number, lines[number]) if number in lines else _taken(draft, there)
        if clash:
            draft.wrong.append((Column.NUMBER, clash))
        if clash or there is None:
            new.append(draft)
        if number:
            lines.setdefault(number, draft.row.line)
    return new


def _twice(number: str, line: int) -> Text:
    return Text(f"案号「{number[:KEY]}」与第{line}行重复", f"number {number[:KEY]!r} is that of line {line} too")


def _taken(draft: Draft, there: RowMapping | None) -> Text | None:
    """How a case that is there differs from the draft, if one is there and does."""
    if there is None:
        return None
    command = draft.command
    drafted = {Column.TITLE: command.title, Column.CAUSE: command.cause, Column.OFFICE: draft.office_id}
    stored = {Column.TITLE: there["title"], Column.CAUSE: there["cause"], Column.OFFICE: there["office_id"]}
    differ = [column for column in drafted if drafted[column] != stored[column]]
    if not differ:
        return None
    zh, en = "、".join(column.zh for column in differ), ", ".join(column.en for column in differ)
    return Text(
        f"案号「{command.number}」已有案件,其{zh}与本行不同",
        f"there is a case {command.number!r} already, with another {en} than in this row",
    )
