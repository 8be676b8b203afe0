"""Fixtures for tests of reads: an engine, a small province in its tables, and somebody to ask as."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import pytest
import strawberry
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from strawberry.types import ExecutionResult

from caserisk.command_runner import CommandRunner
from caserisk.domain.policy import Viewer
from caserisk.domain.vocabulary import Locale, Role
from caserisk.store.database import Database, create_engine
from caserisk.store.log_watch import LogWatch
from caserisk_graphql.api.events import AssessmentChange, CaseChange, OfficeChange, WarningChange
from caserisk_graphql.api.queries import Query
from caserisk_graphql.api.scalars import config
from caserisk_graphql.auth import ViewerCache
from caserisk_graphql.context import Context
from caserisk_graphql.delivery.log_stream import stream_entries
from tests.schema.rows import NOW, Rows

Variables = dict[str, Any] | None

SCHEMA = strawberry.Schema(
    query=Query, types=(CaseChange, AssessmentChange, WarningChange, OfficeChange), config=config()
)
"""The reads alone, without what surrounds an operation."""


@dataclass(kw_only=True)
class Api:
    """Asks the API as somebody; ``statements`` counts those of the last request."""

    engine: AsyncEngine
    viewer: Viewer | None
    regulations: Any = None
    statements: int = 0

    def __post_init__(self) -> None:
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._count)

    def _count(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        self.statements += statement.startswith("SELECT")

    def context(self, *, locale: Locale = Locale.ZH, now: datetime = NOW) -> Context:
        """Return a context as the endpoint would make it."""
        return Context(
            database=Database(self.engine),
            viewer=self.viewer,
            locale=locale,
            now=now,
            regulations=self.regulations,
            runner=cast("CommandRunner", None),
            watch=cast("LogWatch", None),
            viewers=cast("ViewerCache", None),
            stream_entries=stream_entries,
        )

    async def execute(
        self, query: str, variables: Variables = None, *, locale: Locale = Locale.ZH, now: datetime = NOW
    ) -> ExecutionResult:
        """Return the answer, errors included."""
        self.statements = 0
        async with self.context(locale=locale, now=now) as context:
            result = await SCHEMA.execute(query, variable_values=variables, context_value=context)
        assert isinstance(result, ExecutionResult)
        return result

    async def ask(
        self, query: str, variables: Variables = None, *, locale: Locale = Locale.ZH, now: datetime = NOW
    ) -> dict[str, Any]:
        """Return the data of an answer that has to be without errors."""
        result = await self.execute(query, variables, locale=locale, now=now)
        assert result.errors is None
        assert result.data is not None
        return result.data

    async def refusal(self, query: str, variables: Variables = None) -> tuple[str, str]:
        """Return the code and the message of the one error that a request has to be answered with."""
        result = await self.execute(query, variables)
        [error] = result.errors or []
        assert error.extensions is not None
        return error.extensions["code"], error.message

    def as_(self, viewer: Viewer | None) -> Api:
        """Return the same API, asked by another viewer."""
        return Api(engine=self.engine, viewer=viewer, regulations=self.regulations)


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    """Provide an engine on a fresh database."""
    engine = create_engine(database)
    yield engine
    await engine.dispose()


@pytest.fixture
def rows() -> Rows:
    """Provide Zhuzhou below Hunan and above a county, with a chief procurator who sees the city and below."""
    rows = Rows()
    rows.office("430000")
    rows.office("430200", below="430000")
    rows.office("430281", below="430200")
    rows.office("370000")
    rows.department("department_1", "office_430200", head_id="officer_head", leader_in_charge_id="officer_leader")
    rows.department("department_2", "office_430200", name="控申处", function="COMPLAINTS")
    rows.officer("officer_chief", "office_430200", Role.CHIEF_PROCURATOR)
    rows.officer("officer_head", "office_430200", Role.DEPARTMENT_HEAD, department_id="department_1")
    rows.officer("officer_leader", "office_430200", Role.LEADER_IN_CHARGE)
    rows.officer("officer_handler", "office_430200", Role.CASE_HANDLER, department_id="department_1")
    rows.officer("officer_left", "office_430200", Role.CASE_HANDLER, department_id="department_1", active=False)
    return rows


@pytest.fixture
def chief(engine: AsyncEngine, rows: Rows) -> Api:
    """Provide the API as the chief procurator of Zhuzhou asks it."""
    return Api(engine=engine, viewer=rows.viewer("officer_chief"))


@pytest.fixture
async def offline(rows: Rows, tmp_path: Path) -> AsyncIterator[Api]:
    """Provide the same as `chief`, for what is refused before any database is asked."""
    engine = create_engine(f"sqlite:///{tmp_path}/none.db")
    yield Api(engine=engine, viewer=rows.viewer("officer_chief"))
    await engine.dispose()
