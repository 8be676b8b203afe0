"""Who may see what, worked out in Python from the stored rows and the table of roles, without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from caserisk.domain.vocabulary import Role
from caserisk.store import tables as t
from tests.support.role_reach import ROLE_REACH, SEE_OFFICES_BELOW, Reach

Row = Mapping[str, Any]

OF_CASES = (t.assessments, t.warnings, t.plans, t.dispositions, t.deadlines, t.supervisions, t.notices)
"""What belongs to a case and is seen with it."""

ORGANISATION = ("office_", "department_", "officer_")
"""How the ids of those begin who are shown wherever something names them that is seen."""


@dataclass(frozen=True, kw_only=True)
class Stored:
    """All rows of an installation by id."""

    rows: Mapping[Table, Mapping[str, Row]]

    @classmethod
    async def read(cls, engine: AsyncEngine) -> Stored:
        """Read all rows."""
        tables = (t.offices, t.departments, t.officers, t.cases, *OF_CASES, t.events, t.reviews, t.levels)
        async with engine.connect() as connection:
            rows: dict[Table, dict[str, Row]] = {
                table: {row["id"]: dict(row) for row in (await connection.execute(select(table))).mappings()}
                for table in tables
            }
        return cls(rows=rows)

    @cached_property
    def ids(self) -> Mapping[str, Row]:
        """Return the rows that have a global id."""
        nodes = [rows for table, rows in self.rows.items() if table not in (t.reviews, t.levels)]
        return {id: row for rows in nodes for id, row in rows.items()}

    @property
    def cases(self) -> Mapping[str, Row]:
        """Return the cases."""
        return self.rows[t.cases]

    @cached_property
    def by_prefix(self) -> Mapping[str, list[str]]:
        """Return the ids by their prefix."""
        found: dict[str, list[str]] = defaultdict(list)
        for id in sorted(self.ids):
            found[id.partition("_")[0]].append(id)
        return found

    @cached_property
    def names(self) -> Mapping[str, frozenset[str]]:
        """Return the offices, departments and officers that each row names."""
        found = {id: set(_texts(row)) for id, row in self.ids.items()}
        for review in self.rows[t.reviews].values():
            found[review["assessment_id"]] |= set(_texts(review))
        return {id: frozenset(text for text in texts if text.startswith(ORGANISATION)) for id, texts in found.items()}

    def sight(self, officer_id: str) -> Visibility:
        """Return what an officer may see."""
        return Visibility(stored=self, officer=self.rows[t.officers][officer_id])


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


@dataclass(frozen=True, kw_only=True)
class Visibility:
    """What one officer may see, as their record is."""

    stored: Stored
    officer: Row

    @cached_property
    def cases(self) -> frozenset[str]:
        """Return the ids of the cases."""
        return self._cases(0)

    @cached_property
    def with_parties(self) -> frozenset[str]:
        """Return the ids of the cases whose parties are shown."""
        return self._cases(1)

    @cached_property
    def offices(self) -> frozenset[str]:
        """Return their own office, those above it, for some those below it."""
        own, offices = self._office["path"], self.stored.rows[t.offices].values()
        below = bool(self._roles & SEE_OFFICES_BELOW)
        return frozenset(
            office["id"]
            for office in offices
            if own.startswith(office["path"]) or (below and office["path"].startswith(own))
        )

    @cached_property
    def told(self) -> frozenset[str]:
        """Return the notices addressed to them."""
        return frozenset(id for id, notice in self.stored.rows[t.notices].items() if self._is_told(notice))

    @cached_property
    def opened(self) -> frozenset[str]:
        """Return the cases that the notices addressed to them are about, and their warnings: seen in a notice alone."""
        notices = [self.stored.rows[t.notices][id] for id in self.told]
        cases = {notice["case_id"] for notice in notices}
        running = {self.stored.cases[id]["active_warning_id"] for id in cases}
        warnings = running | {notice["warning_id"] for notice in notices}
        return frozenset(id for id in cases | warnings if id is not None)

    @cached_property
    def granted(self) -> frozenset[str]:
        """Return the ids of all that may be found, by whatever way but through a notice."""
        rows = self.stored.rows
        of_cases = [row for table in OF_CASES for row in rows[table].values() if row["case_id"] in self.cases]
        of_offices = [
            row
            for table in (t.departments, t.officers)
            for row in rows[table].values()
            if row["office_id"] in self.offices
        ]
        seen = [row["id"] for row in (*of_cases, *of_offices, *self.events)]
        return self.cases | self.offices | self.told | frozenset(seen)

    @cached_property
    def events(self) -> list[Row]:
        """Return the entries of the log, in its order: of cases with the case, of offices with the office."""
        seen = [row for row in self.stored.rows[t.events].values() if self._sees_event(row)]
        return sorted(seen, key=lambda row: int(row["position"]))

    def of_table(self, table: Table) -> list[Row]:
        """Return the rows of a table that may be seen."""
        return [row for id, row in self.stored.rows[table].items() if id in self.granted]

    @property
    def counted_offices(self) -> frozenset[str]:
        """Return the offices of the cases: those that statistics name."""
        return frozenset(self.stored.cases[id]["office_id"] for id in self.cases)

    # -------------------------------------------------------------------------------------------- how it is worked out

    @property
    def _roles(self) -> frozenset[Role]:
        return frozenset(Role[role] for role in self.officer["roles"])

    @property
    def _office(self) -> Row:
        return self.stored.rows[t.offices][self.officer["office_id"]]

    def _cases(self, column: int) -> frozenset[str]:
        reaches = {ROLE_REACH[role][column]: role for role in self._roles}
        cases = self.stored.cases
        return frozenset(
            id for id, case in cases.items() if any(self._reaches(reach, role, case) for reach, role in reaches.items())
        )

    def _reaches(self, reach: Reach, role: Role, case: Row) -> bool:
        match reach:
            case Reach.OWN:
                return bool(case["handler_id"] == self.officer["id"])
            case Reach.DEPARTMENT if role is Role.LEADER_IN_CHARGE:
                department = self.stored.rows[t.departments].get(case["department_id"])
                return department is not None and department["leader_in_charge_id"] == self.officer["id"]
            case Reach.DEPARTMENT:
                department_id = case["department_id"]
                return department_id is not None and department_id == self.officer["department_id"]
            case Reach.OFFICE:
                return bool(case["office_id"] == self.officer["office_id"])
            case Reach.BELOW:
                path: str = self.stored.rows[t.offices][case["office_id"]]["path"]
                return path.startswith(self._office["path"])
        return False

    def _is_told(self, notice: Row) -> bool:
        if notice["to_officer_id"] is not None:
            return bool(notice["to_officer_id"] == self.officer["id"])
        return (
            notice["office_id"] == self.officer["office_id"]
            and notice["to_department_id"] in (None, self.officer["department_id"])
            and (notice["to_role"] is None or Role[notice["to_role"]] in self._roles)
        )

    def _sees_event(self, event: Row) -> bool:
        if event["case_id"] is None:
            return event["office_id"] in self.offices
        return event["case_id"] in self.cases
