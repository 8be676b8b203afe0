"""The server: ``python -m bench.servers.idiomatic URL PORT``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.schema.config import StrawberryConfig

from bench.servers.idiomatic import entities as e
from bench.servers.idiomatic.counting import Statistics, statistics
from bench.servers.idiomatic.lists import Ledger, board, ledger
from bench.servers.idiomatic.loading import Loaders, Sessions
from bench.servers.idiomatic.recording import Recorded, record_disposition
from bench.servers.idiomatic.shared import Asked, Nodes
from bench.servers.idiomatic.types import Case
from bench.servers.listening import listen
from caserisk.domain.terms import OFFICE_ZONE
from caserisk.store.database import create_engine


@strawberry.type
class Query:
    """What can be asked."""

    cases: Nodes[Case] = strawberry.field(resolver=board)
    warnings: Ledger = strawberry.field(resolver=ledger)

    @strawberry.field
    async def case(self, info: Asked, number: str) -> Case | None:
        """Return a case by its number."""
        async with info.context.sessions() as session:
            found: Any = await session.scalar(select(e.Case).where(e.Case.__table__.c.number == number))
        return found

    @strawberry.field
    async def statistics(
        self, info: Asked, office: str, from_: Annotated[date, strawberry.argument(name="from")], to: date
    ) -> Statistics:
        """Return the counts of a period."""
        async with info.context.sessions() as session:
            return await statistics(session, office, from_, to)


@strawberry.type
class Mutation:
    """What can be done."""

    record_disposition: Recorded = strawberry.mutation(resolver=record_disposition)


def _shown(moment: datetime) -> str:
    return moment.astimezone(OFFICE_ZONE).isoformat()


_MOMENT = strawberry.scalar(name="DateTime", serialize=_shown, parse_value=datetime.fromisoformat)


class Server(GraphQL[Loaders, None]):
    """The endpoint; each request has loaders of its own."""

    def __init__(self, sessions: Sessions) -> None:
        super().__init__(strawberry.Schema(Query, Mutation, config=StrawberryConfig(scalar_map={datetime: _MOMENT})))
        self._sessions = sessions

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Loaders:  # noqa: ARG002  # the base's signature
        """Return the loaders."""
        return Loaders(self._sessions)


@asynccontextmanager
async def application(url: str) -> AsyncIterator[Server]:
    """Return the application on a database."""
    engine = create_engine(url)
    try:
        yield Server(async_sessionmaker(engine, expire_on_commit=False))
    finally:
        await engine.dispose()


if __name__ == "__main__":
    listen(application)
