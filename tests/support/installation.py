"""An installation as its clients meet it: by HTTP, by WebSocket and by server-sent events, with tokens of its own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette

from caserisk.commands.cases import OpenCase
from caserisk.domain.organisation import Office, Officer
from caserisk.domain.vocabulary import Role
from caserisk.registrar import Registrar
from caserisk_graphql.application import Application, application
from caserisk_graphql.asgi import create_app
from caserisk_graphql.auth import issue_token, load_signing_key
from caserisk_graphql.settings import Settings

PATIENCE = 20.0
"""Seconds after which what has to come is no longer waited for."""

HOUR = timedelta(hours=1)
PROTOCOL = "graphql-transport-ws"

Message = dict[str, Any]


class _Line:
    """A connection to an application, by its ASGI messages."""

    def __init__(self, app: Any, scope: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self._in: asyncio.Queue[Message] = asyncio.Queue()
        self._out: asyncio.Queue[Message] = asyncio.Queue()
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        whole = {"path": "/graphql", "query_string": b"", "root_path": "", "headers": encoded, **scope}
        self.task = asyncio.create_task(app(whole, self._in.get, self._out.put))

    def give(self, message: Message) -> None:
        """Let the application receive a message."""
        self._in.put_nowait(message)

    async def sent(self) -> Message:
        """Return what the application sends next."""
        return await asyncio.wait_for(self._out.get(), PATIENCE)

    async def ended(self) -> None:
        """Wait for the application to finish."""
        await asyncio.wait_for(self.task, PATIENCE)


class Socket(_Line):
    """A WebSocket."""

    def __init__(self, app: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(app, {"type": "websocket", "subprotocols": [PROTOCOL]}, headers or {})
        self.give({"type": "websocket.connect"})

    def say(self, message: Message) -> None:
        """Send a message."""
        self.give({"type": "websocket.receive", "text": json.dumps(message)})

    async def heard(self) -> Message:
        """Return the next message of the protocol, or the message that closes the socket."""
        message = await self.sent()
        if message["type"] == "websocket.accept":
            return await self.heard()
        return json.loads(message["text"]) if message["type"] == "websocket.send" else message

    async def open(self, token: str, **payload: str) -> None:
        """Initialise the connection with a token."""
        self.say({"type": "connection_init", "payload": {"Authorization": f"Bearer {token}", **payload}})
        assert await self.heard() == {"type": "connection_ack"}

    def ask(self, id: str, query: str | None = None, **members: Any) -> None:
        """Send an operation."""
        text = {} if query is None else {"query": query}
        self.say({"type": "subscribe", "id": id, "payload": {**text, **members}})

    async def leave(self) -> None:
        """Close the socket."""
        self.give({"type": "websocket.disconnect", "code": 1000})
        await self.ended()


class Stream(_Line):
    """A stream of server-sent events, asked for by GET as a browser's ``EventSource`` does."""

    def __init__(self, app: Any, parameters: Mapping[str, str], headers: Mapping[str, str] | None = None) -> None:
        scope = {"type": "http", "method": "GET", "query_string": urlencode(parameters).encode(), "scheme": "http"}
        super().__init__(app, scope, {"accept": "text/event-stream", **(headers or {})})
        self.give({"type": "http.request", "body": b"", "more_body": False})
        self._text = ""

    async def status(self) -> int:
        """Return the status of the response."""
        status: int = (await self.sent())["status"]
        return status

    async def event(self) -> str:
        """Return the next event, without heartbeats."""
        while True:
            while "\n\n" not in self._text:
                self._text += (await self.sent())["body"].decode()
            event, _, self._text = self._text.partition("\n\n")
            if event != ":":
                return event

    async def leave(self) -> None:
        """Close the stream."""
        self.give({"type": "http.disconnect"})
        await self.ended()


@dataclass(slots=True)
class Installation:
    """An application that runs, with an office and whoever a test enters there."""

    opened: Application
    app: Starlette
    http: httpx.AsyncClient
    office: Office
    _cases: int = field(default=0, init=False)

    async def officer(self, role: Role = Role.CASE_MANAGER) -> Officer:
        """Register an officer of a role."""
        return await Registrar(runner=self.opened.runner).officer(self.office, role.zh, [role])

    async def dismiss(self, officer: Officer) -> None:
        """Register an officer as no longer active."""
        registrar = Registrar(runner=self.opened.runner)
        await registrar.officer(self.office, officer.name, officer.roles, id=officer.id, active=False)

    def token(self, officer: Officer, lifetime: timedelta = HOUR) -> str:
        """Issue a token of this installation."""
        return issue_token(load_signing_key(self.opened.settings.signing_key), officer.id, lifetime=lifetime)

    async def open_case(self) -> str:
        """Open a case, and return its id."""
        self._cases += 1
        command = OpenCase(office=self.office.code, number=f"检〔2026〕{self._cases}号", title="案", cause="故意伤害")
        return (await self.opened.runner.execute(command, viewer=None)).changed.case

    async def ask(self, token: str | None, query: str | None = None, **members: Any) -> Message:
        """Return the answer to a request by POST."""
        text = {} if query is None else {"query": query}
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        answer: Message = (await self.http.post("/graphql", json={**text, **members}, headers=headers)).json()
        return answer

    async def ticket(self, token: str) -> str:
        """Return a ticket for a stream."""
        answer = await self.http.post("/graphql/ticket", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
        ticket: str = answer.json()["ticket"]
        return ticket


@asynccontextmanager
async def installed_at(env: Mapping[str, str]) -> AsyncIterator[Installation]:
    """Run an installation with these settings while the block runs."""
    settings = Settings.from_env({"CASERISK_CLOCK": "off", "CASERISK_JWT_LEEWAY": "0", **env})
    async with application(settings, plugins=()) as opened:
        app = create_app(opened)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://caserisk") as client,
        ):
            office = await Registrar(runner=opened.runner).office("430200", "株洲市人民检察院")
            yield Installation(opened, app, client, office)


def codes(answer: Message) -> list[str]:
    """Return the codes of an answer's errors."""
    return [error["extensions"]["code"] for error in answer["errors"]]
