"""The servers that are measured, how each is started, and how requests to it are made."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

from bench.client import request
from bench.databases import DATA_DIR, Database
from bench.parameters import DatabaseParameters, QueryParameters
from bench.queries import Query
from bench.servers import postgraphile
from caserisk_graphql.auth import issue_token, load_signing_key

SETTINGS = {
    "CASERISK_DATA_DIR": str(DATA_DIR / "server"),
    "CASERISK_CLOCK": "off",
    "CASERISK_LOG_FORMAT": "json",
    "CASERISK_COST_PER_MINUTE": "999999999999",
}
"""Of our server; nothing happens in it but what is asked, and is logged. One officer asks for all it can answer."""

_CASERISK = str(Path(sys.executable).with_name("caserisk"))
_OUR_DOCUMENT = "caserisk.graphql"


async def _prepare_nothing(_: Database) -> None:
    """Prepare nothing: most servers need nothing in a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A server.

    ``files`` are its texts of the queries by the kind of database. ``command`` starts it on a database and a port, with
    ``settings`` in its environment, once ``prepare`` is done. ``checks`` who asks; ``graphql`` is what it speaks.
    """

    name: str
    title: str
    files: Mapping[str, str]
    command: Callable[[Database, int], Sequence[str]]
    settings: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Database], Awaitable[None]] = _prepare_nothing
    graphql: bool = True
    checks: bool = False

    @property
    def speaks_our_schema(self) -> bool:
        """Tell whether it is asked our documents."""
        return _OUR_DOCUMENT in self.files.values()

    def answers(self, query: Query, kind: str) -> bool:
        """Tell whether it can answer a query on such a database."""
        return kind in self.files and query.text(self.files[kind]) is not None and (self.graphql or not query.unseen)

    def requests(self, query: Query, parameters: DatabaseParameters, *, kind: str, port: int) -> Iterator[bytes]:
        """Return the requests of a query, without end."""
        text, turns = query.text(self.files[kind]) or "", parameters.of_query(query)
        if query.unseen:
            return (self._request(query, turns[0], f"{text}# {number}", port) for number in count())
        return cycle([self._request(query, given, text, port) for given in turns])

    def _request(self, query: Query, given: QueryParameters, text: str, port: int) -> bytes:
        who = {} if self.checks or not query.writes else {"officer": given.officer}
        variables = {**given.variables, **who}
        if not self.graphql:
            return request(port, f"/{query.name}", variables, {})
        headers = {"Authorization": f"Bearer {_token(given.officer)}"} if self.checks else {}
        return request(port, "/graphql", {"query": text, "variables": variables}, headers)


def _token(officer: str) -> str:
    key = load_signing_key(Path(SETTINGS["CASERISK_DATA_DIR"]) / "signing-key.json")
    return issue_token(key, officer, lifetime=timedelta(days=1))


def _caserisk(compiler: str, title: str) -> Contender:
    return Contender(
        name=f"caserisk, compiler {compiler}",
        title=title,
        files={"postgresql": _OUR_DOCUMENT, "sqlite": _OUR_DOCUMENT},
        command=lambda _, port: [_CASERISK, "serve", "--port", str(port)],
        settings={"CASERISK_COMPILER": compiler},
        checks=True,
    )


RAW = Contender(
    name="raw",
    title="a hand-written SQL statement that answers in JSON, through bare ASGI; no GraphQL, nobody is checked",
    files={"postgresql": "postgresql.sql", "sqlite": "sqlite.sql"},
    command=lambda database, port: [sys.executable, "-m", "bench.servers.raw", database.url, str(port)],
    graphql=False,
)
COMPILED = _caserisk("on", "`caserisk serve` as it is started; tokens and authority checked")
REFERENCE = _caserisk("off", "the same with `CASERISK_COMPILER=off`: graphql-core and batched loads")
IDIOMATIC = Contender(
    name="Strawberry",
    title="an ordinary Strawberry server on the same tables: SQLAlchemy's entities and data loaders; nobody is checked",
    files={"postgresql": _OUR_DOCUMENT},
    command=lambda database, port: [sys.executable, "-m", "bench.servers.idiomatic", database.url, str(port)],
)
POSTGRAPHILE = Contender(
    name="PostGraphile",
    title="PostGraphile 5 with its amber preset, pool of 10, on Node 22; documents (JSON) whole, nobody is checked",
    files={"postgresql": "postgraphile.graphql"},
    command=lambda database, port: [str(postgraphile.NODE), str(postgraphile.SERVE), database.url, str(port)],
    prepare=postgraphile.prepare,
)

CONTENDERS = (RAW, COMPILED, REFERENCE, IDIOMATIC, POSTGRAPHILE)
