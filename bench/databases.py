"""The databases that are measured on: filled once for a size, and used again by later runs."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg  # type: ignore[import-untyped]  # ships no types
from sqlalchemy import make_url

from bench.data import archetypes
from bench.load import load

SERVER_URL = os.environ.get("CASERISK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
"""A PostgreSQL server, as a superuser, and a database of it to connect to meanwhile."""

ROOT = Path(__file__).parents[1]
DATA_DIR = ROOT / "var" / "bench"
"""Where files are kept between runs."""

_DEMONSTRATION_SOURCES = ("core/caserisk/demo/*.py", "core/caserisk/store/migrations/versions/*.py")
_DATA_SOURCES = (*_DEMONSTRATION_SOURCES, "bench/data/*.py", "bench/load.py")
"""What the contents of a database follow from; where one of these files changed, it is made anew."""

_PREFIX = "caserisk_bench_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A database with so many cases; ``kind`` is ``postgresql`` or ``sqlite``."""

    kind: str
    name: str
    cases: int

    @property
    def url(self) -> str:
        """Return its URL."""
        if self.kind == "sqlite":
            return f"sqlite:///{self.file}"
        return make_url(SERVER_URL).set(database=self.name).render_as_string(hide_password=False)

    @property
    def file(self) -> Path:
        """Return the file of a SQLite database."""
        return DATA_DIR / f"{self.name}.db"


async def prepare_database(kind: str, cases: int) -> Database:
    """Return a database with so many cases, filled the first time: 100,000 take some minutes, and some GB."""
    name = f"{_PREFIX}{cases}_{_digest(_DATA_SOURCES)}"
    ready, draft = (Database(kind=kind, name=item, cases=cases) for item in (name, f"{name}_draft"))
    if not await _exists(ready):
        demonstration = await archetypes.read_demonstration(await _demonstration_file())
        await _create(draft)
        await load(draft.url, cases, demonstration, progress=_progress(kind, cases))
        await _finish(draft, ready)
    return ready


@asynccontextmanager
async def copy_of(database: Database) -> AsyncIterator[Database]:
    """Copy a PostgreSQL database to write to, until the block ends; nobody may be connected to the original."""
    copy = Database(kind=database.kind, name=f"{database.name}_copy", cases=database.cases)
    await _on_server(f"DROP DATABASE IF EXISTS {copy.name} WITH (FORCE)")
    await _on_server(f"CREATE DATABASE {copy.name} TEMPLATE {database.name} STRATEGY FILE_COPY")
    try:
        yield copy
    finally:
        await _on_server(f"DROP DATABASE {copy.name} WITH (FORCE)")


async def _demonstration_file() -> Path:
    """Return the file with the demonstration, built the first time."""
    played = DATA_DIR / f"demonstration_{_digest(_DEMONSTRATION_SOURCES)}.db"
    if not played.exists():
        print("playing the demonstration that cases are copied from …", file=sys.stderr)
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        for file in DATA_DIR.glob("demonstration_*"):
            file.unlink()
        draft = played.with_suffix(".draft")
        await archetypes.build_demonstration(draft)
        draft.rename(played)
    return played


async def _exists(database: Database) -> bool:
    if database.kind == "sqlite":
        return database.file.exists()
    return bool(await _on_server("SELECT datname FROM pg_database WHERE datname = $1", database.name))


async def _create(database: Database) -> None:
    """Create an empty database, and delete those of this size that are out of date."""
    if database.kind == "sqlite":
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        for file in DATA_DIR.glob(f"{_PREFIX}{database.cases}_*.db*"):
            file.unlink()
        return
    names = "SELECT datname FROM pg_database WHERE starts_with(datname, $1)"
    for row in await _on_server(names, f"{_PREFIX}{database.cases}_"):
        await _on_server(f"DROP DATABASE {row['datname']} WITH (FORCE)")
    await _on_server(f"CREATE DATABASE {database.name}")
    await _on_server(f"ALTER DATABASE {database.name} SET jit = off")  # as the store has it, for everybody


async def _finish(draft: Database, ready: Database) -> None:
    if draft.kind == "sqlite":
        await asyncio.to_thread(draft.file.rename, ready.file)
    else:
        await _on_server(f"ALTER DATABASE {draft.name} RENAME TO {ready.name}")


async def _on_server(statement: str, *arguments: Any) -> list[Any]:
    connection = await asyncpg.connect(SERVER_URL)
    try:
        rows: list[Any] = await connection.fetch(statement, *arguments)
        return rows
    finally:
        await connection.close()


def _digest(patterns: Sequence[str]) -> str:
    files = sorted(file for pattern in patterns for file in ROOT.glob(pattern))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]


def _progress(kind: str, cases: int) -> Callable[[int], None]:
    def show(done: int) -> None:
        end = "\n" if done == cases else ""
        print(f"\r{kind}: {done:,} of {cases:,} cases", end=end, file=sys.stderr, flush=True)

    return show
