"""The bulk loader: so many cases in 24 offices with all that belongs to them, always the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from random import Random

from bench.data import writing
from bench.data.archetypes import TODAY, Demonstration
from bench.data.copying import Copies, Rows
from bench.data.organisation import Staffed, found_offices
from bench.data.sampling import Sample, sample
from caserisk.domain.events import Entry, Event
from caserisk.domain.levels import SchemeRecorded
from caserisk.domain.organisation import DepartmentRegistered, OfficeRegistered, OfficerRegistered
from caserisk.ids import id_maker
from caserisk.store import tables as t
from caserisk.store.database import Database, create_engine
from caserisk.store.migrating import migrate
from caserisk.store.store import Store

SEED = 20261102

_BATCH = 1000
"""Cases that are put in one transaction."""


async def load(url: str, cases: int, demonstration: Demonstration, *, progress: Callable[[int], None]) -> None:
    """Fill an empty database; ``progress`` is called with the number of cases in it."""
    random = Random(SEED)  # noqa: S311  # the same data again, no secrets
    new_id = id_maker(lambda: TODAY, random)
    offices = found_offices(demonstration, new_id)
    engine = create_engine(url)
    try:
        await migrate(engine)
        entries = [
            Entry(id=new_id("event"), at=TODAY, office_id=office_id, case_id=None, actor_id=None, event=event)
            for office_id, event in _organisation_events(demonstration, offices.values())
        ]
        position = await Store(Database(engine)).write_organisation(entries)
    finally:
        await engine.dispose()
    copies = Copies(demonstration, offices, writing.encoder(engine.dialect), random=random, position=position)
    drawn = sorted(sample(demonstration, offices, cases, random=random))
    async with writing.writer(url) as writer:
        done = 0
        async for rows in _prefetched(copies, [drawn[start : start + _BATCH] for start in range(0, cases, _BATCH)]):
            await writer.put(rows)
            done += len(rows[t.cases])
            progress(done)
        await writer.finish()


async def _prefetched(copies: Copies, batches: Sequence[Sequence[Sample]]) -> AsyncIterator[Rows]:
    """Yield the rows of each batch, made while the database is busy with the batch before."""
    made = asyncio.create_task(asyncio.to_thread(copies.rows, batches[0]))
    for following in (*batches[1:], ()):
        rows = await made
        made = asyncio.create_task(asyncio.to_thread(copies.rows, following))
        yield rows
    await made


def _organisation_events(demonstration: Demonstration, offices: Iterable[Staffed]) -> Iterator[tuple[str, Event]]:
    """Yield the events before the cases, each with the id of its office; heads of departments after the officers."""
    for staffed in offices:
        id = staffed.office.id
        yield id, OfficeRegistered(office=staffed.office)
        for department in staffed.departments:
            headless = replace(department, head_id=None, leader_in_charge_id=None, liaison_id=None)
            yield id, DepartmentRegistered(department=headless)
        for officer in staffed.officers:
            yield id, OfficerRegistered(officer=officer)
        for department in staffed.departments:
            if department.head_id:
                yield id, DepartmentRegistered(department=department)
    for scheme in demonstration.schemes:
        yield id, SchemeRecorded(scheme=scheme)
