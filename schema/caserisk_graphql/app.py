"""The ASGI application: one GraphQL endpoint, over HTTP and WebSocket, and GraphiQL for browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route, WebSocketRoute

from caserisk import deadline_clock
from caserisk_graphql.bootstrap import Application
from caserisk_graphql.graphiql import graphiql_routes
from caserisk_graphql.service import Service
from caserisk_graphql.transport.http import Endpoint
from caserisk_graphql.transport.websocket import Socket


def create_app(application: Application) -> Starlette:
    """The application of a server; it watches the log and, unless that is off, the deadlines."""
    service = Service.of(application)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(service.watch.run())]
        if application.settings.clock:
            clock = deadline_clock.run(application.desk, interval=application.settings.clock_interval)
            tasks.append(asyncio.create_task(clock))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    return Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/graphql")),
            Route("/graphql", Endpoint(service)),
            WebSocketRoute("/graphql", Socket(service)),
            *graphiql_routes(),
        ],
        lifespan=lifespan,
    )
