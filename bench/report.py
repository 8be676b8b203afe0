"""The report, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.goals import GOALS, OURS, RAW, Goal, Measured
from bench.measure import CONCURRENCIES
from bench.queries import GROWTH, QUERIES, Query
from bench.results import Results, cpu, database_cpu, rate, wall
from bench.runs import sized
from bench.servers import contenders

Line = Sequence[str]

_SERVERS = ("server", "answers/s", "p50 ms", "p99 ms", "CPU ms", "CPU : raw", "database CPU ms", "peak MiB", "errors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What was measured on, and how."""

    cases: int
    rounds: int
    seconds: float
    rows: Mapping[str, int]
    versions: Sequence[str]
    fields: Mapping[str, int]
    skipped: Mapping[str, str]


def report(measured: Measured, seen: Circumstances, *, remarks: str, plot: str) -> str:
    """Return the whole page; ``plot`` is the address of the picture of growth."""
    parts = [
        "# Performance",
        "Written by `make bench`: run it again rather than edit this page. Compare ratios: times are of this machine.",
        "## Goals",
        table(("goal", "wanted", "found", ""), (_goal(goal, measured) for goal in GOALS)),
        remarks,
        "## How it was measured",
        _method(seen),
        "## Where the time goes",
        "In ms, of an answer at one request at a time; the rest is the client, the sockets, and waiting for a core.",
        table(("query", "server", "time", "server CPU", "database CPU", "rest"), _parts(measured.postgresql)),
        *_queries(measured.postgresql, seen, "PostgreSQL"),
        *_queries(measured.sqlite, seen, "SQLite"),
        *_growth(measured, plot),
    ]
    return "\n\n".join(part.strip() for part in parts if part) + "\n"


def table(head: Line, lines: Iterable[Line]) -> str:
    """Return a table."""
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _goal(goal: Goal, measured: Measured) -> Line:
    found, wanted = goal.found(measured), f"{'≥' if goal.least else '≤'} {goal.limit:g}{goal.unit}"
    if found is None:
        return (goal.text, wanted, "–", "not measured")
    missed = f"**missed by {abs(found / goal.limit - 1):.0%}**"
    return (goal.text, wanted, f"{found:.2f}{goal.unit}", "met" if goal.met_by(found) else missed)


def _method(seen: Circumstances) -> str:
    one, many = CONCURRENCIES
    lines = [
        *seen.versions,
        f"{seen.cases:,} cases: " + ", ".join(f"{count:,} {name}" for name, count in seen.rows.items()),
        f"{seen.rounds} rounds of {seen.seconds:g} s for each server in turn, at {one} and at {many} requests at once.",
        f"Of two figures the first is at {one}, the second at {many}; of two ratios the worse is held against a goal.",
        "Figures are medians of the rounds, ratios medians of the ratios in each round, percentiles of all answers.",
        "CPU is what the server's process takes for an answer, user and system, as the kernel counts it.",
        "Before it is measured, each server has to answer: with our schema exactly what the raw statement answers.",
        *(f"**{item.name}**: {item.title}" for item in contenders.CONTENDERS if item.name not in seen.skipped),
        *(f"**{name}** was left out: {reason}" for name, reason in seen.skipped.items()),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _parts(results: Results) -> Iterator[Line]:
    for query in QUERIES:
        for server in (OURS, RAW):
            if results.has(query.name, server):
                time, own, database = (
                    results.middle(query.name, server, 1, figure) for figure in (wall, cpu, database_cpu)
                )
                rest = max(time - own - database, 0)
                yield (query.title, server, *(f"{part:.2f}" for part in (time, own, database, rest)))


# ------------------------------------------------------------------------------------------------ queries


def _queries(results: Results, seen: Circumstances, database: str) -> Iterator[str]:
    for query in QUERIES:
        servers = [item.name for item in contenders.CONTENDERS if results.has(query.name, item.name)]
        if servers:
            size = f" ({seen.fields[query.name]:,} fields)" if query.name in seen.fields else ""
            yield f"## {database}: {query.title}{size}"
            yield table(_SERVERS, (_server(query, server, results) for server in servers))


def _server(query: Query, server: str, results: Results) -> Line:
    def both(places: int, figure: Callable[[int], float]) -> str:
        return " / ".join(f"{figure(concurrency):,.{places}f}" for concurrency in CONCURRENCIES)

    name = query.name
    raw = results.has(name, RAW)
    return (
        f"**{server}**" if server == OURS else server,
        both(0, lambda item: results.middle(name, server, item, rate)),
        both(1, lambda item: results.percentile(name, server, item, 50)),
        both(1, lambda item: results.percentile(name, server, item, 99)),
        both(2, lambda item: results.middle(name, server, item, cpu)),
        both(1, lambda item: results.ratio(name, server, RAW, item, cpu)) if raw else "–",
        both(2, lambda item: results.middle(name, server, item, database_cpu)),
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
        ((query.title, *_sizes(query, measured)) for query in GROWTH),
    )
    yield f"![The same as a plot]({plot})"


def _sizes(query: Query, measured: Measured) -> Iterator[str]:
    for size in measured.sizes:
        ours, raw = (grown(query, measured, item, size) for item in (contenders.COMPILED, contenders.RAW))
        yield f"{ours:.2f} ({raw:.2f})"


def grown(query: Query, measured: Measured, contender: contenders.Contender, size: int) -> float:
    """Return how long an answer takes with so many cases, in milliseconds."""
    return measured.growth.middle(query.name, sized(contender, size), 1, wall)
