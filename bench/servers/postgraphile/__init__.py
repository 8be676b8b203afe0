"""PostGraphile 5 on the same database: installed by npm, run by the Node that npm brings along."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # ships no types

from bench.databases import DATA_DIR, Database
from bench.queries import DISPOSITION, STATISTICS
from bench.servers.raw import LOCK

_HERE = Path(__file__).parent
_INSTALLED = DATA_DIR / "postgraphile"
_FILES = ("package.json", "package-lock.json", ".npmrc", "serve.mjs")

_PINNED = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))["dependencies"]

VERSION, NODE_VERSION = _PINNED["postgraphile"], _PINNED["node"]
NODE = _INSTALLED / "node_modules" / ".bin" / "node"
SERVE = _INSTALLED / "serve.mjs"


class NotInstalled(Exception):
    """It cannot be had here."""


def _install() -> None:
    """Install what the lock file names, unless it is there."""
    npm = shutil.which("npm")
    if npm is None:
        raise NotInstalled("there is no npm")
    _INSTALLED.mkdir(parents=True, exist_ok=True)
    stale = [name for name in _FILES if not _same(_HERE / name, _INSTALLED / name)]
    for name in stale:
        shutil.copy(_HERE / name, _INSTALLED / name)
    if NODE.exists() and stale in ([], ["serve.mjs"]):
        return
    run = subprocess.run(
        [npm, "ci", "--no-audit", "--no-fund"], cwd=_INSTALLED, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise NotInstalled(f"npm ci failed: {run.stderr.strip().splitlines()[-1]}")


def _same(file: Path, other: Path) -> bool:
    return other.exists() and file.read_bytes() == other.read_bytes()


async def prepare(database: Database) -> None:
    """Install it, and create in a database what its users write there: functions for what it cannot filter.

    Raises:
        NotInstalled: saying why.
    """
    await asyncio.to_thread(_install)
    recorded = (DISPOSITION.text("postgresql.sql") or "").replace("$4", _new_id("disposition"))
    functions = (
        _function('statistics(office text, start date, "end" date)', "STABLE", STATISTICS.text("postgresql.sql") or ""),
        _function(
            "record_disposition(case_id text, warning_id text, officer_id text)",
            "VOLATILE",
            f"{LOCK}; {recorded.replace('$5', _new_id('event'))}",
        ),
    )
    connection = await asyncpg.connect(database.url)
    try:
        await connection.execute(";".join([(_HERE / "setup.sql").read_text(encoding="utf-8"), *functions]))
    finally:
        await connection.close()


def _new_id(noun: str) -> str:
    return f"('{noun}_' || replace(gen_random_uuid()::text, '-', ''))"


def _function(signature: str, volatility: str, body: str) -> str:
    """Return a function that runs the hand-written statement."""
    return (
        f"CREATE OR REPLACE FUNCTION bench.{signature} RETURNS json LANGUAGE sql {volatility} "
        f"SET timezone = 'Etc/GMT-8' AS $function$ {body} $function$"
    )
