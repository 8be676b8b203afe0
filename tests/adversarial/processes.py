"""What other processes do to a database while a test runs."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from caserisk import deadline_clock
from caserisk.store import log
from caserisk.store.database import Transaction
from tests.adversarial.concurrent_clients import Cases, OutcomeTally, run_clients
from tests.support.api import Api
from tests.support.world import World

_KILLED_AT_ENTRY = 8
"""The entry of the log that the one who dies is writing."""


def run_clients_in_process(url: str, cases: Cases, seed: int, meeting: Path) -> OutcomeTally:
    """Run many clients, once the other process has started."""
    _wait_for_processes(meeting, str(seed), 2)
    return asyncio.run(_run_clients(url, cases, seed))


async def _run_clients(url: str, cases: Cases, seed: int) -> OutcomeTally:
    async with World(url, seed=seed) as world:
        return await run_clients(Api(world), cases, clients=10, moves=10, seed=seed)


def tick(url: str, now: datetime, meeting: Path) -> None:
    """Run one tick of a deadline clock, once another one is under way."""
    _wait_for_processes(meeting, "survivor", 2)
    asyncio.run(_tick(url, now, seed=1))


def tick_and_die(url: str, now: datetime, meeting: Path) -> None:
    """Run a deadline clock that is killed after it has written and before it commits."""
    written, append = 0, log.append

    async def append_and_die(transaction: Transaction, steps: Sequence[Any]) -> int:
        nonlocal written
        written += 1
        position = await append(transaction, steps)
        if written == 2:
            (meeting / "victim").touch()
        if written == _KILLED_AT_ENTRY:
            os.kill(os.getpid(), signal.SIGKILL)
        return position

    log.append = append_and_die
    asyncio.run(_tick(url, now, seed=2))


async def _tick(url: str, now: datetime, *, seed: int) -> None:
    async with World(url, seed=seed) as world:
        world.now = now
        await deadline_clock.tick(world.runner)


def _wait_for_processes(meeting: Path, name: str, many: int) -> None:
    """Wait until so many processes have started."""
    (meeting / name).touch()
    patience = monotonic() + 30
    while len(list(meeting.iterdir())) < many:
        assert monotonic() < patience, "nobody else came"
        sleep(0.01)
