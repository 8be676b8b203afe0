"""The measurement: servers take turns, so that whatever else happens on the machine happens to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.client import Answered, ask_for
from bench.queries import Query
from bench.servers.running import Running
from bench.usage import PostgresMeter, cpu_seconds, peak_memory

CONCURRENCIES = (1, 32)

_WARM_UP = 0.5
"""Of a round's seconds: plans are made and caches filled, and nothing is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
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


class Tell(Protocol):
    """Told before each turn, of which server."""

    def __call__(self, query: Query, server: Running, round_: int, /) -> None: ...


async def measure(
    query: Query, servers: Sequence[Running], *, rounds: int, seconds: float, meter: PostgresMeter, tell: Tell
) -> dict[tuple[str, int], list[Sample]]:
    """Give each server so many turns at each concurrency: A B C A B C …"""
    requests = {id(server): server.requests(query) for server in servers}
    samples: dict[tuple[str, int], list[Sample]] = {}
    for round_ in range(rounds + 1):
        for server in servers:
            tell(query, server, round_)
            for concurrency in CONCURRENCIES:
                sample = await _turn(
                    query,
                    server,
                    requests[id(server)],
                    concurrency=concurrency,
                    seconds=seconds if round_ else seconds * _WARM_UP,
                    meter=meter,
                )
                if round_:
                    samples.setdefault((server.name, concurrency), []).append(sample)
    return samples


async def _turn(
    query: Query,
    server: Running,
    requests: Iterator[bytes],
    *,
    concurrency: int,
    seconds: float,
    meter: PostgresMeter,
) -> Sample:
    def failed(answer: Answered) -> bool:
        return answer.status != 200 or query.failed(answer.body)

    cpu, database_cpu = cpu_seconds(server.pid), await meter.seconds(server.database)
    window = await ask_for(server.port, requests, concurrency=concurrency, seconds=seconds, failed=failed)
    cpu_after, database_cpu_after = cpu_seconds(server.pid), await meter.seconds(server.database)
    return Sample(
        latencies=window.latencies,
        errors=window.errors,
        seconds=window.seconds,
        cpu=cpu_after - cpu,
        database_cpu=(database_cpu_after or 0) - (database_cpu or 0),
        peak=peak_memory(server.pid),
    )
