"""The case files that are copied: what the demonstration leaves behind, in every region and every state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, select

from caserisk.command_runner import CommandRunner
from caserisk.demo import build_demo
from caserisk.domain.casefile import PARTS
from caserisk.domain.cases import Case
from caserisk.domain.events import Entry
from caserisk.domain.levels import LevelScheme, RiskLevel, SchemeRecorded
from caserisk.domain.organisation import Department, Office, Officer
from caserisk.regulation.discovery import find_installed_plugins
from caserisk.regulation.registry import build_registry
from caserisk.store import tables as t
from caserisk.store.casefiles import TABLES
from caserisk.store.database import Database, Row, Snapshot, create_engine
from caserisk.store.log import entry_from
from caserisk.store.mapping import from_row, level_from_row
from caserisk.store.migrating import migrate
from caserisk.store.store import Store
from caserisk_graphql.plugin_registry import BASELINE

TODAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
"""Where the demonstration ends, whenever it is played: its data is always the same."""

_CASES = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """An entry of the log, and the row it is in."""

    entry: Entry
    row: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """A case with all that belongs to it: the states of each noun in the order of their ids, and its log."""

    case: Case
    nouns: Mapping[str, tuple[Any, ...]]
    log: tuple[Logged, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demonstration:
    """What was played: the organisation by office, the level schemes, and the files."""

    offices: Mapping[str, Office]
    departments: Mapping[str, tuple[Department, ...]]
    officers: Mapping[str, tuple[Officer, ...]]
    schemes: tuple[LevelScheme, ...]
    files: tuple[Archetype, ...]


async def build_demonstration(path: Path) -> None:
    """Build the demonstration in a SQLite file; takes about a minute."""
    store = Store(Database(create_engine(f"sqlite:///{path}")))
    try:
        await migrate(store.database.engine)
        registry = build_registry(find_installed_plugins(), baseline=BASELINE)
        await build_demo(CommandRunner(store=store, registry=registry, clock=lambda: TODAY), cases=_CASES)
    finally:
        await store.close()


async def read_demonstration(path: Path) -> Demonstration:
    """Read what was built."""
    database = Database(create_engine(f"sqlite:///{path}"))
    try:
        async with database.snapshot() as snapshot:
            return await _read(snapshot)
    finally:
        await database.close()


async def _read(snapshot: Snapshot) -> Demonstration:
    levels = {row["id"]: level_from_row(row) for row in await _rows(snapshot, t.levels)}
    log = [Logged(entry=entry_from(row), row=row) for row in await _rows(snapshot, t.events)]
    return Demonstration(
        offices={row["id"]: from_row(row, Office, {}) for row in await _rows(snapshot, t.offices)},
        departments=_by_office(await _rows(snapshot, t.departments), Department),
        officers=_by_office(await _rows(snapshot, t.officers), Officer),
        schemes=tuple(item.entry.event.scheme for item in log if isinstance(item.entry.event, SchemeRecorded)),
        files=await _files(snapshot, levels, log),
    )


async def _files(snapshot: Snapshot, levels: Mapping[str, RiskLevel], log: list[Logged]) -> tuple[Archetype, ...]:
    cases = [from_row(row, Case, levels) for row in await _rows(snapshot, t.cases)]
    states: dict[tuple[str, str], list[Any]] = defaultdict(list)
    owners = [*await _rows(snapshot, t.assessments), *await _rows(snapshot, t.notices)]
    case_of = {row["id"]: row["case_id"] for row in owners}
    for name, part in PARTS.items():
        for row in await _rows(snapshot, TABLES[name]):
            # A review belongs to an assessment, what somebody has read to a notice.
            case_id = row["case_id"] if "case_id" in row else case_of[row.get("assessment_id") or row["notice_id"]]
            states[case_id, name].append(from_row(row, part.state, levels))
    return tuple(
        Archetype(
            case=case,
            nouns={name: tuple(states[case.id, name]) for name in PARTS},
            log=tuple(item for item in log if item.entry.case_id == case.id),
        )
        for case in cases
    )


def _by_office(rows: list[Row], noun: type[Any]) -> dict[str, tuple[Any, ...]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row["office_id"]].append(from_row(row, noun, {}))
    return {office: tuple(states) for office, states in found.items()}


async def _rows(snapshot: Snapshot, table: Table) -> list[Row]:
    order = table.c.position if table is t.events else table.c.id
    return await snapshot.rows(select(table).order_by(order))
