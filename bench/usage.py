"""CPU time and memory of processes, as Linux counts them."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types

from bench.databases import SERVER_URL, Database

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_PARENT, _CHILDREN_USER, _CHILDREN_SYSTEM = 1, 13, 14
"""Places in /proc/…/stat after the name of the process."""


def cpu_seconds(pid: int) -> float:
    """Return the time that all threads of a process have run, user and system together."""
    return sum(_nanoseconds(path) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def _nanoseconds(path: Path) -> int:
    try:
        return int(path.read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0


def peak_memory(pid: int) -> int:
    """Return the most memory that a process has had, in bytes."""
    found = _PEAK.search(Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) * 1024 if found else 0


class PostgresMeter:
    """Tells how long the processes of a PostgreSQL server have run, where it runs on this machine."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        own = _stat(connection.get_server_pid())
        self._postmaster = int(own[_PARENT]) if own else None

    async def seconds(self, database: Database) -> float | None:
        """Return the CPU time of the processes that serve a database and of all that have ended; None where unseen."""
        if self._postmaster is None or database.kind != "postgresql":
            return None
        serving = "SELECT pid FROM pg_stat_activity WHERE datname = $1"
        pids = [row["pid"] for row in await self._connection.fetch(serving, database.name)]
        ended = _stat(self._postmaster)
        ticks = int(ended[_CHILDREN_USER]) + int(ended[_CHILDREN_SYSTEM])
        return sum(map(cpu_seconds, pids)) + ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/…/stat after the name; none for a process of another machine."""
    try:
        name, _, fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")
    except FileNotFoundError:
        return []
    return fields.split() if name.endswith("postgres") else []


@asynccontextmanager
async def postgres_meter() -> AsyncIterator[PostgresMeter]:
    """Open a meter until the block ends."""
    connection = await asyncpg.connect(SERVER_URL)
    try:
        yield PostgresMeter(connection)
    finally:
        await connection.close()
