"""What came out: medians of rounds, and ratios within them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from bench.measure import Sample

Key = tuple[str, str, int]
"""A query, a server, a concurrency."""

Figure = Callable[[Sample], float]


def cpu(sample: Sample) -> float:
    """CPU of the server for an answer, in milliseconds."""
    return sample.cpu / len(sample.latencies) * 1000


def database_cpu(sample: Sample) -> float:
    """CPU of the database for an answer, in milliseconds."""
    return sample.database_cpu / len(sample.latencies) * 1000


def rate(sample: Sample) -> float:
    """Answers a second."""
    return len(sample.latencies) / sample.seconds


def wall(sample: Sample) -> float:
    """How long an answer takes, the median, in milliseconds."""
    return median(sample.latencies) * 1000


@dataclass(frozen=True, slots=True)
class Results:
    """The samples of a run."""

    samples: Mapping[Key, Sequence[Sample]]

    def __or__(self, other: Results) -> Results:
        """Both together."""
        return Results({**self.samples, **other.samples})

    def has(self, query: str, server: str) -> bool:
        """Whether a server was asked a query."""
        return any(key[:2] == (query, server) for key in self.samples)

    def middle(self, query: str, server: str, concurrency: int, figure: Figure) -> float:
        """The median of the rounds."""
        return median(map(figure, self.samples[query, server, concurrency]))

    def ratio(self, query: str, server: str, other: str, concurrency: int, figure: Figure) -> float:
        """The median of the ratios of one server to another in each round."""
        pairs = zip(self.samples[query, server, concurrency], self.samples[query, other, concurrency], strict=True)
        return median(figure(one) / figure(two) for one, two in pairs)

    def percentile(self, query: str, server: str, concurrency: int, percent: int) -> float:
        """A percentile of the time of all answers, in milliseconds."""
        latencies = [item for sample in self.samples[query, server, concurrency] for item in sample.latencies]
        return quantiles(latencies, n=100)[percent - 1] * 1000

    def errors(self, query: str, server: str) -> int:
        """How many answers were errors, of all rounds."""
        return sum(item.errors for key, found in self.samples.items() if key[:2] == (query, server) for item in found)

    def peak(self, query: str, server: str, concurrency: int) -> float:
        """The most memory that a server had, in MiB."""
        return max(sample.peak for sample in self.samples[query, server, concurrency]) / 1024**2
