"""Assemble the ASGI application of a server: the API over HTTP and WebSocket, GraphiQL, health and metrics."""

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
from caserisk_graphql.server.cors import cors_middleware
from caserisk_graphql.server.error_responses import http_exception_response, internal_error_response
from caserisk_graphql.server.graphiql import graphiql_routes
from caserisk_graphql.server.headers import SecurityHeaders
from caserisk_graphql.server.http import HttpEndpoint
from caserisk_graphql.server.service import ApiService
from caserisk_graphql.server.telemetry.gauges import ServerGauges
from caserisk_graphql.server.telemetry.health import Health, log_failure
from caserisk_graphql.server.telemetry.instrumentation import InstrumentedEndpoint
from caserisk_graphql.server.telemetry.metrics import Metrics
from caserisk_graphql.server.telemetry.routes import health_routes, metrics_routes
from caserisk_graphql.server.ticket_endpoint import TicketEndpoint
from caserisk_graphql.server.websocket import WebSocketEndpoint


def create_app(application: Application) -> Starlette:
    """Create the ASGI application; while it runs it watches the log and, unless that is off, runs the deadline clock.

    Raises:
        Refused: INVALID, where the keys of tokens cannot be read.
    """
    service, settings = ApiService.create(application), application.settings
    health, metrics = Health(application, watch=service.watch, keys=service.authenticator.keys), Metrics()
    gauges = ServerGauges(application, service.watch, health.ticks)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        health.watch_task = asyncio.create_task(service.watch.run())
        tasks = [health.watch_task, asyncio.create_task(service.usage.run())]
        if settings.clock:
            clock = deadline_clock.run(
                application.runner, interval=settings.clock_interval, on_tick=health.ticks.tick_ended
            )
            health.clock_task = asyncio.create_task(clock)
            tasks.append(health.clock_task)
        for task in tasks:  # nobody awaits them while the server runs, so their errors would go unseen
            task.add_done_callback(log_failure)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)  # the last usage counts are written here

    app = Starlette(
        routes=[
            # First, because routes are tried in this order, each with an expression.
            Route("/graphql", InstrumentedEndpoint(HttpEndpoint(service), metrics)),
            Route("/", lambda _: RedirectResponse("/graphql")),
            Route("/graphql/ticket", TicketEndpoint(service)),
            WebSocketRoute("/graphql", InstrumentedEndpoint(WebSocketEndpoint(service), metrics)),
            *graphiql_routes(),
            *health_routes(health),
            *metrics_routes(metrics, gauges, settings.metrics),
        ],
        # The first is the outermost: preflight requests, which the second answers itself, get the headers too.
        middleware=[Middleware(SecurityHeaders), *cors_middleware(settings.cors_origins)],
        exception_handlers={HTTPException: http_exception_response, Exception: internal_error_response},
        lifespan=lifespan,
    )
    app.state.service = service
    app.router.redirect_slashes = False  # the redirect would lead to whatever host the request names
    return app
