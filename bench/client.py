"""A small HTTP client that costs little: connections are kept, requests are bytes made beforehand."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import httptools

_GRACE_SECONDS = 30
"""Seconds that requests may take beyond the end of a window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """An answer."""

    status: int
    body: bytes


@dataclass(slots=True, kw_only=True)
class LoadResult:
    """What came of asking for some seconds: how long each answer took, in seconds, and how many were errors."""

    latencies: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0


def request(port: int, path: str, body: object, headers: Mapping[str, str]) -> bytes:
    """Encode a POST of JSON."""
    content = json.dumps(body, ensure_ascii=False).encode()
    fields = {
        "Host": f"127.0.0.1:{port}",
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Content-Length": str(len(content)),
        **headers,
    }
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + content


async def send_once(port: int, content: bytes) -> HttpAnswer:
    """Send one request on a connection of its own, and return the answer."""
    [connection] = await _connected(port, 1)
    try:
        return await connection.ask(content)
    finally:
        connection.close()


async def run_load(
    port: int, requests: Iterator[bytes], *, concurrency: int, seconds: float, failed: Callable[[HttpAnswer], bool]
) -> LoadResult:
    """Send requests for some seconds, on so many connections at once, each as soon as it has its answer."""
    window = LoadResult()
    connections = await _connected(port, concurrency)
    start = perf_counter()
    end = start + seconds

    async def keep_asking(connection: _Connection) -> None:
        while (begun := perf_counter()) < end:
            answer = await connection.ask(next(requests))
            window.latencies.append(perf_counter() - begun)
            window.errors += failed(answer)

    async with asyncio.timeout(seconds + _GRACE_SECONDS):
        await asyncio.gather(*map(keep_asking, connections))
    window.seconds = perf_counter() - start
    for connection in connections:
        connection.close()
    return window


async def _connected(port: int, count: int) -> Sequence[_Connection]:
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(_Connection, "127.0.0.1", port))[1] for _ in range(count)]


class _Connection(asyncio.Protocol):
    """A connection with one request on it at a time."""

    def __init__(self) -> None:
        self._parser: Any = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[HttpAnswer] | None = None
        self._transport: Any = None

    async def ask(self, content: bytes) -> HttpAnswer:
        """Send a request and wait for its answer."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(content)
        return await self._answer

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionError("the server hung up"))

    def on_body(self, part: bytes) -> None:
        self._body.append(part)

    def on_message_complete(self) -> None:
        answer = HttpAnswer(status=self._parser.get_status_code(), body=b"".join(self._body))
        self._body = []
        if self._answer:
            self._answer.set_result(answer)
