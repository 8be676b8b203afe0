"""graphql-transport-ws: every close code, and messages that are none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from caserisk_graphql.application import application
from caserisk_graphql.asgi import create_app
from caserisk_graphql.server import websocket
from caserisk_graphql.settings import Settings

PATIENCE = 10.0

INIT = '{"type": "connection_init"}'

MALFORMED = {
    "a list": "[]",
    "null": "null",
    "a number": "5",
    "no JSON": "{",
    "a hundred thousand brackets": "[" * 100_000,
    "an unknown type": '{"type": "start"}',
    "no type": "{}",
    "a payload that is no object": '{"type": "ping", "payload": 5}',
    "an id that is no text": '{"type": "complete", "id": []}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "a query that is no text": '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    "variables that are no object": '{"type": "subscribe", "id": "1", "payload": {"query": "{ a }", "variables": 5}}',
}


class Talk:
    """A socket to an application, by its ASGI messages."""

    def __init__(self, app: Any, protocols: list[str]) -> None:
        self._in: asyncio.Queue[Any] = asyncio.Queue()
        self._out: asyncio.Queue[Any] = asyncio.Queue()
        scope = {
            "type": "websocket",
            "path": "/graphql",
            "headers": [],
            "subprotocols": protocols,
            "query_string": b"",
            "root_path": "",
        }
        self._in.put_nowait({"type": "websocket.connect"})
        self._task = asyncio.create_task(app(scope, self._in.get, self._out.put))

    def say(self, text: str) -> None:
        """Send a text."""
        self._in.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        self._in.put_nowait({"type": "websocket.receive", "bytes": data})

    async def heard(self) -> Any:
        """The next message of the server."""
        return await asyncio.wait_for(self._out.get(), PATIENCE)

    async def closed(self) -> int:
        """The code with which the server closes, whatever it says before."""
        while True:
            message = await self.heard()
            if message["type"] == "websocket.close":
                await asyncio.wait_for(self._task, PATIENCE)
                code: int = message["code"]
                return code

    async def end(self) -> None:
        """Leave."""
        self._in.put_nowait({"type": "websocket.disconnect", "code": 1000})
        await asyncio.wait_for(self._task, PATIENCE)


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[Any]:
    """An installation of its own."""
    settings = Settings.from_env({"CASERISK_DATA_DIR": str(tmp_path), "CASERISK_CLOCK": "off"})
    async with application(settings, plugins=()) as opened:
        yield create_app(opened)


async def test_another_protocol_is_not_accepted(app: Any) -> None:
    assert await Talk(app, ["graphql-ws"]).closed() == 4406


@pytest.mark.parametrize("said", ["ping", "pong"])
async def test_who_says_nothing_is_not_waited_for(app: Any, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    """Nor who only says that they are there."""
    monkeypatch.setattr(websocket, "_CONNECTION_INIT_TIMEOUT", 0.1)
    silent, there = (Talk(app, [websocket.PROTOCOL]) for _ in range(2))

    there.say(f'{{"type": "{said}"}}')

    assert await silent.closed() == 4408
    assert await there.closed() == 4408


async def test_a_ping_is_answered_before_anything_else(app: Any) -> None:
    talk = Talk(app, [websocket.PROTOCOL])
    talk.say('{"type": "ping"}')

    assert (await talk.heard())["subprotocol"] == websocket.PROTOCOL
    assert json.loads((await talk.heard())["text"]) == {"type": "pong"}
    await talk.end()


async def test_nobody_is_let_in_without_a_token(app: Any) -> None:
    talk = Talk(app, [websocket.PROTOCOL])
    talk.say(INIT)

    assert await talk.closed() == 4403


async def test_nothing_is_asked_before_the_beginning(app: Any) -> None:
    talk = Talk(app, [websocket.PROTOCOL])
    talk.say('{"type": "subscribe", "id": "1", "payload": {"query": "{ viewer { roles } }"}}')

    assert await talk.closed() == 4401


@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED.keys())
async def test_what_is_no_message_closes_the_socket(app: Any, message: str) -> None:
    talk = Talk(app, [websocket.PROTOCOL])
    talk.say(message)

    assert await talk.closed() == 4400


async def test_bytes_are_no_message(app: Any) -> None:
    talk = Talk(app, [websocket.PROTOCOL])
    talk.say_bytes(b"{}")

    assert await talk.closed() == 4400
