"""The measurement: servers take turns, so that whatever else happens on the machine happens to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.client import HttpAnswer, run_load
from bench.queries import Query
from bench.servers.running import RunningServer
from bench.usage import PostgresMeter, cpu_seconds, peak_memory

CONCURRENCIES = (1, 32)

_WARM_UP_SHARE = 0.5
"""Of a round's seconds: plans are made and caches filled, and nothing is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a server: how long each answer took, in seconds, and how many were ``errors``.

    ``cpu`` and ``database_cpu`` are seconds of its process and of the database's, 0 where that is not seen. ``peak`` is
    the most memory the process has had so far, in bytes.
    """

    latencies: Sequence[float]
    errors: int
    seconds: float
    cpu: float
    database_cpu: float
    peak: int


class ProgressCallback(Protocol):
    """Called before each turn of a server; round 0 warms it up."""

    def __call__(self, query: Query, server: RunningServer, round_: int, /) -> None: ...


async def measure(
    query: Query,
    servers: Sequence[RunningServer],
    *,
    rounds: int,
    seconds: float,
    meter: PostgresMeter,
    on_turn: ProgressCallback,
) -> dict[tuple[str, int], list[Turn]]:
    """Give each server so many turns at each concurrency: A B C A B C …"""
    requests = {id(server): server.requests(query) for server in servers}
    turns: dict[tuple[str, int], list[Turn]] = {}
    for round_ in range(rounds + 1):
        for server in servers:
            on_turn(query, server, round_)
            for concurrency in CONCURRENCIES:
                turn = await _take_turn(
                    query,
                    server,
                    requests[id(server)],
                    concurrency=concurrency,
                    seconds=seconds if round_ else seconds * _WARM_UP_SHARE,
                    meter=meter,
                )
                if round_:
                    turns.setdefault((server.name, concurrency), []).append(turn)
    return turns


async def _take_turn(
    query: Query,
    server: RunningServer,
    requests: Iterator[bytes],
    *,
    concurrency: int,
    seconds: float,
    meter: PostgresMeter,
) -> Turn:
    def failed(answer: HttpAnswer) -> bool:
        return answer.status != 200 or query.failed(answer.body)

    cpu, database_cpu = cpu_seconds(server.pid), await meter.seconds(server.database)
    window = await run_load(server.port, requests, concurrency=concurrency, seconds=seconds, failed=failed)
    cpu_after, database_cpu_after = cpu_seconds(server.pid), await meter.seconds(server.database)
    return Turn(
        latencies=window.latencies,
        errors=window.errors,
        seconds=window.seconds,
        cpu=cpu_after - cpu,
        database_cpu=(database_cpu_after or 0) - (database_cpu or 0),
        peak=peak_memory(server.pid),
    )
