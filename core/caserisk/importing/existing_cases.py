"""Cases of a file that exist already: the same case is left out, another case of the same number is a problem."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from caserisk.commands.validation import MAX_KEY_LENGTH
from caserisk.domain.texts import Text
from caserisk.importing.case_drafts import CaseDraft
from caserisk.importing.csv_columns import ImportColumn
from caserisk.store.database import Row
from caserisk.store.store import Store
from caserisk.store.tables import cases

_NUMBERS_PER_QUERY = 500
"""How many numbers one query asks for; the bound parameters of a statement are limited."""


async def load_existing_cases(store: Store, drafts: Sequence[CaseDraft]) -> dict[str, Row]:
    """Return the cases that exist already, by number."""
    numbers = [draft.command.number for draft in drafts]
    existing: dict[str, Row] = {}
    async with store.database.snapshot() as snapshot:
        for start in range(0, len(numbers), _NUMBERS_PER_QUERY):
            batch = numbers[start : start + _NUMBERS_PER_QUERY]
            query = select(cases.c.number, cases.c.title, cases.c.cause, cases.c.office_id)
            found = await snapshot.rows(query.where(cases.c.number.in_(batch)))
            existing.update({row["number"]: row for row in found})
    return existing


def exclude_existing(drafts: Sequence[CaseDraft], existing: dict[str, Row]) -> list[CaseDraft]:
    """Return the drafts of cases that do not exist yet; those with the number of another case get a problem."""
    new: list[CaseDraft] = []
    lines: dict[str, int] = {}
    for draft in drafts:
        number = draft.command.number
        stored = existing.get(number)
        clash = _duplicate_text(number, lines[number]) if number in lines else _difference_text(draft, stored)
        if clash:
            draft.problems.append((ImportColumn.NUMBER, clash))
        # One that clashes stays, so that its other problems are found too.
        if clash or stored is None:
            new.append(draft)
        if number:
            lines.setdefault(number, draft.row.line)
    return new


def _duplicate_text(number: str, line: int) -> Text:
    shown = number[:MAX_KEY_LENGTH]
    return Text(f"案号「{shown}」与第{line}行重复", f"number {shown!r} is that of line {line} too")


def _difference_text(draft: CaseDraft, row: Row | None) -> Text | None:
    """Return the message that a stored case differs from the draft, None where it does not or there is none."""
    if row is None:
        return None
    command = draft.command
    # Department, handler and stage are not compared: they may change after a case was imported.
    drafted = {
        ImportColumn.TITLE: command.title,
        ImportColumn.CAUSE: command.cause,
        ImportColumn.OFFICE: draft.office_id,
    }
    stored = {ImportColumn.TITLE: row["title"], ImportColumn.CAUSE: row["cause"], ImportColumn.OFFICE: row["office_id"]}
    differ = [column for column in drafted if drafted[column] != stored[column]]
    if not differ:
        return None
    zh, en = "、".join(column.zh for column in differ), ", ".join(column.en for column in differ)
    return Text(
        f"案号「{command.number}」已有案件,其{zh}与本行不同",
        f"there is a case {command.number!r} already, with another {en} than in this row",
    )
