"""A server as people start it: the installed command, in a process of its own, on a port of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gql import Client, GraphQLRequest
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from caserisk_graphql.auth import issue_token, load_signing_key

CASERISK = str(Path(sys.executable).with_name("caserisk"))

_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/graphql")
_STARTS_WITHIN = 30
"""Seconds."""


def command(*arguments: str, env: Mapping[str, str]) -> str:
    """Run a command, and return what it prints."""
    run = subprocess.run([CASERISK, *arguments], env=_env(env), capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def _env(env: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASERISK_")}
    return {**kept, **env, "LANG": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    process: subprocess.Popen[str]
    port: int
    env: Mapping[str, str]

    def token(self, officer_id: str) -> str:
        """Issue a token of an officer, by this installation's own key."""
        key = load_signing_key(Path(self.env["CASERISK_DATA_DIR"]) / "signing-key.json")
        return issue_token(key, officer_id, lifetime=timedelta(hours=1))

    def http(self, token: str, language: str = "zh") -> Client:
        """Return a client over HTTP."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return Client(transport=HTTPXAsyncTransport(url=f"http://127.0.0.1:{self.port}/graphql", headers=headers))

    def socket(self, token: str, language: str = "zh") -> Client:
        """Return a client over a WebSocket."""
        payload = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        url = f"ws://127.0.0.1:{self.port}/graphql"
        subprotocols = [WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL]
        return Client(transport=WebsocketsTransport(url=url, init_payload=payload, subprotocols=subprotocols))

    def kill(self) -> None:
        """Kill the process, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@contextmanager
def serving(env: Mapping[str, str], *arguments: str) -> Iterator[Server]:
    """Run a server while the block runs."""
    process = subprocess.Popen(
        [CASERISK, "serve", "--port", "0", *arguments],
        env=_env(env),
        stderr=subprocess.STDOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Server(process, _port(process), env)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=20)
        if process.stdout:
            process.stdout.close()


def _port(process: subprocess.Popen[str]) -> int:
    """Return the port that the server says it listens on, once requests are answered."""
    assert process.stdout is not None
    port, said = 0, []
    killer = threading.Timer(_STARTS_WITHIN, process.kill)
    killer.start()
    try:
        for line in process.stdout:
            said.append(line)
            port = int(found[1]) if (found := _ADDRESS.search(line)) else port
            if "startup complete" in line:
                threading.Thread(target=process.stdout.read, daemon=True).start()  # or it would block on a full pipe
                return port
    finally:
        killer.cancel()
    raise AssertionError("the server did not start:\n" + "".join(said))


def request(document: str, **variables: Any) -> GraphQLRequest:
    """Return a document with its variables."""
    return GraphQLRequest(document, variable_values=variables)
