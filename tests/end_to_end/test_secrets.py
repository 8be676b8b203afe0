"""Tokens and tickets are in no line of a server's log, however much it is told to say."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
from gql.transport.exceptions import TransportError

from tests.end_to_end.server import CASERISK, Server, request
from tests.end_to_end.test_cli import Installation

_WITHIN = 60.0
"""Seconds."""

VIEWER = "{ viewer { roles } }"


@contextmanager
def talkative(installation: Installation, log: Path, form: str) -> Iterator[Server]:
    """Run a server at the finest log level, with its log in a file."""
    env = installation.env | {"CASERISK_LOG_LEVEL": "debug", "CASERISK_LOG_FORMAT": form}
    with log.open("w") as file:
        process = subprocess.Popen([CASERISK, "serve", "--port", "0"], env=env, stdout=file, stderr=file, text=True)
        try:
            yield Server(process, _port(log), env)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _port(log: Path) -> int:
    deadline = monotonic() + _WITHIN
    while monotonic() < deadline:
        text = log.read_text()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/graphql", text)
        if found and "startup complete" in text:
            return int(found[1])
        sleep(0.1)
    raise AssertionError("the server did not start:\n" + log.read_text())


async def _over_sockets(server: Server, *tokens: str) -> None:
    for token in tokens:
        with suppress(TransportError):  # of those that are none, the socket is closed
            async with server.socket(token) as session:
                await session.execute(request(VIEWER))


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_token_and_no_ticket_is_logged(handler_installation: Installation, tmp_path: Path, form: str) -> None:
    installation = handler_installation
    good = installation.says("token", "--office", "430200", "--role", "CASE_HANDLER")
    header, payload, signature = good.split(".")
    bad = [
        f"{header}.{payload}.{signature[::-1]}",
        f"{header}.{payload}.",
        f"{payload}.{header}.{signature}",
        "geheim" * 5,
    ]
    log = tmp_path / "log"

    with talkative(installation, log, form) as server:
        address = f"http://127.0.0.1:{server.port}/graphql"
        for token in (good, *bad):
            headers = {"authorization": f"Bearer {token}"}
            httpx.post(address, json={"query": VIEWER}, headers=headers)
            httpx.get(address, params={"query": VIEWER, "token": token}, headers=headers)
            httpx.post(address, content=b"{", headers=headers)
        given = httpx.post(f"{address}/ticket", headers={"authorization": f"Bearer {good}"})
        ticket = given.json()["ticket"]
        parameters = {"query": VIEWER, "ticket": ticket}
        streams = [httpx.get(address, params=parameters, headers={"accept": "text/event-stream"}) for _ in range(2)]
        asyncio.run(_over_sockets(server, good, *bad))

    said = log.read_text()
    assert [stream.status_code for stream in streams] == [200, 401]
    assert "CASE_HANDLER" in streams[0].text
    assert "viewer" in said or "operation" in said
    for secret in (header, payload, signature, signature[::-1], "geheim", ticket):
        assert secret not in said
