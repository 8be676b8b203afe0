"""The parts of a run: all servers on PostgreSQL, ours and the raw one on SQLite, and the same two as the data grows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from bench.answer_check import check_answer
from bench.databases import Database, copy_of, prepare_database
from bench.measure import measure
from bench.parameters import find_parameters
from bench.queries import BOARD, GROWTH, Query
from bench.results import Results
from bench.servers.contenders import COMPILED, CONTENDERS, RAW, Contender
from bench.servers.postgraphile import NotInstalled
from bench.servers.running import NotStarted, RunningServer, run_server
from bench.usage import PostgresMeter


@dataclass(slots=True, kw_only=True)
class Runner:
    """Measures rounds of so many seconds; remembers how many fields answers have, and whom it had to leave out."""

    meter: PostgresMeter
    rounds: int
    seconds: float
    fields: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    async def on_postgresql(self, cases: int, queries: Sequence[Query]) -> Results:
        """Measure all servers and all queries; queries that write go to a copy."""
        database = await prepare_database("postgresql", cases)
        reading = [query for query in queries if not query.writes]
        writing = [query for query in queries if query.writes]
        results = await self._on(database, CONTENDERS, reading)
        if writing:
            async with copy_of(database) as copy:
                results |= await self._on(copy, CONTENDERS, writing)
        return results

    async def on_sqlite(self, cases: int) -> Results:
        """Measure the board on our server and on the raw one."""
        return await self._on(await prepare_database("sqlite", cases), (RAW, COMPILED), [BOARD])

    async def growing(self, sizes: Sequence[int]) -> Results:
        """Measure our server and the raw one with more and more cases."""
        databases = [await prepare_database("postgresql", size) for size in sizes]
        async with AsyncExitStack() as stack:
            servers = [
                await self._started(stack, contender, database, name_with_size(contender, database.cases))
                for contender in (RAW, COMPILED)
                for database in databases
            ]
            return await self._measured([server for server in servers if server], GROWTH)

    async def _on(self, database: Database, contenders: Sequence[Contender], queries: Sequence[Query]) -> Results:
        async with AsyncExitStack() as stack:
            servers = [await self._started(stack, contender, database, contender.name) for contender in contenders]
            return await self._measured([server for server in servers if server], queries)

    async def _started(
        self, stack: AsyncExitStack, contender: Contender, database: Database, name: str
    ) -> RunningServer | None:
        """Start a server; return None where it cannot be had here, and remember why."""
        try:
            parameters = await find_parameters(database)
            return await stack.enter_async_context(run_server(contender, database, parameters, name=name))
        except (NotInstalled, NotStarted) as reason:
            self.skipped[contender.name] = str(reason)
            return None

    async def _measured(self, servers: Sequence[RunningServer], queries: Sequence[Query]) -> Results:
        results = Results({})
        for query in queries:
            asked = [server for server in servers if server.answers(query)]
            for server in asked:
                await self._check(query, server, asked)
            samples = await measure(
                query, asked, rounds=self.rounds, seconds=self.seconds, meter=self.meter, on_turn=self._show_progress
            )
            results |= Results({(query.name, *key): found for key, found in samples.items()})
        return results

    async def _check(self, query: Query, server: RunningServer, asked: Sequence[RunningServer]) -> None:
        for raw in asked:
            if raw.contender is RAW and raw.database is server.database:
                self.fields[query.name] = await check_answer(query, server, raw)

    def _show_progress(self, query: Query, server: RunningServer, round_: int) -> None:
        where = f"round {round_} of {self.rounds}" if round_ else "warming up"
        print(f"\r{query.name}: {server.name}, {where}".ljust(79), end="", file=sys.stderr, flush=True)


def name_with_size(contender: Contender, cases: int) -> str:
    """Return the name of a server where there are several with different numbers of cases."""
    return f"{contender.name}, {cases:,} cases"
