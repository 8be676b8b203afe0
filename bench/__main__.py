"""``python -m bench``: measures everything, prints the report and writes docs/performance.md."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from uvicorn.loops.auto import auto_loop_factory

from bench import plot
from bench.answer_check import Disagreement
from bench.databases import ROOT, prepare_database
from bench.goals import NOTHING, Measured
from bench.machine import row_counts, versions
from bench.queries import GROWTH, QUERIES, Query
from bench.report import Conditions, latency_at_size, report
from bench.runs import Runner
from bench.servers.contenders import COMPILED
from bench.usage import postgres_meter

_NAMES = ",".join(query.name for query in QUERIES)
_PAGE = ROOT / "docs" / "performance.md"
_REMARKS = Path(__file__).with_name("remarks.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command line."""

    cases: int
    rounds: int
    seconds: float
    only: str
    sqlite: bool
    growth: bool
    sizes: str

    @property
    def chosen_queries(self) -> list[Query]:
        """Return the queries that were named.

        Raises:
            BadParameter: there is none of that name.
        """
        known = {query.name: query for query in QUERIES}
        unknown = set(self.only.split(",")) - known.keys()
        if unknown:
            raise typer.BadParameter(f"no such query: {', '.join(unknown)}; there are {_NAMES}", param_hint="--only")
        return [query for query in QUERIES if query.name in self.only.split(",")]

    @property
    def growth_sizes(self) -> list[int]:
        """Return the numbers of cases that growth is measured on, from the fewest on."""
        return sorted(map(int, self.sizes.split(","))) if self.growth else []


def main(
    cases: Annotated[int, typer.Option(help="how many cases the databases hold")] = 100_000,
    rounds: Annotated[int, typer.Option(help="how often each server has its turn")] = 5,
    seconds: Annotated[float, typer.Option(help="how long a turn takes, at each number of requests at once")] = 2.0,
    only: Annotated[str, typer.Option(help="which queries")] = _NAMES,
    sqlite: Annotated[bool, typer.Option(help="the board on SQLite too")] = True,
    growth: Annotated[
        bool, typer.Option(help="also as the data grows; a million cases take an hour and 30 GB")
    ] = False,
    sizes: Annotated[str, typer.Option(help="with --growth: the numbers of cases")] = "10000,100000,1000000",
    page: Annotated[Path, typer.Option(help="the page to write, its plot beside it")] = _PAGE,
) -> None:
    """Measure the API beside the servers that it is compared with."""
    options = Options(cases=cases, rounds=rounds, seconds=seconds, only=only, sqlite=sqlite, growth=growth, sizes=sizes)
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            measured, circumstances = runner.run(_run(options))
    except Disagreement as disagreement:
        sys.exit(f"\n{disagreement}")
    picture = page.with_name(f"{page.stem}-growth.svg")
    if growth:
        lines = {
            query.title: [latency_at_size(query, measured, COMPILED, size) for size in options.growth_sizes]
            for query in GROWTH
        }
        plot.draw(picture, [f"{size:,}" for size in options.growth_sizes], lines)
    text = report(measured, circumstances, remarks=_REMARKS.read_text(encoding="utf-8"), plot=picture.name)
    page.write_text(text, encoding="utf-8")
    print(text)


async def _run(options: Options) -> tuple[Measured, Conditions]:
    async with postgres_meter() as meter:
        runner = Runner(meter=meter, rounds=options.rounds, seconds=options.seconds)
        measured = Measured(
            postgresql=await runner.on_postgresql(options.cases, options.chosen_queries),
            sqlite=await runner.on_sqlite(options.cases) if options.sqlite else NOTHING,
            growth=await runner.growing(options.growth_sizes) if options.growth else NOTHING,
            sizes=options.growth_sizes,
        )
    database = await prepare_database("postgresql", options.cases)
    circumstances = Conditions(
        cases=options.cases,
        rounds=options.rounds,
        seconds=options.seconds,
        rows=await row_counts(database),
        versions=await versions(database),
        fields=runner.fields,
        skipped=runner.skipped,
    )
    return measured, circumstances


if __name__ == "__main__":
    typer.run(main)
