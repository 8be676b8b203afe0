"""The ASGI application: one GraphQL endpoint, over HTTP and WebSocket, and GraphiQL for browsers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from cross_web import HTTPException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from caserisk import deadline_clock
from caserisk.domain.policy import Viewer
from caserisk.domain.texts import Text
from caserisk.domain.vocabulary import Locale
from caserisk.store.watching import LogWatch
from caserisk_graphql.auth import Unauthenticated
from caserisk_graphql.bootstrap import Application
from caserisk_graphql.compiler.compiler import Compiler
from caserisk_graphql.context import Context
from caserisk_graphql.errors import RequestErrorCode
from caserisk_graphql.graphiql import graphiql_routes, page
from caserisk_graphql.schema import schema


class Endpoint(GraphQL[Context, None]):
    """The GraphQL endpoint."""

    def __init__(self, application: Application, watch: LogWatch) -> None:
        super().__init__(schema(), subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,))
        self._application, self._watch = application, watch
        self._compiler = Compiler(schema(), application.engine) if application.settings.compiler else None

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Context:  # noqa: ARG002  # the base's signature
        """Who asks, as the header says; over a socket, `on_ws_connect` tells."""
        application = self._application
        return Context(
            engine=application.engine,
            viewer=await self._viewer(request.headers.get("authorization")),
            locale=locale_of(request.headers.get("accept-language")),
            now=application.desk.clock(),
            regulations=application.rulebook,
            desk=application.desk,
            watch=self._watch,
            compiler=self._compiler,
        )

    async def on_ws_connect(self, context: Context) -> None:
        """Who asks, and in which language, as ``connection_init`` says."""
        params = {name.lower(): value for name, value in (context.connection_params or {}).items()}
        if isinstance(params.get("accept-language"), str):
            context.locale = locale_of(params["accept-language"])
        if "authorization" in params:
            context.viewer = await self._viewer(str(params["authorization"]))
        if context.viewer is None:
            raise ConnectionRejectionError

    def encode_json(self, data: object) -> str:
        """Answers in UTF-8 as it is, Chinese not escaped; text, since frames of a socket are text."""
        return msgspec.json.encode(data).decode()

    def parse_json(self, data: str | bytes) -> Any:
        """A request's body: a JSON object.

        Raises:
            HTTPException: it is something else.
        """
        try:
            body = msgspec.json.decode(data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise HTTPException(400, "the body is no JSON in UTF-8") from error
        if not isinstance(body, dict):
            raise HTTPException(400, "the body has to be one JSON object with the member `query`")
        return body

    async def run(self, request: Any, *given: Any, **named: Any) -> Any:
        """Answer a request; one that is malformed is answered in JSON too, with the status that fits."""
        try:
            return await super().run(request, *given, **named)
        except HTTPException as error:
            text = Text(f"请求有误:{error.reason}", error.reason)
            message = text.in_(locale_of(request.headers.get("accept-language")))
            answer = {"errors": [{"message": message, "extensions": {"code": RequestErrorCode.BAD_INPUT}}]}
            return JSONResponse(answer, status_code=error.status_code)

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL, from our own files."""
        return await page(request)

    async def _viewer(self, authorization: str | None) -> Viewer | None:
        """Who asks; nobody, where the token is not valid: what needs somebody then says so."""
        with suppress(Unauthenticated):
            return await self._application.authenticator.viewer(authorization)
        return None


def create_app(application: Application) -> Starlette:
    """The application of a server; it watches the log and, unless that is off, the deadlines."""
    watch = LogWatch(application.store)
    endpoint = Endpoint(application, watch)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(watch.run())]
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
            Route("/graphql", endpoint),
            WebSocketRoute("/graphql", endpoint),
            *graphiql_routes(),
        ],
        lifespan=lifespan,
    )


def locale_of(accept_language: str | None) -> Locale:
    """The language of a request: English where it is preferred to Chinese, else Chinese."""
    for tag in _preferred(accept_language or ""):
        if tag.startswith("en"):
            return Locale.EN
        if tag.startswith("zh"):
            return Locale.ZH
    return Locale.ZH


def _preferred(accept_language: str) -> list[str]:
    """The language tags of a header, the most wanted first."""
    weighed = []
    for part in accept_language.split(",")[:20]:
        tag, _, quality = part.partition(";")
        with suppress(ValueError):
            weighed.append((float(quality.strip().removeprefix("q=") or 1), tag.strip().lower()))
    return [tag for weight, tag in sorted(weighed, key=lambda item: -item[0]) if weight > 0]
