"""The offices that a file names, with the departments, officers and stages of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select

from caserisk.command_runner import CommandRunner
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.refusals import Refused, invalid, not_found
from caserisk.domain.rules import Stage
from caserisk.regulation import hooks
from caserisk.regulation.hook_threads import run_decision
from caserisk.regulation.layers import Regulation
from caserisk.store.mapping import from_row
from caserisk.store.tables import departments, officers, offices

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOffice:
    """An office and what cells of a file may name in it; ``stages`` is empty where it has no regulation now."""

    office: Office
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...]
    stages: tuple[Stage, ...]

    def department_id(self, name: str) -> str:
        """Return the id of the department of a name.

        Raises:
            Refused: NOT_FOUND; INVALID, where several have that name.
        """
        named = [item.id for item in self.departments if item.name == name]
        if not named:
            raise not_found("本院部门", "department of this office", name)
        if len(named) > 1:
            raise invalid(f"本院有{len(named)}个部门名为「{name}」", f"{len(named)} departments are called {name!r}")
        return named[0]

    def handler_id(self, name: str, department_id: str | None) -> str:
        """Return the id of the officer of a name, in a department where one is given.

        Raises:
            Refused: NOT_FOUND; INVALID, where several have that name.
        """
        where = ("该部门", "that department") if department_id else ("本院", "this office")
        there = [item for item in self.officers if department_id in (None, item.department_id)]
        named = [item.id for item in there if item.name == name]
        if not named:
            raise not_found(f"{where[0]}在职人员", f"active officer of {where[1]}", name)
        if len(named) > 1:
            count = len(named)
            raise invalid(
                f"{where[0]}有{count}人名为「{name}」,无法确定承办人",
                f"{count} officers of {where[1]} are called {name!r}; which of them is the handler cannot be told",
            )
        return named[0]

    def stage_key(self, name: str) -> str:
        """Return the key of a stage, given its key or its Chinese label.

        Where the office has no stages the name is returned as it is: the runner will refuse it and say why.

        Raises:
            Refused: INVALID, where there is no such stage.
        """
        if not self.stages:
            return name
        named = [stage.key for stage in self.stages if name in (stage.key, stage.label.zh)]
        if not named:
            known = "、".join(f"{stage.label.zh}({stage.key})" for stage in self.stages)
            raise invalid(f"没有办案环节「{name}」;可用:{known}", f"there is no stage {name!r}; there are {known}")
        return named[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDirectory:
    """The offices by the cell that names them; ``some_office`` is the code of any office."""

    offices_by_cell: Mapping[str, tuple[ImportOffice, ...]]
    some_office: str

    def office(self, cell: str) -> ImportOffice:
        """Return the office of a code or an exact name.

        Raises:
            Refused: NOT_FOUND; INVALID, where several have that name.
        """
        if not cell:
            raise invalid("「office」不能为空", "'office' must not be empty")
        named = self.offices_by_cell[cell]
        if not named:
            raise not_found("检察院", "office", cell)
        if len(named) > 1:
            codes = "、".join(item.office.code for item in named)
            raise invalid(
                f"有{len(named)}个检察院名为「{cell}」,请写代码:{codes}",
                f"{len(named)} offices are called {cell!r}; write the code: {codes}",
            )
        return named[0]


async def load_office_directory(runner: CommandRunner, cells: Iterable[str]) -> OfficeDirectory:
    """Load the offices that cells name: three statements, and one for each office named.

    Raises:
        Refused: INVALID, where there are no offices yet.
    """
    # All of them, because a cell may hold a code or a name; offices are few beside cases.
    all_offices = await _rows(runner, select(offices), Office)
    if not all_offices:
        raise invalid("尚未登记任何检察院,不能导入案件", "no office is entered yet; cases cannot be imported")
    named = {cell: [office for office in all_offices if cell in (office.code, office.name)] for cell in set(cells)}
    wanted = {office.id: office for found in named.values() for office in found}
    units = await _rows(runner, select(departments).where(departments.c.office_id.in_(sorted(wanted))), Department)
    at_work = select(officers).where(officers.c.office_id.in_(sorted(wanted)), officers.c.active)
    staff = await _rows(runner, at_work, Officer)
    loaded = {
        office.id: ImportOffice(
            office=office,
            departments=tuple(item for item in units if item.office_id == office.id),
            officers=tuple(item for item in staff if item.office_id == office.id),
            stages=await _stages(runner, office),
        )
        for office in wanted.values()
    }
    return OfficeDirectory(
        offices_by_cell={cell: tuple(loaded[office.id] for office in found) for cell, found in named.items()},
        some_office=all_offices[0].code,
    )


async def _rows(runner: CommandRunner, query: Select[Any], noun: type[T]) -> list[T]:
    async with runner.store.database.snapshot() as snapshot:
        return [from_row(row, noun, {}) for row in await snapshot.rows(query)]


async def _stages(runner: CommandRunner, office: Office) -> tuple[Stage, ...]:
    options, bound = await runner.store.options(office.code), await runner.store.bound_plugins(office.code)

    def ask() -> tuple[Stage, ...]:
        regulation = Regulation(runner.registry, office.code, runner.clock(), options, bound=bound)
        return regulation.ask(hooks.caserisk_stages, regulation.facts())

    try:
        return await run_decision(ask)
    except Refused:  # NO_REGULATION, PLUGIN_FAULT: said of every row that is checked
        return ()
