"""Twenty-four offices: three regions with their counties, each staffed like those of the demonstration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

from bench.data.archetypes import Demonstration
from bench.data.relocation import Move, relocated
from caserisk.commands.unit_of_work import NewId
from caserisk.demo.office_data import OFFICES, DemoOffice, officer_name
from caserisk.domain.organisation import Department, Office, Officer, jurisdiction_chain, office_id
from caserisk.domain.vocabulary import Role

FURTHER = (
    DemoOffice("370602", "烟台市芝罘区人民检察院", "芝检"),
    DemoOffice("370611", "烟台市福山区人民检察院", "福检"),
    DemoOffice("370811", "济宁市任城区人民检察院", "任检"),
    DemoOffice("370881", "曲阜市人民检察院", "曲检"),
    DemoOffice("430203", "株洲市芦淞区人民检察院", "芦检"),
    DemoOffice("430223", "攸县人民检察院", "攸检"),
    DemoOffice("430224", "茶陵县人民检察院", "茶检"),
    DemoOffice("430225", "炎陵县人民检察院", "炎检"),
    DemoOffice("441323", "惠东县人民检察院", "惠东检"),
    DemoOffice("441324", "龙门县人民检察院", "龙门检"),
    DemoOffice("441300-1", "惠州市大亚湾经济技术开发区人民检察院", "湾检"),
    DemoOffice("441300-2", "惠州市仲恺高新技术产业开发区人民检察院", "仲检"),
)
"""Beside the twelve offices of the demonstration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffed:
    """An office with its departments and officers, in the order that all offices share."""

    office: Office
    short: str
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...]

    @property
    def region(self) -> str:
        """Return the first digits of the code, which decide on the regulation."""
        return region_of(self.office.code)

    def one(self, role: Role) -> Officer:
        """Return the first officer of a role."""
        return next(officer for officer in self.officers if role in officer.roles)


def region_of(code: str) -> str:
    """Return the first digits of an office's code, which decide on its regulation."""
    return code[:2]


def staff_ids(departments: Iterable[Department], officers: Iterable[Officer]) -> list[str]:
    """Return the ids of an office's departments and officers, in the order that all offices share."""
    return [*(item.id for item in departments), *(item.id for item in officers)]


def found_offices(demonstration: Demonstration, new_id: NewId) -> dict[str, Staffed]:
    """Return the offices by id, those above before those below."""
    names = map(officer_name, count())
    founded: dict[str, Staffed] = {}
    for sheet in (*OFFICES, *FURTHER):
        above = next((founded[id] for id in _above(sheet.code) if id in founded), None)
        office = _office(sheet, above.office if above else None)
        founded[office.id] = _staffed(office, sheet.number_prefix, demonstration, new_id, names)
    return founded


def _above(code: str) -> list[str]:
    return [office_id(item) for item in jurisdiction_chain(code) if item != code]


def _office(sheet: DemoOffice, above: Office | None) -> Office:
    return Office(
        id=office_id(sheet.code),
        code=sheet.code,
        name=sheet.name,
        parent_id=above.id if above else None,
        path=f"{above.path if above else '/'}{sheet.code}/",
    )


def _staffed(office: Office, short: str, demonstration: Demonstration, new_id: NewId, names: Iterator[str]) -> Staffed:
    """Copy the staff of the demonstration's first office."""
    model = next(iter(demonstration.offices))
    departments, officers = demonstration.departments[model], demonstration.officers[model]
    ids = {id: new_id(id.partition("_")[0]) for id in staff_ids(departments, officers)} | {model: office.id}
    move = Move(ids=ids, by=timedelta())
    return Staffed(
        office=office,
        short=short,
        departments=tuple(relocated(item, move) for item in departments),
        officers=tuple(
            replace(relocated(item, move), name=next(names) if item.department_id else item.name) for item in officers
        ),
    )
