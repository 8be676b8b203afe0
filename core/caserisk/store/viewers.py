"""Viewers: who an officer is, and whether that still holds.

What an officer may see rests on the rows of offices, departments and officers, and each change of those is an entry of
the log about an office. So the position of the last such entry is the *version* of the organisation: a viewer that was
read at a version is right as long as there is no later one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, literal_column, select

from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.store.statements import JsonQuery, parameter
from caserisk.store.store import Store
from caserisk.store.tables import departments, events, officers, offices

# Written as in the condition of the partial index: PostgreSQL would not match a parameter with it.
_IS_ABOUT_AN_OFFICE = events.c.noun == literal_column("'office'")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedViewer:
    """A viewer, and the version of the organisation at which they were read."""

    viewer: Viewer
    version: int


def organisation_version() -> ScalarSelect[int]:
    """Select the version of the organisation, as a part of any statement."""
    last = select(func.coalesce(func.max(events.c.position), 0)).where(_IS_ABOUT_AN_OFFICE)
    return last.scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class _ViewerDocument:
    """An active officer with their office and the departments they lead."""

    officer: Officer
    office: Office
    led: tuple[Department, ...]
    version: int


_VIEWER = JsonQuery(
    _ViewerDocument,
    lambda json: json.answer(
        json.object(
            {
                "officer": json.object(json.row(officers, Officer)),
                "office": json.object(json.row(offices, Office)),
                "led": json.rows(departments, Department, departments.c.leader_in_charge_id == officers.c.id),
                "version": organisation_version(),
            }
        )
    ).where(officers.c.id == parameter(officers.c.id), officers.c.active, offices.c.id == officers.c.office_id),
)


async def load_viewer(store: Store, officer_id: str) -> VersionedViewer | None:
    """Load an active officer as a viewer; None where there is none of that id."""
    found = await store.database.read(_VIEWER, {"id": officer_id})
    if found is None:
        return None
    # The version is read in the same statement, so it fits the rows.
    led = frozenset(department.id for department in found.led)
    return VersionedViewer(
        viewer=Viewer(officer=found.officer, office=found.office, led_department_ids=led), version=found.version
    )
