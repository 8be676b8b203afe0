"""Who somebody is, and whether that still holds.

What an officer may see rests on the rows of offices, departments and officers, and each change of those is an entry of
the log about an office. So the position of the last such entry is the *version* of the organisation: a viewer that was
read at a version is right as long as there is no later one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, func, literal_column, select

from caserisk.domain.policy import Viewer
from caserisk.store import organisation
from caserisk.store.store import Store
from caserisk.store.tables import events

_OF_OFFICES = events.c.noun == literal_column("'office'")  # as in the index: a parameter would not be known to be it


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A viewer, and the version of the organisation at which they were read."""

    viewer: Viewer
    version: int


def organisation_version() -> ScalarSelect[int]:
    """The version of the organisation, as part of any statement."""
    last = select(func.coalesce(func.max(events.c.position), 0)).where(_OF_OFFICES)
    return last.scalar_subquery()


async def find_known(store: Store, officer_id: str) -> Known | None:
    """Who an active officer is, read now."""
    async with store.reading() as connection:
        viewer = await organisation.find_viewer(connection, officer_id)
        if viewer is None:
            return None
        version = (await connection.execute(select(organisation_version()))).scalar_one()
        return Known(viewer=viewer, version=version)


async def find_version(store: Store) -> int:
    """The version of the organisation, read now."""
    async with store.reading() as connection:
        return (await connection.execute(select(organisation_version()))).scalar_one()
