"""The ASGI application: one GraphQL endpoint, over HTTP and WebSocket, and GraphiQL for browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Route, WebSocketRoute

from caserisk import deadline_clock
from caserisk_graphql.application import Application
from caserisk_graphql.server.cors import cross_origin
from caserisk_graphql.server.error_responses import fault, refused_by_starlette
from caserisk_graphql.server.graphiql import graphiql_routes
from caserisk_graphql.server.headers import Guarded
from caserisk_graphql.server.http import Endpoint
from caserisk_graphql.server.service import ApiService
from caserisk_graphql.server.telemetry.health import Health, log_failure
from caserisk_graphql.server.telemetry.metrics import Metrics
from caserisk_graphql.server.telemetry.observer import Observed
from caserisk_graphql.server.telemetry.routes import health_routes, metrics_routes
from caserisk_graphql.server.telemetry.state import State
from caserisk_graphql.server.ticket_endpoint import TicketEndpoint
from caserisk_graphql.server.websocket import Socket


def create_app(application: Application) -> Starlette:
    """The application of a server; it watches the log and, unless that is off, the deadlines."""
    service, settings = ApiService.of(application), application.settings
    health, metrics = Health(application, service.watch), Metrics()
    state = State(application, service.watch, health.pulse)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        health.watching = asyncio.create_task(service.watch.run())
        tasks = [health.watching, asyncio.create_task(service.uses.run())]
        if settings.clock:
            clock = deadline_clock.run(application.runner, interval=settings.clock_interval, on_tick=health.pulse.beat)
            health.ticking = asyncio.create_task(clock)
            tasks.append(health.ticking)
        for task in tasks:
            task.add_done_callback(log_failure)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    app = Starlette(
        routes=[
            Route("/", lambda _: RedirectResponse("/graphql")),
            Route("/graphql", Observed(Endpoint(service), metrics)),
            Route("/graphql/ticket", TicketEndpoint(service)),
            WebSocketRoute("/graphql", Observed(Socket(service), metrics)),
            *graphiql_routes(),
            *health_routes(health),
            *metrics_routes(metrics, state, settings.metrics),
        ],
        middleware=[Middleware(Guarded), *cross_origin(settings.cors_origins)],
        exception_handlers={HTTPException: refused_by_starlette, Exception: fault},
        lifespan=lifespan,
    )
    app.state.service = service
    app.router.redirect_slashes = False  # it would name whatever host the request named
    return app
