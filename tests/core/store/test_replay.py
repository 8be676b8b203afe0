"""Replay: the rows of a store are what its log adds up to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import reduce

import msgspec
import pytest
from sqlalchemy import select

from caserisk.commands.warnings import AcknowledgeWarning
from caserisk.domain.casefile import CaseFile
from caserisk.domain.folding import fold, open_file
from caserisk.domain.organisation import BoundEdition, PluginBound
from caserisk.domain.vocabulary import Role
from caserisk.store import log
from caserisk.store import tables as t
from caserisk.store.database import Row
from caserisk.store.replay import replay
from caserisk.store.store import Store
from tests.support import flows
from tests.support.databases import Databases
from tests.support.stored import stored_rows
from tests.support.world import HUIZHOU, SHANDONG, ZHUZHOU, World

COPIED = [table for table in t.metadata.sorted_tables if table is not t.idempotency_keys]


@pytest.fixture
def source(databases: Databases, request: pytest.FixtureRequest) -> str:
    return databases.fresh(request.param)


@pytest.fixture
def target(databases: Databases, request: pytest.FixtureRequest) -> str:
    return databases.fresh(request.param)


@pytest.fixture
async def copy(target: str) -> AsyncIterator[World]:
    async with World(target) as copy:
        yield copy


async def three_regions_at_work(world: World) -> None:
    """Play cases of every kind, with every event there is."""
    zhuzhou, shandong, huizhou = [await world.office(code) for code in (ZHUZHOU, SHANDONG, HUIZHOU)]
    await flows.recalculate_in_zhuzhou(world, zhuzhou)
    await world.registrar.option(ZHUZHOU, "roll", "none")
    gone = BoundEdition(office_id=zhuzhou.office.id, plugin="gone", version="1", edition="2010", digest="")
    await world.enter(zhuzhou.office, PluginBound(bound=gone))
    await world.registrar.retire_plugin("gone")
    await flows.lift_in_zhuzhou(world, zhuzhou)
    await flows.petition_in_shandong(world, shandong)
    await flows.reassess_in_huizhou(world, huizhou)
    await flows.archive_in_zhuzhou(world, zhuzhou)
    await flows.raise_in_zhuzhou(world, zhuzhou)


async def log_of(store: Store) -> list[Row]:
    """Read the log in order."""
    return await stored_rows(store, select(t.events).order_by(t.events.c.position))


async def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Read every row that a replay copies, by table."""
    return {
        table.name: [
            tuple(row.values()) for row in await stored_rows(store, select(table).order_by(*table.primary_key.columns))
        ]
        for table in COPIED
    }


@pytest.mark.parametrize(
    ("source", "target"),
    [("sqlite", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "postgresql"), ("postgresql", "sqlite")],
    indirect=True,
)
async def test_a_replayed_log_gives_the_same_rows(source: str, copy: World) -> None:
    async with World(source) as world:
        await three_regions_at_work(world)

        entries = await replay(world.store, copy.store)

        rows = await rows_of(world.store)
        assert entries == len(rows["events"])
        assert await rows_of(copy.store) == rows


@pytest.mark.parametrize(("source", "target"), [("sqlite", "postgresql"), ("postgresql", "sqlite")], indirect=True)
async def test_work_goes_on_in_the_copy(source: str, copy: World) -> None:
    async with World(source) as world:
        office = await world.office(ZHUZHOU)
        warned = await flows.warn_in_zhuzhou(world, office)
        entries = await replay(world.store, copy.store)

    done = await copy.runner.execute(
        AcknowledgeWarning(warning=warned.warning), viewer=office.viewer(Role.DEPARTMENT_HEAD)
    )

    assert done.position == entries + 2  # the receipt, and the term that runs from it


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
async def test_every_event_is_read_back_as_it_was_written(source: str) -> None:
    async with World(source) as world:
        await three_regions_at_work(world)
        rows = await log_of(world.store)

    files: dict[str | None, CaseFile] = {}
    for row in rows:
        entry = log.entry_from(row)
        if entry.case_id:
            before = files.get(entry.case_id)
            files[entry.case_id] = fold(before, entry) if before else open_file(entry)
        again = log.event_row(row["position"], entry, files.get(entry.case_id))
        assert msgspec.json.encode(again, order="sorted") == msgspec.json.encode(dict(row), order="sorted")
    assert {row["type"] for row in rows} == set(log.EVENT_TYPES)


async def test_a_loaded_file_is_what_its_entries_fold_to(world: World) -> None:
    warned = await flows.archive_in_zhuzhou(world, await world.office(ZHUZHOU))

    loaded = await world.store.load(warned.case, ())

    entries = [log.entry_from(row) for row in await log_of(world.store) if row["case_id"] == warned.case]
    folded = reduce(fold, entries[1:], open_file(entries[0]))
    assert loaded is not None
    assert loaded.file == replace(folded, notices={}, case_levels={})


@pytest.mark.parametrize("source", ["sqlite"], indirect=True)
@pytest.mark.parametrize("target", ["sqlite", "postgresql"], indirect=True)
async def test_a_log_is_replayed_into_an_empty_database_only(source: str, copy: World) -> None:
    async with World(source) as world:
        await world.office(ZHUZHOU)
        await copy.office(SHANDONG)
        before = await rows_of(copy.store)

        with pytest.raises(ValueError, match="has a log already"):
            await replay(world.store, copy.store)

        assert await rows_of(copy.store) == before
