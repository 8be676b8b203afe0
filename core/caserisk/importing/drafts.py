"""From a row to a command: each cell understood by itself, so that all that is wrong with a row is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from caserisk.commands.cases import OpenCase
from caserisk.domain.cases import CaseParty
from caserisk.domain.refusals import Problem, Refused, invalid
from caserisk.domain.terms import OFFICE_ZONE
from caserisk.domain.texts import Text
from caserisk.importing.columns import Column
from caserisk.importing.directory import Directory
from caserisk.importing.sheets import Row

T = TypeVar("T")

_OF_FIELD = {str(column): column for column in Column}
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日")
_TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M:%S")
_MOMENTS = tuple(day + time for time in _TIMES for day in _DATES)


@dataclass(slots=True, kw_only=True)
class Draft:
    """A row on its way to a command; what could not be understood is among ``wrong`` and left out of it."""

    row: Row
    command: OpenCase
    office_id: str | None
    wrong: list[tuple[Column, Text]] = field(default_factory=list)

    def note(self, problems: Iterable[Problem]) -> None:
        """Note what the runner has against the command, as far as it is about cells that were understood."""
        understood = set(Column) - {column for column, _ in self.wrong}
        found = [(_column(problem), problem.message) for problem in problems]
        self.wrong += [(column, message) for column, message in found if column in understood]


def drafted(row: Row, directory: Directory) -> Draft:
    """The draft of a row."""
    reader = _Reader(row)
    place = reader.read(Column.OFFICE, directory.place)
    department = reader.optional(Column.DEPARTMENT, place.department) if place else None
    handler = stage = None
    if place:
        stage = reader.optional(Column.STAGE, place.stage)
        if Column.DEPARTMENT not in reader.failed:
            handler = reader.optional(Column.HANDLER, lambda name: place.handler(name, department))
    command = OpenCase(
        office=place.office.code if place else directory.some_office,
        number=row.cells[Column.NUMBER],
        title=row.cells[Column.TITLE],
        cause=row.cells[Column.CAUSE],
        department=department,
        handler=handler,
        stage=stage,
        opened_at=reader.optional(Column.OPENED, read_moment),
        parties=reader.optional(Column.PARTIES, read_parties) or (),
    )
    return Draft(row=row, command=command, office_id=place.office.id if place else None, wrong=reader.wrong)


class _Reader:
    """Reads the cells of a row and notes what it cannot understand."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.wrong: list[tuple[Column, Text]] = []

    @property
    def failed(self) -> set[Column]:
        return {column for column, _ in self.wrong}

    def read(self, column: Column, understand: Callable[[str], T]) -> T | None:
        try:
            return understand(self.row.cells.get(column, ""))
        except Refused as refusal:
            self.wrong += [(column, problem.message) for problem in refusal.problems]
            return None

    def optional(self, column: Column, understand: Callable[[str], T]) -> T | None:
        """The same, for a cell that may be empty."""
        return self.read(column, understand) if self.row.cells.get(column) else None


def read_moment(cell: str) -> datetime:
    """A day, perhaps with a time, as it is in every office.

    Raises:
        Refused: INVALID.
    """
    for written in _MOMENTS:
        try:
            return datetime.strptime(cell, written).replace(tzinfo=OFFICE_ZONE)
        except ValueError:
            continue
    raise invalid(
        f"「{cell[:64]}」不是日期;应为2026-01-05、2026/1/5或2026年1月5日,可加时间09:30",
        f"{cell[:64]!r} is no date; write 2026-01-05, 2026/1/5 or 2026年1月5日, perhaps with a time: 09:30",
    )


def read_parties(cell: str) -> tuple[CaseParty, ...]:
    """The parties of a case: ``角色:姓名`` and again, separated by semicolons.

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
    return tuple(CaseParty(role=role.strip(), label=label.strip()) for role, _, label in pairs)


def _column(problem: Problem) -> Column:
    """The column that a problem of the command is about; the office's, where it is about the whole."""
    return _OF_FIELD[problem.path[0]] if problem.path else Column.OFFICE
