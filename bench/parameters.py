"""The parameters of the queries: found in the database, the same in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bench.databases import Database
from bench.queries import Query
from caserisk.domain.organisation import office_id
from caserisk.domain.vocabulary import Role, WarningStatus
from caserisk.store.database import create_engine
from caserisk.store.tables import cases, officers, warnings

OFFICE = "430200"
"""Zhuzhou with seven counties below it: the region where terms run."""

_MAX_RUNNING_WARNINGS = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryParameters:
    """Who asks, and what for."""

    officer: str
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseParameters:
    """The ledger keeper of the office, its case due first, and running warnings with their cases and handlers."""

    ledger_keeper: str
    number: str
    running: Sequence[tuple[str, str, str]]

    def of_query(self, query: Query) -> Sequence[QueryParameters]:
        """Return the parameters of a query, in turn: a reader always has the same, a writer another case each time."""
        if query.writes:
            return [
                QueryParameters(officer=who, variables={"case": case, "warning": id}) for id, case, who in self.running
            ]
        given = {"office": OFFICE, "number": self.number, "from": "2026-01-01", "to": "2026-10-31"}
        return [QueryParameters(officer=self.ledger_keeper, variables={name: given[name] for name in query.variables})]


async def find_parameters(database: Database) -> DatabaseParameters:
    """Find the parameters in a database."""
    engine = create_engine(database.url)
    try:
        async with engine.connect() as connection:
            return await _find(connection)
    finally:
        await engine.dispose()


async def _find(connection: AsyncConnection) -> DatabaseParameters:
    keepers = select(officers.c.id, officers.c.roles).where(officers.c.office_id == office_id(OFFICE))
    first = select(cases.c.number).where(cases.c.office_id == office_id(OFFICE), cases.c.due_at.is_not(None))
    running = (
        select(warnings.c.id, warnings.c.case_id, cases.c.handler_id)
        .join(cases, cases.c.active_warning_id == warnings.c.id)
        .where(warnings.c.status == WarningStatus.IN_DISPOSITION)
        .order_by(warnings.c.id.desc())
    )
    return DatabaseParameters(
        ledger_keeper=next(row.id for row in await connection.execute(keepers) if Role.COMPLAINTS_OFFICER in row.roles),
        number=(await connection.execute(first.order_by(cases.c.due_at, cases.c.id).limit(1))).scalar_one(),
        running=(await connection.execute(running.limit(_MAX_RUNNING_WARNINGS))).tuples().all(),
    )
