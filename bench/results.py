"""The results: medians of rounds, and ratios within them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bench.measure import Turn

TurnKey = tuple[str, str, int]
"""A query, a server, a concurrency."""

Figure = Callable[[Turn], float]


def cpu(turn: Turn) -> float:
    """Return the CPU time of the server for an answer, in milliseconds."""
    return turn.cpu / len(turn.latencies) * 1000


def database_cpu(turn: Turn) -> float:
    """Return the CPU time of the database for an answer, in milliseconds."""
    return turn.database_cpu / len(turn.latencies) * 1000


def throughput(turn: Turn) -> float:
    """Return the answers per second."""
    return len(turn.latencies) / turn.seconds


def latency(turn: Turn) -> float:
    """Return how long an answer takes, the median, in milliseconds."""
    return median(turn.latencies) * 1000


@dataclass(frozen=True, slots=True)
class Results:
    """The turns of a run."""

    turns: Mapping[TurnKey, Sequence[Turn]]

    def __or__(self, other: Results) -> Results:
        """Merge two results."""
        return Results({**self.turns, **other.turns})

    def has(self, query: str, server: str) -> bool:
        """Tell whether a server was asked a query."""
        return any(key[:2] == (query, server) for key in self.turns)

    def median(self, query: str, server: str, concurrency: int, figure: Figure) -> float:
        """Return the median of the rounds."""
        return median(map(figure, self.turns[query, server, concurrency]))

    def ratio(self, query: str, server: str, other: str, concurrency: int, figure: Figure) -> float:
        """Return the median of the ratios of one server to another in each round."""
        pairs = zip(self.turns[query, server, concurrency], self.turns[query, other, concurrency], strict=True)
        return median(figure(one) / figure(two) for one, two in pairs)

    def percentile(self, query: str, server: str, concurrency: int, percent: int) -> float:
        """Return a percentile of the time of all answers, in milliseconds."""
        latencies = [item for turn in self.turns[query, server, concurrency] for item in turn.latencies]
        return quantiles(latencies, n=100)[percent - 1] * 1000

    def errors(self, query: str, server: str) -> int:
        """Count the answers of all rounds that were errors."""
        return sum(item.errors for key, found in self.turns.items() if key[:2] == (query, server) for item in found)

    def peak(self, query: str, server: str, concurrency: int) -> float:
        """Return the most memory that a server had, in MiB."""
        return max(turn.peak for turn in self.turns[query, server, concurrency]) / 1024**2
