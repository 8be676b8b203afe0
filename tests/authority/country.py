"""A country whose texts are marked: whatever of a case is read anywhere tells which case it is of.

A mark with C is of what a notice opens of a case too, one with P of the parties, one with T of a title, one with N of
what a notice says, and one with a number alone of all else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import DepartmentFunction, Role
from caserisk.store import tables as t
from tests.compiler import data
from tests.schema.rows import EARLIER, NOW, REASON, Rows, both
from tests.support.world import StaffedOffice, World

_MADE = EARLIER.replace(year=2026), NOW.replace(year=2026)
"""When the cases here were opened, and when they are due."""

SEVERAL = (
    (Role.CASE_HANDLER, Role.DEPARTMENT_HEAD),
    (Role.CASE_HANDLER, Role.INTEGRATOR),
    (Role.LEADER_IN_CHARGE, Role.ADMINISTRATOR),  # of no department
    (Role.DEPARTMENT_HEAD, Role.INSPECTOR),  # in none
)
"""What some are at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """Offices with everybody in them; ``several`` are further people of the city, who are more than one thing.

    ``marks`` are the cases by the number that marks what is theirs.
    """

    city: StaffedOffice
    county: StaffedOffice
    province: StaffedOffice
    other: StaffedOffice
    several: Sequence[Viewer]
    marks: Mapping[str, str]

    @property
    def offices(self) -> tuple[StaffedOffice, ...]:
        """Return the offices that are tested with an officer of each role: one above the other, and one apart."""
        return (self.city, self.county, self.province)

    @property
    def viewers(self) -> list[Viewer]:
        """Return all officers of those offices."""
        return [*(viewer for office in self.offices for viewer in office.viewers.values()), *self.several]


async def settle(world: World) -> Country:
    """Register the offices, take cases through their regulations, add awkward rows and marked cases."""
    settled = await data.settle(world)
    several = [await _enter(world, settled.city, *roles) for roles in SEVERAL]
    marked = _Marked(await world.store.end_of_log())
    for office in settled.offices:
        told = settled.other if office is settled.city else settled.city
        for kept in ("own", "department", "office", "unassigned"):
            marked.case(office, kept, told=told)
    marked.case(settled.province, "own", told=settled.city, handler=several[1].officer.id)  # and yet of the city
    await marked.rows.insert(world.engine)
    return Country(
        city=settled.city,
        county=settled.county,
        province=settled.province,
        other=settled.other,
        several=several,
        marks=marked.cases,
    )


async def _enter(world: World, office: StaffedOffice, *roles: Role) -> Viewer:
    department = None if Role.INSPECTOR in roles else office.department().id
    officer = await world.registrar.officer(office.office, "几任", roles, department_id=department)
    return Viewer(officer=officer, office=office.office)


class _Marked:
    """Adds cases with all that a case has, each text with the mark of its case."""

    def __init__(self, end: int) -> None:
        """Start after the last position of the log, ``end``."""
        self.rows = Rows("mark")
        self.cases: dict[str, str] = {}
        self._position = end

    def case(self, office: StaffedOffice, kept: str, *, told: StaffedOffice, handler: str | None = None) -> None:
        """Add a case of a handler, of a department, of another department, or of nobody yet.

        Somebody of the office ``told`` hears of it.
        """
        number = len(self.cases) + 1
        says, handler = f"〖{number}〗", handler or office.officer_id(Role.CASE_HANDLER)
        known = f"〖{number}C〗"
        department = {
            "own": office.department().id,
            "department": office.department().id,
            "office": office.department(DepartmentFunction.COMPLAINTS).id,
            "unassigned": None,
        }[kept]
        stage = {"key": "marked", "label": both(f"{known}环节", f"{known} stage")}
        reason = {**REASON, "text": both(known, known)}
        opened, due = _MADE
        case = self.rows.case(
            office.office.id,
            number=f"{known}号",
            title=f"〖{number}T〗案",
            cause=f"{known}罪",
            stage=stage,
            stage_key="marked",
            next_stages=[stage],
            gates=[{"act": "NEXT_STAGE", "open": False, "reasons": [reason], "until": None}],
            parties=[{"label": f"〖{number}P〗", "role": f"〖{number}P〗"}],
            department_id=department,
            handler_id=handler if kept == "own" else None,
            opened_at=opened,
            due_at=due,
            severity=3,
        )
        self.cases[str(number)] = case
        of = {"case_id": case}
        assessment = self.rows.add(
            t.assessments, submitted_by_id=handler, summary=f"{says}说明", stage=stage, reasons=[reason], **of
        )
        self.rows.add(t.reviews, assessment_id=assessment, turn=1, by_id=handler, comment=f"{says}意见")
        warning = self._warning(office, says, reason, of | {"assessment_id": assessment, "due_at": due})
        of |= {"warning_id": warning}
        section = {"key": "persons", "label": both(says, says), "text": f"{says}内容"}
        self.rows.add(t.plans, sections=[section], assigned=[handler], proposed_by_id=handler, proposed_at=opened, **of)
        self.rows.add(t.dispositions, performed_by_id=handler, description=f"{says}处置", outcome=f"{says}结果", **of)
        self.rows.add(t.deadlines, due_at=due, due_on=due.date(), label=both(says, says), reasons=[reason], **of)
        said = {"reason": both(says, says), "reply": f"{says}回复", "reasons": [reason]}
        self.rows.add(t.supervisions, members=[handler], department_id=department, **said, **of)
        self._notices(office, told, number, of | {"assessment_id": assessment})
        self._events(office, says, of, assessment)

    def _warning(self, office: StaffedOffice, says: str, reason: Any, of: dict[str, Any]) -> str:
        closed = {"by_id": office.officer_id(Role.CASE_HANDLER), "at": "2026-01-01T16:00:00Z"}
        attested = {"key": "settled", "label": both(says, says), "note": says, **closed}
        closure = {"outcome": "SETTLED", "feedback": says, "attestations": [attested], **closed}
        duty = {"key": "visit", "label": reason["text"], "roles": ["CASE_HANDLER"]}
        responsible = {name: ["CASE_HANDLER"] for name in ("handles", "resolves", "supervises", "leads")}
        return self.rows.add(
            t.warnings,
            office_id=office.office.id,
            closure=closure,
            issued_at=_MADE[0],
            severity=3,
            note=says,
            report=says,
            responsibility={**responsible, "duties": [duty], "reasons": [reason]},
            **of,
        )

    def _notices(self, office: StaffedOffice, told: StaffedOffice, number: int, of: dict[str, Any]) -> None:
        subject = both(f"〖{number}N〗", f"〖{number}N〗")
        for to in (
            {},
            {"to_role": "COMPLAINTS_OFFICER"},
            {"to_department_id": office.department().id, "to_role": "DEPARTMENT_HEAD"},
            {"to_officer_id": told.officer_id(Role.INSPECTOR)},
        ):
            self.rows.add(t.notices, office_id=office.office.id, subject=subject, **to, **of)

    def _events(self, office: StaffedOffice, says: str, of: dict[str, Any], assessment: str) -> None:
        warned = {"noun": "warning", "kind": "ISSUED", "status": "ISSUED", "severity": 3}
        assessed = {"noun": "assessment", "kind": "SUBMITTED", "assessment_id": assessment}
        for about in ({}, assessed, warned):
            self._position += 1
            given = {"position": self._position, "summary": both(says, says), "at": _MADE[0], **about}
            self.rows.add(t.events, office_id=office.office.id, **{**of, **given})
