"""Servers started and stopped, each a process of its own on a port of its own."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from bench.databases import DATA_DIR, ROOT, Database
from bench.parameters import DatabaseParameters
from bench.queries import Query
from bench.servers.contenders import SETTINGS, Contender

_START_TIMEOUT = 60
"""Seconds."""


class NotStarted(Exception):
    """A server does not answer; says what it said last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A server that answers; ``name`` is what its figures are called."""

    name: str
    contender: Contender
    database: Database
    parameters: DatabaseParameters
    pid: int
    port: int

    def answers(self, query: Query) -> bool:
        """Tell whether it can answer a query."""
        return self.contender.answers(query, self.database.kind)

    def requests(self, query: Query) -> Iterator[bytes]:
        """Return the requests of a query, without end."""
        return self.contender.requests(query, self.parameters, kind=self.database.kind, port=self.port)


@asynccontextmanager
async def run_server(
    contender: Contender, database: Database, parameters: DatabaseParameters, *, name: str | None = None
) -> AsyncIterator[RunningServer]:
    """Run a server while the block runs.

    Raises:
        NotStarted: it ended, or did not answer in a minute.
    """
    await contender.prepare(database)
    port, log = _free_port(), DATA_DIR / f"{contender.name.replace(' ', '-')}.log"
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *contender.command(database, port), cwd=ROOT, env=_env(contender, database), stdout=output, stderr=output
        )
    try:
        await _wait_for_answer(process, port, log)
        yield RunningServer(
            name=name or contender.name,
            contender=contender,
            database=database,
            parameters=parameters,
            pid=process.pid,
            port=port,
        )
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def _env(contender: Contender, database: Database) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASERISK_")}
    return {**kept, **SETTINGS, "CASERISK_DATABASE_URL": database.url, **contender.settings}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


async def _wait_for_answer(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    """Wait until somebody listens on the port."""
    end = monotonic() + _START_TIMEOUT
    while process.returncode is None and monotonic() < end:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise NotStarted(_last_said(log) or f"no answer in {_START_TIMEOUT} s")


def _last_said(log: Path) -> str:
    return next(iter(log.read_text(errors="replace").strip().splitlines()[-1:]), "")
