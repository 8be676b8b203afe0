"""The import itself: every row is checked before the first is written."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from caserisk.command_runner import CommandRunner
from caserisk.domain.refusals import Naming, Refused
from caserisk.domain.texts import Text
from caserisk.importing.case_drafts import CaseDraft, draft_case
from caserisk.importing.csv_columns import ImportColumn
from caserisk.importing.csv_file import CsvFile, CsvRow, parse_csv
from caserisk.importing.existing_cases import exclude_existing, load_existing_cases
from caserisk.importing.office_directory import load_office_directory

_MAX_SHOWN_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A problem of one row of a file.

    ``line`` is the one on which the row begins, from 1; ``column`` the name that the header gives it, empty where the
    row as a whole is wrong; ``value`` the cell, shortened.
    """

    line: int
    column: str
    value: str
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The result of an import: how many cases it opened, how many existed already, and all problems."""

    imported: int
    unchanged: int
    problems: tuple[RowProblem, ...]


async def import_cases(
    runner: CommandRunner, path: Path, *, skip_bad: bool = False, naming: Naming = str
) -> ImportReport:
    """Open the cases of a CSV file that do not exist yet.

    Where a row has a problem nothing is imported; with ``skip_bad`` the other rows are. A case that exists with the
    same title, cause and office stays as it is, so that a file may be imported again. ``naming``
    spells the names of fields in the report.

    Raises:
        Refused: INVALID, where it is no CSV file in UTF-8 or GB18030, or its header is wrong.
        OSError: the file cannot be read.
    """
    csv_file = parse_csv(await asyncio.to_thread(path.read_bytes))
    well_formed = [row for row in csv_file.rows if row.width == len(csv_file.names)]
    directory = await load_office_directory(runner, {row.cells[ImportColumn.OFFICE] for row in well_formed})
    drafts = [draft_case(row, directory) for row in well_formed]
    new = exclude_existing(drafts, await load_existing_cases(runner.store, drafts))
    await _check(runner, new, naming)
    valid = [draft for draft in new if not draft.problems]
    malformed = [_malformed_row(row, csv_file) for row in csv_file.rows if row.width != len(csv_file.names)]
    all_valid = not malformed and len(valid) == len(new)
    # Each case is a command of its own: one that is refused now does not undo the others.
    opened = [await _open_case(runner, draft, naming) for draft in valid] if skip_bad or all_valid else []
    problems = [*malformed, *(item for draft in new for item in _row_problems(draft, csv_file))]
    return ImportReport(
        imported=sum(opened),
        unchanged=len(drafts) - len(new),
        problems=tuple(sorted(problems, key=lambda item: item.line)),
    )


async def _check(runner: CommandRunner, drafts: Sequence[CaseDraft], naming: Naming) -> None:
    """Add the problems that the runner finds, office by office; nothing is written."""
    by_office: dict[str, list[CaseDraft]] = defaultdict(list)
    for draft in drafts:
        by_office[draft.command.office].append(draft)
    for office, office_drafts in by_office.items():
        found = await runner.check(office, [draft.command for draft in office_drafts])
        for draft, problems in zip(office_drafts, found, strict=True):
            draft.add_problems(problems, naming)


async def _open_case(runner: CommandRunner, draft: CaseDraft, naming: Naming) -> bool:
    """Open a case; False where it was refused since it was checked, for example because another one took its number."""
    try:
        await runner.execute(draft.command, viewer=None)  # whoever may run the import may open cases
    except Refused as refusal:
        draft.add_problems(refusal.problems, naming)
        return False
    return True


def _row_problems(draft: CaseDraft, csv_file: CsvFile) -> list[RowProblem]:
    return [
        RowProblem(
            line=draft.row.line,
            column=csv_file.names.get(column, column.zh),
            value=draft.row.cells.get(column, "")[:_MAX_SHOWN_LENGTH],
            reason=reason,
        )
        for column, reason in draft.problems
    ]


def _malformed_row(row: CsvRow, csv_file: CsvFile) -> RowProblem:
    """Return the problem of a row that has more or fewer cells than the header, so that no cell can be trusted."""
    width = len(csv_file.names)
    return RowProblem(
        line=row.line,
        column="",
        value=next(iter(row.cells.values()))[:_MAX_SHOWN_LENGTH],
        reason=Text(
            f"此行有{row.width}个单元格,表头有{width}个;含逗号的内容须加引号",
            f"the row has {row.width} cells and the header {width}; a cell that holds a comma has to be quoted",
        ),
    )
