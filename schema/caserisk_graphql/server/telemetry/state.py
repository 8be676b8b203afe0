"""The state of a server as metrics: read when somebody asks for it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from caserisk.domain.vocabulary import PluginStatus
from caserisk.store.log_watch import LogWatch
from caserisk_graphql.application import VERSION, Application
from caserisk_graphql.server.telemetry.health import Pulse

_PATIENCE = 2.0
"""Seconds that the database has to answer in; what it does not say is left out."""


class State(Collector):
    """Collects what a server is doing; `read` first asks the database."""

    def __init__(self, application: Application, watch: LogWatch, pulse: Pulse) -> None:
        self._application, self._watch, self._pulse = application, watch, pulse
        self._end: int | None = None
        self._unrecorded: int | None = None

    async def read(self) -> None:
        """Ask the database."""
        store, now = self._application.store, self._application.runner.clock()
        self._end = self._unrecorded = None
        try:
            async with asyncio.timeout(_PATIENCE):
                self._end = await store.end_of_log()
                self._unrecorded = await store.unrecorded_deadlines(now)
        except (SQLAlchemyError, OSError):  # a time-out is one of them
            return

    def collect(self) -> Iterator[Metric]:
        """All families."""
        yield _labelled("caserisk_build_info", "The version that runs.", "version", {VERSION: 1})
        if self._end is not None:
            yield _gauge("caserisk_log_position", "The position of the last entry of the log.", self._end)
            lag = max(self._end - self._watch.end, 0)
            yield _gauge("caserisk_log_lag_entries", "Entries that no stream of this server has been told of.", lag)
        if self._unrecorded is not None:
            yield _gauge(
                "caserisk_deadlines_unrecorded",
                "Deadlines that have passed and are not yet on record as such.",
                self._unrecorded,
            )
        if self._application.settings.clock:
            yield from self._clock()
        yield self._connections()
        statuses = Counter(plugin.status for plugin in self._application.registry.plugins)
        counted = {status.value.lower(): statuses[status] for status in PluginStatus}
        yield _labelled("caserisk_plugins", "Plugins by their status.", "status", counted)

    def _clock(self) -> Iterator[Metric]:
        if self._pulse.last is not None:
            last = self._pulse.last
            yield _gauge("caserisk_clock_last_tick_timestamp_seconds", "When the deadline clock last ticked.", last)
        yield _counter("caserisk_clock_recorded", "Deadlines that this clock put on record.", self._pulse.recorded)
        yield _counter("caserisk_clock_failures", "Ticks that failed.", self._pulse.failed)

    def _connections(self) -> Metric:
        family = GaugeMetricFamily("caserisk_database_connections", "Connections that are in use.", labels=("pool",))
        for pool, in_use in self._application.store.database.connections_in_use().items():
            family.add_metric((pool,), in_use)
        return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _counter(name: str, meaning: str, value: float) -> Metric:
    return CounterMetricFamily(name, meaning, value=value)


def _labelled(name: str, meaning: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), value)
    return family
