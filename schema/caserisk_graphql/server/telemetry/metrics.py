"""Metrics for Prometheus, counted as requests end.

To count must cost next to nothing: the numbers are our own, and the library brings them into form when it is asked.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from caserisk_graphql.server.telemetry.exchange import Exchange

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COSTS = (1, 10, 100, 1000, 10_000, 50_000, 100_000)


class _Spread:
    """How values are spread over ranges, each up to a bound."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds, self._counts, self._sum = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def add_to(self, family: HistogramMetricFamily, *labels: str) -> None:
        """Report it, as Prometheus counts: each range with all below it."""
        buckets, total = [], 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, total))
        family.add_metric(labels, buckets, self._sum)


class Metrics(Collector):
    """The metrics of one server. No label has values that others choose: names of operations are in the log alone."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(self)
        self._operations: Counter[tuple[str, str, str, str]] = Counter()
        self._executed: Counter[str] = Counter()
        self._responses: Counter[int] = Counter()
        self._open: Counter[str] = Counter()
        self._seconds = {kind: _Spread(_SECONDS) for kind in ("query", "mutation")}
        self._cost = _Spread(_COSTS)
        self._statements = 0

    def operation(self, exchange: Exchange) -> None:
        """Count an operation that ended."""
        kind = exchange.kind
        code = exchange.codes[0] if exchange.codes else ""
        self._operations[exchange.transport, kind, exchange.outcome, code] += 1
        self._statements += exchange.statements
        if exchange.executor is not None:
            self._executed[exchange.executor] += 1
        if exchange.cost is not None:
            self._cost.add(exchange.cost)
        if kind in self._seconds:
            self._seconds[kind].add(exchange.seconds)

    def response(self, status: int) -> None:
        """Count a response over HTTP."""
        self._responses[status] += 1

    @contextmanager
    def open(self, what: str) -> Iterator[None]:
        """Count what is open: a socket, a stream."""
        self._open[what] += 1
        try:
            yield
        finally:
            self._open[what] -= 1

    def collect(self) -> Iterator[Metric]:
        """All families."""
        labels = ("transport", "kind", "outcome", "code")
        operations = CounterMetricFamily(
            "caserisk_operations", "Operations; code is that of the first error.", labels=labels
        )
        for key, count in self._operations.items():
            operations.add_metric(key, count)
        yield operations
        executed = CounterMetricFamily(
            "caserisk_operations_executed", "Operations by what answered; reference is slow.", labels=("executor",)
        )
        for executor in ("compiled", "both", "reference"):
            executed.add_metric((executor,), self._executed[executor])
        yield executed
        seconds = HistogramMetricFamily(
            "caserisk_operation_duration_seconds", "How long queries and mutations took.", labels=("kind",)
        )
        for kind, spread in self._seconds.items():
            spread.add_to(seconds, kind)
        yield seconds
        cost = HistogramMetricFamily("caserisk_operation_cost", "What operations cost.", labels=())
        self._cost.add_to(cost)
        yield cost
        yield CounterMetricFamily("caserisk_statements", "SQL statements of operations.", value=self._statements)
        responses = CounterMetricFamily("caserisk_http_responses", "Responses by status.", labels=("status",))
        for status, count in self._responses.items():
            responses.add_metric((str(status),), count)
        yield responses
        yield GaugeMetricFamily("caserisk_sockets", "Sockets that are open.", value=self._open["socket"])
        yield GaugeMetricFamily(
            "caserisk_streams", "Operations under way over sockets and event streams.", value=self._open["stream"]
        )
