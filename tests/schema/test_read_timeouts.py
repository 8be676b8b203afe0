"""What the read timeouts rely on in uvicorn, which promises none of it: looked at with each release."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from caserisk_graphql.engine.limits import Limits
from caserisk_graphql.server.read_timeouts import with_read_timeouts

TRIED = "uvicorn 0.54 to 0.54"
HINT = (
    f"server/read_timeouts.py was tried with {TRIED}, and this is uvicorn {version('uvicorn')}: "
    "see what its HttpToolsProtocol does now, mend the subclass, and name the new range here"
)

OVERRIDDEN = {
    "connection_made": ["self", "transport"],
    "connection_lost": ["self", "exc"],
    "data_received": ["self", "data"],
    "on_message_begin": ["self"],
    "on_headers_complete": ["self"],
    "on_message_complete": ["self"],
}


class Transport(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def get_extra_info(self, *_: Any, **__: Any) -> Any:
        """Know nothing."""

    def write(self, data: Any) -> None:
        """Keep it."""
        self.written += data

    def is_closing(self) -> bool:
        """Tell whether it was closed."""
        return self.closed

    def close(self) -> None:
        """Close it."""
        self.closed = True


@asynccontextmanager
async def connected(protocol_class: Any) -> AsyncIterator[tuple[Any, Transport]]:
    """A connection that uvicorn's server would have made; its application waits for the client to leave."""
    ended = asyncio.Event()

    async def app(_: Any, receive: Any, __: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    protocol = protocol_class(config=Config(app, log_config=None), server_state=ServerState(), app_state={})
    transport = Transport()
    protocol.connection_made(transport)
    yield protocol, transport
    begun = protocol.cycle is not None
    protocol.connection_lost(None)
    if begun:
        await asyncio.wait_for(ended.wait(), 20)


def test_the_methods_that_are_overridden_are_those_of_uvicorn() -> None:
    found = {name: list(inspect.signature(getattr(HttpToolsProtocol, name)).parameters) for name in OVERRIDDEN}

    assert found == OVERRIDDEN, HINT


def test_every_method_of_uvicorn_that_is_overridden_is_listed() -> None:
    own = vars(with_read_timeouts(Limits()))

    assert {name for name in own if name in dir(HttpToolsProtocol) and not name.startswith("__")} == set(OVERRIDDEN), (
        HINT
    )


def test_uvicorn_does_not_use_the_names_of_our_own() -> None:
    source = inspect.getsource(HttpToolsProtocol)
    own = {name for name in vars(with_read_timeouts(Limits())) if name.startswith("_") and not name.startswith("__")}

    assert own
    assert not {name for name in own if re.search(rf"\b{name}\b", source)}, HINT


async def test_uvicorn_calls_the_methods_in_order() -> None:
    calls: list[str] = []
    protocol_class = with_read_timeouts(Limits())

    def recorded(name: str) -> Any:
        def call(self: Any) -> None:
            calls.append(name)
            getattr(protocol_class, name)(self)

        return call

    names = ["on_message_begin", "on_headers_complete", "on_message_complete"]
    recording = type("Recording", (protocol_class,), {name: recorded(name) for name in names})

    async with connected(recording) as (protocol, transport):
        protocol.data_received(b"POST / HTTP/1.1\r\nhost: caserisk\r\n")
        begun = list(calls)
        protocol.data_received(b"content-length: 2\r\n\r\n")
        headed = list(calls)
        protocol.data_received(b"{}")

        assert begun == names[:1], HINT
        assert headed == names[:2], HINT
        assert calls == names, HINT
        assert protocol.transport is transport, HINT
        assert protocol.loop is asyncio.get_running_loop(), HINT


async def test_the_headers_and_then_the_body_have_their_time() -> None:
    async with connected(with_read_timeouts(Limits(header_time=7.0, body_time=9.0))) as (protocol, transport):
        left = asyncio.get_running_loop().time
        for_headers = protocol._timer.when() - left()
        protocol.data_received(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n")
        for_body = protocol._timer.when() - left()
        protocol._time_out(9.0)

        assert 0 < for_headers <= 7.0, HINT
        assert 7.0 < for_body <= 9.0, HINT
        assert transport.written.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert transport.closed


async def test_a_request_that_has_come_has_no_timer() -> None:
    async with connected(with_read_timeouts(Limits())) as (protocol, _):
        protocol.data_received(b"POST / HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")

        assert protocol._timer is None, HINT


def test_the_range_that_is_named_holds_the_installed_release() -> None:
    tried = [tuple(map(int, part.split("."))) for part in re.findall(r"\d+\.\d+", TRIED)]

    assert tried[0] <= tuple(map(int, version("uvicorn").split(".")[:2])) <= tried[1], HINT
    assert f"uvicorn[standard]>={tried[0][0]}.{tried[0][1]}" in Path("pyproject.toml").read_text(encoding="utf-8")
