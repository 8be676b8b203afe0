"""The goals, and whether they were reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import CONCURRENCIES
from bench.results import Figure, Results, cpu, latency, throughput
from bench.runs import name_with_size
from bench.servers import contenders

OURS, REFERENCE = contenders.COMPILED.name, contenders.REFERENCE.name
RAW, POSTGRAPHILE = contenders.RAW.name, contenders.POSTGRAPHILE.name

NOTHING = Results({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All that was measured; ``growth`` on databases of these ``sizes``, its servers called by `sized`."""

    postgresql: Results = NOTHING
    sqlite: Results = NOTHING
    growth: Results = NOTHING
    sizes: Sequence[int] = ()

    def worst_ratio_to(self, query: str, other: str, figure: Figure, *, server: str = OURS) -> float:
        """Return the ratio to another server, at the concurrency where it is worse."""
        return max(self.postgresql.ratio(query, server, other, item, figure) for item in CONCURRENCIES)

    def growth_ratio(self, query: str) -> float:
        """Return how many times longer an answer takes with the most cases than with the fewest."""
        most, fewest = (name_with_size(contenders.COMPILED, self.sizes[place]) for place in (-1, 0))
        return self.growth.ratio(query, most, fewest, 1, latency)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceGoal:
    """A figure that should be at most ``limit``, or at least, where ``least``."""

    text: str
    limit: float
    figure: Callable[[Measured], float]
    at_least: bool = False
    unit: str = "×"

    def value_in(self, measured: Measured) -> float | None:
        """Return the figure; None where it was not measured."""
        try:
            return self.figure(measured)
        except (KeyError, IndexError):
            return None

    def met_by(self, found: float) -> bool:
        """Tell whether a figure meets the goal."""
        return found >= self.limit if self.at_least else found <= self.limit


GOALS = (
    PerformanceGoal(text="Board: CPU against raw", limit=2, figure=lambda m: m.worst_ratio_to("board", RAW, cpu)),
    PerformanceGoal(
        text="Board: CPU against PostGraphile",
        limit=0.25,
        figure=lambda m: m.worst_ratio_to("board", POSTGRAPHILE, cpu),
    ),
    PerformanceGoal(
        text="Board: answers a second at 32 against raw",
        limit=0.85,
        at_least=True,
        figure=lambda m: m.postgresql.ratio("board", OURS, RAW, 32, throughput),
    ),
    PerformanceGoal(
        text="Board: answers a second at 32 against PostGraphile",
        limit=3.5,
        at_least=True,
        figure=lambda m: m.postgresql.ratio("board", OURS, POSTGRAPHILE, 32, throughput),
    ),
    PerformanceGoal(text="Case detail: CPU against raw", limit=2, figure=lambda m: m.worst_ratio_to("case", RAW, cpu)),
    PerformanceGoal(
        text="Ledger with cursors, total: CPU against raw",
        limit=2,
        figure=lambda m: m.worst_ratio_to("ledger", RAW, cpu),
    ),
    PerformanceGoal(
        text="Statistics: time against its statement",
        limit=1.2,
        figure=lambda m: m.postgresql.ratio("statistics", OURS, RAW, 1, latency),
    ),
    PerformanceGoal(
        text="Mutation: CPU against raw", limit=8, figure=lambda m: m.worst_ratio_to("disposition", RAW, cpu)
    ),
    PerformanceGoal(
        text="Uncompiled reads (the worst of board, case detail, ledger): CPU against PostGraphile",
        limit=1,
        figure=lambda m: max(
            m.worst_ratio_to(query, POSTGRAPHILE, cpu, server=REFERENCE) for query in ("board", "case", "ledger")
        ),
    ),
    PerformanceGoal(
        text="First sight of a document: CPU",
        limit=8,
        unit=" ms",
        figure=lambda m: m.postgresql.median("unseen", OURS, 1, cpu),
    ),
    PerformanceGoal(
        text="Peak memory after the board at 32",
        limit=110,
        unit=" MiB",
        figure=lambda m: m.postgresql.peak("board", OURS, 32),
    ),
    PerformanceGoal(
        text="Board on SQLite: CPU against its raw statement",
        limit=2,
        figure=lambda m: max(m.sqlite.ratio("board", OURS, RAW, item, cpu) for item in CONCURRENCIES),
    ),
    PerformanceGoal(
        text="Growth, board: time with the most cases", limit=1.3, figure=lambda m: m.growth_ratio("board")
    ),
    PerformanceGoal(
        text="Growth, case detail: time with the most cases", limit=1.3, figure=lambda m: m.growth_ratio("case")
    ),
    PerformanceGoal(
        text="Growth, ledger without total: time with the most cases",
        limit=1.3,
        figure=lambda m: m.growth_ratio("page"),
    ),
)
