"""The report, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.goals import GOALS, OURS, RAW, Measured, PerformanceGoal
from bench.measure import CONCURRENCIES
from bench.queries import GROWTH, QUERIES, Query
from bench.results import Results, cpu, database_cpu, latency, throughput
from bench.runs import name_with_size
from bench.servers import contenders

Line = Sequence[str]

_SERVERS = ("server", "answers/s", "p50 ms", "p99 ms", "CPU ms", "CPU : raw", "database CPU ms", "peak MiB", "errors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What was measured on, and how."""

    cases: int
    rounds: int
    seconds: float
    rows: Mapping[str, int]
    versions: Sequence[str]
    fields: Mapping[str, int]
    skipped: Mapping[str, str]


def report(measured: Measured, conditions: Conditions, *, remarks: str, plot: str) -> str:
    """Return the whole page; ``plot`` is the address of the picture of growth."""
    parts = [
        "# Performance",
        "Written by `make bench`: run it again rather than edit this page. Compare ratios: times are of this machine.",
        "## Goals",
        table(("goal", "wanted", "found", ""), (_goal_row(goal, measured) for goal in GOALS)),
        remarks,
        "## How it was measured",
        _method(conditions),
        "## Where the time goes",
        "In ms, of an answer at one request at a time; the rest is the client, the sockets, and waiting for a core.",
        table(("query", "server", "time", "server CPU", "database CPU", "rest"), _time_rows(measured.postgresql)),
        *_queries(measured.postgresql, conditions, "PostgreSQL"),
        *_queries(measured.sqlite, conditions, "SQLite"),
        *_growth(measured, plot),
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def table(head: Line, lines: Iterable[Line]) -> str:
    """Return a table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _goal_row(goal: PerformanceGoal, measured: Measured) -> Line:
    found, wanted = goal.value_in(measured), f"{'≥' if goal.at_least else '≤'} {goal.limit:g}{goal.unit}"
    if found is None:
        return (goal.text, wanted, "–", "not measured")
    missed = f"**missed by {abs(found / goal.limit - 1):.0%}**"
    return (goal.text, wanted, f"{found:.2f}{goal.unit}", "met" if goal.met_by(found) else missed)


def _method(conditions: Conditions) -> str:
    one, many = CONCURRENCIES
    rounds = f"{conditions.rounds} rounds of {conditions.seconds:g} s"
    lines = [
        *conditions.versions,
        f"{conditions.cases:,} cases: " + ", ".join(f"{count:,} {name}" for name, count in conditions.rows.items()),
        f"{rounds} for each server in turn, at {one} and at {many} requests at once.",
        f"Of two figures the first is at {one}, the second at {many}; of two ratios the worse is held against a goal.",
        "Figures are medians of the rounds, ratios medians of the ratios in each round, percentiles of all answers.",
        "CPU is what the server's process takes for an answer, user and system, as the kernel counts it.",
        "Before it is measured, each server has to answer: with our schema exactly what the raw statement answers.",
        *(f"**{item.name}**: {item.title}" for item in contenders.CONTENDERS if item.name not in conditions.skipped),
        *(f"**{name}** was left out: {reason}" for name, reason in conditions.skipped.items()),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _time_rows(results: Results) -> Iterator[Line]:
    for query in QUERIES:
        for server in (OURS, RAW):
            if results.has(query.name, server):
                time, own, database = (
                    results.median(query.name, server, 1, figure) for figure in (latency, cpu, database_cpu)
                )
                rest = max(time - own - database, 0)
                yield (query.title, server, *(f"{part:.2f}" for part in (time, own, database, rest)))


# ------------------------------------------------------------------------------------------------ queries


def _queries(results: Results, conditions: Conditions, database: str) -> Iterator[str]:
    for query in QUERIES:
        servers = [item.name for item in contenders.CONTENDERS if results.has(query.name, item.name)]
        if servers:
            size = f" ({conditions.fields[query.name]:,} fields)" if query.name in conditions.fields else ""
            yield f"## {database}: {query.title}{size}"
            yield table(_SERVERS, (_server_row(query, server, results) for server in servers))


def _server_row(query: Query, server: str, results: Results) -> Line:
    def both(places: int, figure: Callable[[int], float]) -> str:
        return " / ".join(f"{figure(concurrency):,.{places}f}" for concurrency in CONCURRENCIES)

    name = query.name
    raw = results.has(name, RAW)
    return (
        f"**{server}**" if server == OURS else server,
        both(0, lambda item: results.median(name, server, item, throughput)),
        both(1, lambda item: results.percentile(name, server, item, 50)),
        both(1, lambda item: results.percentile(name, server, item, 99)),
        both(2, lambda item: results.median(name, server, item, cpu)),
        both(1, lambda item: results.ratio(name, server, RAW, item, cpu)) if raw else "–",
        both(2, lambda item: results.median(name, server, item, database_cpu)),
        f"{results.peak(name, server, CONCURRENCIES[-1]):.0f}",
        str(results.errors(name, server)),
    )


# ------------------------------------------------------------------------------------------------ growth


def _growth(measured: Measured, plot: str) -> Iterator[str]:
    if not measured.sizes:
        return
    yield "## Growth"
    yield "How long an answer takes at one request at a time, in ms (the raw statement in brackets)."
    yield table(
        ("query", *(f"{size:,} cases" for size in measured.sizes)),
        ((query.title, *_size_cells(query, measured)) for query in GROWTH),
    )
    yield f"![The same as a plot]({plot})"


def _size_cells(query: Query, measured: Measured) -> Iterator[str]:
    for size in measured.sizes:
        ours, raw = (latency_at_size(query, measured, item, size) for item in (contenders.COMPILED, contenders.RAW))
        yield f"{ours:.2f} ({raw:.2f})"


def latency_at_size(query: Query, measured: Measured, contender: contenders.Contender, size: int) -> float:
    """Return how long an answer takes with so many cases, in milliseconds."""
    return measured.growth.median(query.name, name_with_size(contender, size), 1, latency)
