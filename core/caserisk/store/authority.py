"""Who somebody is, and whether that still holds.

What an officer may see rests on the rows of offices, departments and officers, and each change of those is an entry of
the log about an office. So the position of the last such entry is the *version* of the organisation: a viewer that was
read at a version is right as long as there is no later one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, literal_column, select

from caserisk.domain.organisation import Department, Office, Officer
from caserisk.domain.policy import Viewer
from caserisk.store.statements import Document, given
from caserisk.store.store import Store
from caserisk.store.tables import departments, events, officers, offices

_OF_OFFICES = events.c.noun == literal_column("'office'")  # as in the index: a parameter would not be known to be it


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionedViewer:
    """A viewer, and the version of the organisation at which they were read."""

    viewer: Viewer
    version: int


def organisation_version() -> ScalarSelect[int]:
    """The version of the organisation, as part of any statement."""
    last = select(func.coalesce(func.max(events.c.position), 0)).where(_OF_OFFICES)
    return last.scalar_subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """An active officer with their office and the departments they lead."""

    officer: Officer
    office: Office
    led: tuple[Department, ...]
    version: int


_FOUND = Document(
    _Found,
    lambda json: json.answer(
        json.object(
            {
                "officer": json.object(json.row(officers, Officer)),
                "office": json.object(json.row(offices, Office)),
                "led": json.rows(departments, Department, departments.c.leader_in_charge_id == officers.c.id),
                "version": organisation_version(),
            }
        )
    ).where(officers.c.id == given(officers.c.id), officers.c.active, offices.c.id == officers.c.office_id),
)


async def load_viewer(store: Store, officer_id: str) -> VersionedViewer | None:
    """Who an active officer is, read now."""
    found = await store.read(_FOUND, {"id": officer_id})
    if found is None:
        return None
    led = frozenset(department.id for department in found.led)
    return VersionedViewer(
        viewer=Viewer(officer=found.officer, office=found.office, led_department_ids=led), version=found.version
    )
