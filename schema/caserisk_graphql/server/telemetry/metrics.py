"""Count metrics for Prometheus as requests end.

The counters are our own: those of the library take locks each time. It only formats them when they are scraped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from caserisk_graphql.server.telemetry.request_record import RequestRecord

_DURATION_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_COST_BUCKETS = (1, 10, 100, 1000, 10_000, 50_000, 100_000)


class _Histogram:
    """The numbers of values in ranges, each up to a bound, and the sum of all values."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds, self._counts, self._sum = bounds, [0] * (len(bounds) + 1), 0.0

    def add(self, value: float) -> None:
        """Count a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def add_to(self, family: HistogramMetricFamily, *labels: str) -> None:
        """Add the histogram to a family, cumulative as Prometheus wants it: each bucket with all values below it."""
        buckets, total = [], 0
        for bound, count in zip((*map(str, self._bounds), "+Inf"), self._counts, strict=True):
            total += count
            buckets.append((bound, total))
        family.add_metric(labels, buckets, self._sum)


class Metrics(Collector):
    """The metrics of one server.

    No label has values that clients choose, or they could add time series without end: names of operations are in the
    log alone.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        # A registry of its own: the global one would mix the servers of several tests.
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(self)
        self._operations: Counter[tuple[str, str, str, str]] = Counter()
        self._executed: Counter[str] = Counter()
        self._responses: Counter[int] = Counter()
        self._open: Counter[str] = Counter()
        self._seconds = {kind: _Histogram(_DURATION_BUCKETS) for kind in ("query", "mutation")}
        self._cost = _Histogram(_COST_BUCKETS)
        self._statements = 0

    def count_operation(self, record: RequestRecord) -> None:
        """Count an operation that ended."""
        kind = record.kind
        # The first code alone: all combinations of codes would be too many series.
        code = record.codes[0] if record.codes else ""
        self._operations[record.transport, kind, record.outcome, code] += 1
        self._statements += record.statements
        if record.executor is not None:
            self._executed[record.executor] += 1
        if record.cost is not None:
            self._cost.add(record.cost)
        # A subscription lasts as long as its client likes; its duration says nothing of the server.
        if kind in self._seconds:
            self._seconds[kind].add(record.seconds)

    def count_response(self, status: int) -> None:
        """Count a response over HTTP."""
        self._responses[status] += 1

    @contextmanager
    def track_open(self, kind: str) -> Iterator[None]:
        """Count one open ``socket`` or ``stream`` more while the context lasts."""
        self._open[kind] += 1
        try:
            yield
        finally:
            self._open[kind] -= 1

    def collect(self) -> Iterator[Metric]:
        """Yield all families; called by the library when the metrics are scraped."""
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
        # All three from the start, with zeros: a series that appears late hides its first increase.
        for executor in ("compiled", "both", "reference"):
            executed.add_metric((executor,), self._executed[executor])
        yield executed
        seconds = HistogramMetricFamily(
            "caserisk_operation_duration_seconds", "How long queries and mutations took.", labels=("kind",)
        )
        for kind, histogram in self._seconds.items():
            histogram.add_to(seconds, kind)
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
