"""Turns rows into commands; each cell is parsed by itself, so that all problems of a row are reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from caserisk.commands.cases import CasePartyDraft, OpenCase
from caserisk.csv_rows import DATE_FORMATS
from caserisk.domain.refusals import Naming, Problem, Refused, invalid
from caserisk.domain.terms import OFFICE_ZONE
from caserisk.domain.texts import Text
from caserisk.importing.csv_columns import ImportColumn
from caserisk.importing.csv_file import CsvRow
from caserisk.importing.office_directory import OfficeDirectory

T = TypeVar("T")

_COLUMN_BY_FIELD = {str(column): column for column in ImportColumn}
_TIME_FORMATS = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
_MOMENT_FORMATS = tuple(day + time for time in _TIME_FORMATS for day in DATE_FORMATS)


@dataclass(slots=True, kw_only=True)
class CaseDraft:
    """A row and the command made of it; cells that could not be parsed are left out and stand in ``problems``."""

    row: CsvRow
    command: OpenCase
    office_id: str | None
    problems: list[tuple[ImportColumn, Text]] = field(default_factory=list)

    def add_problems(self, problems: Iterable[Problem], naming: Naming) -> None:
        """Add the runner's problems with the command, except those about cells that could not be parsed."""
        parsed = set(ImportColumn) - {column for column, _ in self.problems}
        found = [(_column(problem), problem.message_for(naming)) for problem in problems]
        self.problems += [(column, message) for column, message in found if column in parsed]


def draft_case(row: CsvRow, directory: OfficeDirectory) -> CaseDraft:
    """Return the draft of a row."""
    reader = _CellReader(row)
    office = reader.parse(ImportColumn.OFFICE, directory.office)
    department = reader.parse_optional(ImportColumn.DEPARTMENT, office.department_id) if office else None
    handler = stage = None
    if office:
        stage = reader.parse_optional(ImportColumn.STAGE, office.stage_key)
        # An officer's name is looked up in the department; where that is wrong, the officer's problem would mislead.
        if ImportColumn.DEPARTMENT not in reader.failed:
            handler = reader.parse_optional(ImportColumn.HANDLER, lambda name: office.handler_id(name, department))
    # Without an office the other cells are checked all the same, in any office.
    command = OpenCase(
        office=office.office.code if office else directory.some_office,
        number=row.cells[ImportColumn.NUMBER],
        title=row.cells[ImportColumn.TITLE],
        cause=row.cells[ImportColumn.CAUSE],
        department=department,
        handler=handler,
        stage=stage,
        opened_at=reader.parse_optional(ImportColumn.OPENED, parse_moment),
        parties=reader.parse_optional(ImportColumn.PARTIES, parse_parties) or (),
    )
    return CaseDraft(row=row, command=command, office_id=office.office.id if office else None, problems=reader.problems)


class _CellReader:
    """Parses the cells of a row and collects the problems."""

    def __init__(self, row: CsvRow) -> None:
        self.row = row
        self.problems: list[tuple[ImportColumn, Text]] = []

    @property
    def failed(self) -> set[ImportColumn]:
        return {column for column, _ in self.problems}

    def parse(self, column: ImportColumn, parse: Callable[[str], T]) -> T | None:
        try:
            return parse(self.row.cells.get(column, ""))
        except Refused as refusal:
            self.problems += [(column, problem.message_for(str)) for problem in refusal.problems]
            return None

    def parse_optional(self, column: ImportColumn, parse: Callable[[str], T]) -> T | None:
        """Parse a cell that may be empty."""
        return self.parse(column, parse) if self.row.cells.get(column) else None


def parse_moment(cell: str) -> datetime:
    """Parse a date, perhaps with a time, in the offices' time zone.

    Raises:
        Refused: INVALID.
    """
    for written in _MOMENT_FORMATS:
        try:
            return datetime.strptime(cell, written).replace(tzinfo=OFFICE_ZONE)
        except ValueError:
            continue
    raise invalid(
        f"「{cell[:64]}」不是日期;应为2026-01-05、2026/1/5或2026年1月5日,可加时间09:30",
        f"{cell[:64]!r} is no date; write 2026-01-05, 2026/1/5 or 2026年1月5日, perhaps with a time: 09:30",
    )


def parse_parties(cell: str) -> tuple[CasePartyDraft, ...]:
    """Parse the parties of a case: ``角色:姓名``, several separated by semicolons.

    Raises:
        Refused: INVALID, where one is written otherwise.
    """
    written = cell.replace("：", ":").replace("；", ";").split(";")
    pairs = [party.strip().partition(":") for party in written if party.strip()]
    for party, colon, _ in pairs:
        if not colon:
            raise invalid(
                f"当事人「{party[:64]}」应写作「角色:姓名」,多人以分号隔开",
                f"write party {party[:64]!r} as role:name, several separated by semicolons",
            )
    return tuple(CasePartyDraft(role=role.strip(), label=label.strip()) for role, _, label in pairs)


def _column(problem: Problem) -> ImportColumn:
    """Return the column that a problem of the command is about; the office's, where it is about no field."""
    return _COLUMN_BY_FIELD[problem.path[0]] if problem.path else ImportColumn.OFFICE
