"""Importing: every row is checked before the first is written."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caserisk.command_runner import CommandRunner
from caserisk.domain.refusals import Refused
from caserisk.domain.texts import Text
from caserisk.importing.columns import Column
from caserisk.importing.directory import load_directory
from caserisk.importing.drafts import Draft, drafted
from caserisk.importing.known import known_cases, new_drafts
from caserisk.importing.sheets import Row, Sheet, read_sheet

_SHOWN = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """One thing that is wrong with a row of a file.

    ``line`` is the one on which the row begins, from 1; ``column`` the name that the header gives it, empty where the
    row as a whole is wrong; ``value`` the cell, shortened.
    """

    line: int
    column: str
    value: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did: how many cases it opened, how many were there already, and all that is wrong."""

    imported: int
    unchanged: int
    bad: tuple[BadRow, ...]


async def import_cases(runner: CommandRunner, path: Path, *, skip_bad: bool = False) -> ImportReport:
    """Open the cases of a CSV file that are not there yet.

    Where a row is bad nothing is imported; with ``skip_bad`` the others are. A case that is there with the same title,
    cause and office stays as it is, so that a file may be imported again.

    Raises:
        Refused: INVALID, where it is no CSV file in UTF-8 or GB18030, or its header is wrong.
        OSError: the file cannot be read.
    """
    sheet = read_sheet(await asyncio.to_thread(path.read_bytes))
    whole = [row for row in sheet.rows if row.width == len(sheet.names)]
    directory = await load_directory(runner, {row.cells[Column.OFFICE] for row in whole})
    drafts = [drafted(row, directory) for row in whole]
    new = new_drafts(drafts, await known_cases(runner.store, drafts))
    await _check(runner, new)
    sound = [draft for draft in new if not draft.wrong]
    torn = [_torn(row, sheet) for row in sheet.rows if row.width != len(sheet.names)]
    all_sound = not torn and len(sound) == len(new)
    opened = [await _opened(runner, draft) for draft in sound] if skip_bad or all_sound else []
    bad = [*torn, *(item for draft in new for item in _bad(draft, sheet))]
    return ImportReport(
        imported=sum(opened),
        unchanged=len(drafts) - len(new),
        bad=tuple(sorted(bad, key=lambda item: item.line)),
    )


async def _check(runner: CommandRunner, drafts: Sequence[Draft]) -> None:
    """Have the runner say what stands against each, office by office."""
    of_office: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        of_office[draft.command.office].append(draft)
    for office, together in of_office.items():
        found = await runner.check(office, [draft.command for draft in together])
        for draft, problems in zip(together, found, strict=True):
            draft.note(problems)


async def _opened(runner: CommandRunner, draft: Draft) -> bool:
    """Open a case; False where somebody was faster, or its regulation cannot be asked any more."""
    try:
        await runner.execute(draft.command, viewer=None)
    except Refused as refusal:
        draft.note(refusal.problems)
        return False
    return True


def _bad(draft: Draft, sheet: Sheet) -> list[BadRow]:
    return [
        BadRow(
            line=draft.row.line,
            column=sheet.names.get(column, column.zh),
            value=draft.row.cells.get(column, "")[:_SHOWN],
            reason=reason,
        )
        for column, reason in draft.wrong
    ]


def _torn(row: Row, sheet: Sheet) -> BadRow:
    """A row whose cells cannot be told apart, because it has more or fewer than the header."""
    width = len(sheet.names)
    return BadRow(
        line=row.line,
        column="",
        value=next(iter(row.cells.values()))[:_SHOWN],
        reason=Text(
            f"此行有{row.width}个单元格,表头有{width}个;含逗号的内容须加引号",
            f"the row has {row.width} cells and the header {width}; a cell that holds a comma has to be quoted",
        ),
    )
