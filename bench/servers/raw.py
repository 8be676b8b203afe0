"""The physical limit: a hand-written statement that answers in JSON, its bytes sent on. Nobody is checked.

``POST /board`` with the parameters as JSON answers what our API answers to the document of that name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol

import asyncpg  # type: ignore[import-untyped]  # ships no types
import msgspec

from bench.queries import DISPOSITION, GROWTH, QUERIES
from bench.servers.listening import listen
from caserisk.ids import id_maker

LOCK = "SELECT pg_advisory_xact_lock(x'63617365'::int), pg_notify('caserisk_log', '')"
"""What a writer does before it writes to the log, so that nobody else takes the next position."""

_HEADERS = [(b"content-type", b"application/json")]


class QueryAnswerer(Protocol):
    """An object that answers queries by name."""

    async def answer(self, name: str, given: Mapping[str, str]) -> bytes:
        """Return the answer, as JSON."""
        ...


class _Postgresql:
    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._queries = {query.name: query for query in (*QUERIES, *GROWTH)}
        self._statements = {name: query.text("postgresql.sql") for name, query in self._queries.items()}
        self._new_id = id_maker(lambda: datetime.now(UTC))

    async def answer(self, name: str, given: Mapping[str, str]) -> bytes:
        arguments = [given[variable] for variable in self._queries[name].variables]
        async with self._pool.acquire() as connection:
            if name == DISPOSITION.name:
                return await self._write(connection, [*arguments, given["officer"]])
            answer: bytes = await connection.fetchval(self._statements[name], *arguments)
            return answer

    async def _write(self, connection: Any, arguments: list[str]) -> bytes:
        statement = self._statements[DISPOSITION.name]
        new = self._new_id("disposition"), self._new_id("event")
        async with connection.transaction():
            await connection.execute(LOCK)
            answer: bytes = await connection.fetchval(statement, *arguments, *new)
            return answer


class _Sqlite:
    """On the event loop itself: a thread would only cost more."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._queries = {query.name: query for query in QUERIES}
        self._statements = {name: query.text("sqlite.sql") or "" for name, query in self._queries.items()}

    async def answer(self, name: str, given: Mapping[str, str]) -> bytes:
        arguments = [given[variable] for variable in self._queries[name].variables]
        [answer] = self._connection.execute(self._statements[name], arguments).fetchone()
        return str(answer).encode()


class _Application:
    """A bare ASGI application."""

    def __init__(self, answering: QueryAnswerer) -> None:
        self._answering = answering

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        message = await receive()
        body: bytes = message["body"]
        while message["more_body"]:
            message = await receive()
            body += message["body"]
        answer = await self._answering.answer(scope["path"][1:], msgspec.json.decode(body))
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS, length]})
        await send({"type": "http.response.body", "body": answer})


@asynccontextmanager
async def application(url: str) -> AsyncIterator[_Application]:
    """Open the application on a database."""
    if url.startswith("sqlite"):
        yield _Application(_Sqlite(sqlite3.connect(url.removeprefix("sqlite:///"))))
        return
    session = {"timezone": "Etc/GMT-8", "jit": "off"}  # eight hours ahead of UTC: moments are shown so
    async with asyncpg.create_pool(url, min_size=10, max_size=10, init=_as_bytes, server_settings=session) as pool:
        yield _Application(_Postgresql(pool))


async def _as_bytes(connection: Any) -> None:
    """Receive JSON as bytes."""
    await connection.set_type_codec("json", schema="pg_catalog", encoder=bytes, decoder=bytes, format="binary")


if __name__ == "__main__":
    listen(application)
