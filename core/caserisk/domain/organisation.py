"""Offices, their departments and officers, and the events about them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from caserisk.domain.events import Event
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import DepartmentFunction, OfficeChangeKind, Role

_OFFICE_CODE_PATTERN = re.compile(r"\d{6}(-\d{1,2})?")


def is_office_code(code: str) -> bool:
    """Tell whether this is a GB/T 2260 division code, with or without the suffix of a branch (``110000-2``)."""
    return _OFFICE_CODE_PATTERN.fullmatch(code) is not None


def jurisdiction_chain(code: str) -> tuple[str, ...]:
    """Return the division codes an office lies in, nearest first: 370681 → 370681, 370600, 370000."""
    # GB/T 2260: two digits each for the province, the city and the county; a branch adds a suffix.
    division = code[:6]
    chain = [code, division, division[:4] + "00", division[:2] + "0000"]
    return tuple(dict.fromkeys(chain))


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A people's procuratorate (检察院); ``path`` lists the codes from the highest office above it down to itself."""

    id: str
    code: str
    name: str
    parent_id: str | None
    path: str


def office_id(code: str) -> str:
    """Return the id of the office of a division code."""
    return f"office_{code}"


def office_code(id: str) -> str:
    """Return the division code of the office of an id."""
    return id.removeprefix(office_id(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A unit of an office (部门), with the officers who answer for it."""

    id: str
    office_id: str
    name: str
    function: DepartmentFunction
    head_id: str | None = None
    leader_in_charge_id: str | None = None
    liaison_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A member of an office's staff, or a system that acts for one; one that left is no longer ``active``."""

    id: str
    office_id: str
    department_id: str | None
    name: str
    roles: tuple[Role, ...]
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundEdition:
    """An edition of a plugin that has decided for an office: the office stays the plugin's until that is retired.

    ``digest`` is that of the edition's content when it first decided.
    """

    office_id: str
    plugin: str
    version: str
    edition: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """The part of an office that a decision is about: all its departments, and the officers it names."""

    office: Office
    departments: tuple[Department, ...]
    officers: tuple[Officer, ...] = ()

    def department(self, id: str | None) -> Department | None:
        """Return the department of that id in this office."""
        return next((item for item in self.departments if item.id == id), None)

    def officer(self, id: str | None) -> Officer | None:
        """Return the officer of that id in this office, if the decision names one and they are active."""
        return next((item for item in self.officers if item.id == id and item.active), None)

    def departments_with(self, function: DepartmentFunction) -> tuple[Department, ...]:
        """Return the departments of a function."""
        return tuple(item for item in self.departments if item.function is function)


# ------------------------------------------------------------------------------------------------ events


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRegistered(Event):
    """An office was entered, or entered anew with other details."""

    kind = OfficeChangeKind.OFFICE_REGISTERED
    office: Office

    @property
    def detail(self) -> Text:
        return Text(self.office.name, self.office.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRegistered(Event):
    """A department was entered, or entered anew with other details."""

    kind = OfficeChangeKind.DEPARTMENT_REGISTERED
    department: Department

    @property
    def detail(self) -> Text:
        return Text(self.department.name, self.department.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRegistered(Event):
    """An officer was entered, or entered anew: other roles, another department, no longer active."""

    kind = OfficeChangeKind.OFFICER_REGISTERED
    officer: Officer

    @property
    def detail(self) -> Text:
        return Text(self.officer.name, self.officer.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSet(Event):
    """An office chose where its regulation leaves a choice."""

    kind = OfficeChangeKind.OPTION_SET
    key: str
    value: str

    @property
    def detail(self) -> Text:
        return Text(f"{self.key}={self.value}", f"{self.key}={self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginBound(Event):
    """An edition of a plugin decided for an office for the first time."""

    kind = OfficeChangeKind.PLUGIN_BOUND
    bound: BoundEdition

    @property
    def detail(self) -> Text:
        bound = self.bound
        return Text(
            f"{bound.plugin} {bound.version}({bound.edition})", f"{bound.plugin} {bound.version} ({bound.edition})"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginRetired(Event):
    """An administrator had an office no longer be a plugin's that decided for it and is gone."""

    kind = OfficeChangeKind.PLUGIN_RETIRED
    plugin: str

    @property
    def detail(self) -> Text:
        return Text(self.plugin, self.plugin)
