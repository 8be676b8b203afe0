"""Asks random documents of both executors for FUZZ_SECONDS, on each database; ends at the first that they differ on.

``python -m tests.compiler.fuzz SEED`` asks the document of one seed again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio import Runner
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import monotonic

from tests.compiler.agreement import agree
from tests.compiler.asking import Asked, copied, settled
from tests.support.databases import PostgresDatabases, SqliteFiles, unreachable

_AFRESH = 500
"""So many documents are seen by one compiler: its plans are to be forgotten, too."""


def main(seeds: list[int]) -> int:
    """Ask the documents of these seeds; without any, of as many as there is time for."""
    until = monotonic() + float(os.environ.get("FUZZ_SECONDS", "60"))
    drawn = iter(seeds) if seeds else (SystemRandom().getrandbits(64) for _ in repeat(None))
    with _countries() as countries:
        for count, seed in enumerate(drawn):
            if not seeds and monotonic() > until:
                _tell(f"{count} documents, each asked twice on {' and '.join(asked.kind for asked in countries)}")
                break
            for asked in countries:
                if count % _AFRESH == 0:
                    asked.forget()
                if not _agrees(asked, seed):
                    return 1
    return 0


def _agrees(asked: Asked, seed: int) -> bool:
    try:
        agree(asked, Random(seed))
    except Exception as error:
        _tell(f"seed {seed} on {asked.kind}: {error}")
        if not isinstance(error, AssertionError):
            raise
        return False
    return True


@contextmanager
def _countries() -> Iterator[list[Asked]]:
    with TemporaryDirectory() as directory:
        files, reason = SqliteFiles(Path(directory)), asyncio.run(unreachable())
        servers = [] if reason else [PostgresDatabases()]
        urls = [files.fresh(), *(server.fresh() for server in servers)]
        with Runner() as runner:
            first = settled(runner, urls[0])
            countries = [first, *(copied(first, url) for url in urls[1:])]
            yield countries
            for asked in countries:
                runner.run(asked.world.close())
        for server in servers:
            server.drop()
    if reason:
        _tell(reason)


def _tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    sys.exit(main([int(seed) for seed in sys.argv[1:]]))
